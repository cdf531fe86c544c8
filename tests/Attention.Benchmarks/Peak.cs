using System.Runtime.CompilerServices;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>The multiply–adds that this machine can do in registers of the width that the kernels use: the limit that no kernel passes.</summary>
internal static unsafe class Peak
{
    private const int Steps = 400_000;
    private const int Chains = 12;

    /// <summary>One measurement of some milliseconds.</summary>
    /// <param name="threads">How many threads multiply at the same time.</param>
    /// <returns>GFLOP/s of all threads together.</returns>
    internal static double Measure(int threads) => Flops(1) * Together.Rate(threads, _ => Run()) / 1e9;

    /// <summary>Floating-point operations of one measurement.</summary>
    internal static double Flops(int threads) => 2.0 * Chains * (VectorWidth.Bits / 32) * Steps * threads;

    private static void Run()
    {
        switch (VectorWidth.Bits)
        {
            case 512: Multiply<Lanes512>(); break;
            case 256: Multiply<Lanes256>(); break;
            case 128: Multiply<Lanes128>(); break;
            default: Multiply<Lanes1>(); break;
        }
    }

    /// <summary>Twelve sums that do not wait for each other: more than enough to hide the latency of two units, and few enough for sixteen registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Multiply<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* factors = stackalloc float[2 * TLanes.Count];
        new Span<float>(factors, 2 * TLanes.Count).Fill(0.5f);
        TLanes x = TLanes.Load(factors), y = TLanes.Load(factors + TLanes.Count);
        TLanes a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < Steps; step++)
        {
            a = TLanes.MultiplyAdd(x, y, a);
            b = TLanes.MultiplyAdd(x, y, b);
            c = TLanes.MultiplyAdd(x, y, c);
            d = TLanes.MultiplyAdd(x, y, d);
            e = TLanes.MultiplyAdd(x, y, e);
            f = TLanes.MultiplyAdd(x, y, f);
            g = TLanes.MultiplyAdd(x, y, g);
            h = TLanes.MultiplyAdd(x, y, h);
            i = TLanes.MultiplyAdd(x, y, i);
            j = TLanes.MultiplyAdd(x, y, j);
            k = TLanes.MultiplyAdd(x, y, k);
            l = TLanes.MultiplyAdd(x, y, l);
        }

        // Used, so that nothing above is optimised away.
        TLanes.Store(factors, a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
