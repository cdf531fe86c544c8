namespace Attention.Models;

/// <summary>An answer as a piece of the text.</summary>
/// <param name="Text">The answer, word for word.</param>
/// <param name="Start">Where it begins in the context, in UTF-16 code units: <c>context.Substring(Start, Text.Length)</c> is the answer. The file counts in characters.</param>
public readonly record struct SquadAnswer(string Text, int Start);

/// <summary>A question about a paragraph, with the answers that people marked in it.</summary>
/// <param name="Id">The question's id.</param>
/// <param name="Article">The article's title.</param>
/// <param name="Context">The paragraph.</param>
/// <param name="Question">The question.</param>
/// <param name="Answers">The right answers; none when the paragraph does not say.</param>
/// <param name="IsImpossible">Whether the paragraph does not answer the question (version 2).</param>
/// <param name="PlausibleAnswers">Wrong answers that look right, given for questions that cannot be answered (version 2).</param>
public sealed record SquadQuestion(string Id, string Article, string Context, string Question, IReadOnlyList<SquadAnswer> Answers, bool IsImpossible, IReadOnlyList<SquadAnswer> PlausibleAnswers);
