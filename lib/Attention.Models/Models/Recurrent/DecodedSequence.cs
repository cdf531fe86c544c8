namespace Attention.Models;

/// <summary>What a decoder wrote.</summary>
/// <param name="Tokens">The tokens, without start and end.</param>
/// <param name="LogProbability">The logarithm of their probability, the end's included if the decoder came to one.</param>
/// <param name="Alignment">[tokens, source]; how much of the source each token looked at. Null for a decoder without attention.</param>
public sealed record DecodedSequence(IReadOnlyList<int> Tokens, double LogProbability, Tensor? Alignment);
