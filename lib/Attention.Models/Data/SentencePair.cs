namespace Attention.Models;

/// <summary>A sentence and its translation.</summary>
/// <param name="Source">The sentence to translate.</param>
/// <param name="Target">What a translator made of it.</param>
public readonly record struct SentencePair(string Source, string Target);
