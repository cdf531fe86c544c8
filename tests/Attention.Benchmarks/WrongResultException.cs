namespace Attention.Benchmarks;

/// <summary>A kernel does not agree with its naive form: there is nothing worth timing.</summary>
internal sealed class WrongResultException(string message) : Exception(message);
