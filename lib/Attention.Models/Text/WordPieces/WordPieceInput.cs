namespace Attention.Models;

/// <summary>What BERT reads: one text or two with the marks around them.</summary>
/// <param name="Ids"><c>[CLS]</c>, the first text, <c>[SEP]</c>; then the second text and <c>[SEP]</c>, if there is one.</param>
/// <param name="TokenTypes">0 for the first text and its marks, 1 for the second and its <c>[SEP]</c>; as many as ids.</param>
public sealed record WordPieceInput(int[] Ids, int[] TokenTypes);
