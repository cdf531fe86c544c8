namespace Notebooks.Tests.PlantedEdits;

/// <summary>A cell with one token changed: the kind of slip a tired author makes.</summary>
/// <param name="CellId">The cell that was changed.</param>
/// <param name="Line">The changed line, counted from 1.</param>
/// <param name="Change">What was changed, such as <c>+ → -</c>.</param>
/// <param name="Text">The changed line as it reads after the edit, without its indentation.</param>
/// <param name="Source">The whole cell after the edit.</param>
internal sealed record PlantedEdit(string CellId, int Line, string Change, string Text, string Source)
{
    /// <summary>Names the edit for people: cell, line, change and the line after it.</summary>
    public override string ToString() => $"{CellId}:{Line}  {Change}  in  {Text}";
}
