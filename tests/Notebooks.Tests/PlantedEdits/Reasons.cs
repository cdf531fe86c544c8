namespace Notebooks.Tests.PlantedEdits;

/// <summary>Why an edit may stay uncaught: the edited cell computes the same for everything that its kernel accepts.</summary>
internal static class Reasons
{
    private const string SameWidth = "queries and keys have the same width, or they could not be multiplied";
    private const string SameCount = "there are as many values as keys";

    private static readonly Dictionary<(string Cell, string Change, string Text), string> Known = new()
    {
        [("dot", "a → b", "for (int d = 0; d < b.Length; d++)")] = SameWidth,
        [("scores-loops", "q → k", "for (int d = 0; d < k.GetLength(1); d++)")] = SameWidth,
        [("weights-agree", "q → k", "(Scores(q, k).ToMatrix() / MathF.Sqrt(k.GetLength(1))).ToRows();")] = SameWidth,
        [("ladder-matrix", "q → k", "Matrix<double> s = q * k.Transpose() / Math.Sqrt(k.ColumnCount);")] = SameWidth,
        [("padded", "k → v", "var visible = new bool[q.GetLength(0), v.GetLength(0)];")] = SameCount,
        [("cached", "k → v", "int offset = v.GetLength(0) - q.GetLength(0);")] = SameCount,
    };

    /// <summary>What every reason is about.</summary>
    public static IEnumerable<(string Cell, string Change, string Text)> All => Known.Keys;

    /// <summary>What a reason for this edit is filed under.</summary>
    public static (string Cell, string Change, string Text) KeyOf(PlantedEdit edit) => (edit.CellId, edit.Change, edit.Text);

    /// <summary>Why this edit need not be caught, or null when it should have been.</summary>
    public static string? Of(PlantedEdit edit) => Known.GetValueOrDefault(KeyOf(edit));
}
