namespace Attention.Benchmarks;

/// <summary>A process that was asked did not answer; the message says what it did instead.</summary>
internal sealed class WorkerException(string message) : Exception(message);
