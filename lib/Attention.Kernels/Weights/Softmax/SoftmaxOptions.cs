using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How to run a softmax. The default value is the plain one, on as many threads as pay off.</summary>
public readonly record struct SoftmaxOptions
{
    /// <summary>What the scores are divided by; null means 1. Below 1 the weights gather on the largest scores, above 1 they even out (Hinton et al. 2015, eq. 1).</summary>
    public float? Temperature { get; init; }

    /// <summary>How many threads may work at once, the caller's included; 0 means one per processor. Small problems stay on the caller's thread.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Checked between tiles. A cancelled call throws, and leaves its outputs half written.</summary>
    public CancellationToken Cancellation { get; init; }

    internal int RegisterBits { get; init; }

    internal float Divisor => Temperature ?? 1;

    internal KernelOptions Kernel => new() { MaxThreads = MaxThreads, Cancellation = Cancellation, RegisterBits = RegisterBits };

    /// <summary>The plain softmax, run as these options say.</summary>
    public static implicit operator SoftmaxOptions(KernelOptions options) => FromKernelOptions(options);

    /// <summary>The plain softmax, run as these options say.</summary>
    public static SoftmaxOptions FromKernelOptions(KernelOptions options) =>
        new() { MaxThreads = options.MaxThreads, Cancellation = options.Cancellation, RegisterBits = options.RegisterBits };

    internal void Check()
    {
        Kernel.Check();
        if (Temperature is { } temperature)
        {
            CheckTemperature(nameof(Temperature), temperature);
        }
    }

    /// <summary>The reciprocal must be a number too, and not a subnormal one, which would lose digits.</summary>
    internal static void CheckTemperature(string name, float temperature)
    {
        if (!(temperature is >= 1e-37f and <= 1e37f))
        {
            throw new ArgumentException(Invariant($"{name}: expected a number from 1e-37 to 1e37, got {temperature}"));
        }
    }
}
