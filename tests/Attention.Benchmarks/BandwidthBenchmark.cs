using System.CommandLine;
using System.Runtime.CompilerServices;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>How fast memory can be read: the limit of kernels that look at each number once.</summary>
internal static unsafe class BandwidthBenchmark
{
    /// <summary>256 MB: more than any cache holds.</summary>
    private const int Count = 1 << 26;

    internal static Command Create()
    {
        Option<int> threadsOption = CommonOptions.Threads(), runs = CommonOptions.Runs();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("bandwidth", "How fast memory is read; one addition per float, so GB/s are four times the GFLOP/s.") { threadsOption, runs, json };
        command.SetAction(parsed =>
        {
            using var buffer = new FloatBuffer(Count, 0);
            int threads = parsed.GetValue(threadsOption);
            Measurement m = Measurement.Of("bandwidth", "256 MB", threads, Count, parsed.GetValue(runs), () => Read(buffer.Span, threads));
            Report.Write(m, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Reads every float once.</summary>
    internal static void Read(Span<float> values, int threads)
    {
        if (threads == 1)
        {
            ReadPart(values);
            return;
        }

        int part = values.Length / threads;
        fixed (float* start = values)
        {
            float* first = start;
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => ReadPart(new(first + ((long)thread * part), part)));
        }
    }

    private static void ReadPart(ReadOnlySpan<float> values)
    {
        switch (VectorWidth.Bits)
        {
            case 512: Sum<Lanes512>(values); break;
            case 256: Sum<Lanes256>(values); break;
            case 128: Sum<Lanes128>(values); break;
            default: Sum<Lanes1>(values); break;
        }
    }

    /// <summary>Four streams, 256 KB apart: one alone does not keep the memory busy, and these are as fast as any were. What is left over by eight whole registers is not read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sum<TLanes>(ReadOnlySpan<float> values)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int Farthest = 1 << 16;
        fixed (float* start = values)
        {
            float* first = start, end = start + values.Length;
            TLanes a = TLanes.Broadcast(0), b = a, c = a, d = a;
            for (nint apart; (apart = (nint)Math.Min(Farthest, (end - first) / 4 / (2 * TLanes.Count) * (2 * TLanes.Count))) > 0; first += 4 * apart)
            {
                for (float* at = first; at < first + apart; at += 2 * TLanes.Count)
                {
                    a += TLanes.Load(at) + TLanes.Load(at + TLanes.Count);
                    b += TLanes.Load(at + apart) + TLanes.Load(at + apart + TLanes.Count);
                    c += TLanes.Load(at + (2 * apart)) + TLanes.Load(at + (2 * apart) + TLanes.Count);
                    d += TLanes.Load(at + (3 * apart)) + TLanes.Load(at + (3 * apart) + TLanes.Count);
                }
            }

            return TLanes.SumOf(a + b + c + d);
        }
    }
}
