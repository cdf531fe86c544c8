namespace Attention.Benchmarks;

/// <summary>What a call cannot do without. The machine does each at a rate of its own, and the one that takes longest is the call's limit.</summary>
/// <param name="Flops">Useful floating-point operations, exponentials apart: a multiplication and an addition are two.</param>
/// <param name="Exponentials">Exponentials, and functions as dear: a logarithm, a tanh, an error function.</param>
/// <param name="FloatsRead">Floats read, each once.</param>
/// <param name="FloatsWritten">Floats written, each once.</param>
internal readonly record struct Work(double Flops, double Exponentials = 0, double FloatsRead = 0, double FloatsWritten = 0)
{
    /// <summary>Whether what is written was read at the same place: memory then need not be fetched to be overwritten.</summary>
    public bool IsInPlace { get; init; }

    internal double Bytes => (FloatsRead + FloatsWritten) * sizeof(float);

    /// <summary>Numbers that go past, and little is done with them.</summary>
    internal static Work Memory(double floatsRead, double floatsWritten, double exponentials = 0) => new(0, exponentials, floatsRead, floatsWritten);

    /// <summary>The same, where the results replace what was read.</summary>
    internal static Work InPlace(double floatsRead, double floatsWritten) => new(0, 0, floatsRead, floatsWritten) { IsInPlace = true };
}
