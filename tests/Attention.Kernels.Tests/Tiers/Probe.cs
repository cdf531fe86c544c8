namespace Attention.Kernels.Tests;

/// <summary>What a child process does when it is not running tests: things that end a process, or that need one of their own.</summary>
internal static class Probe
{
    /// <summary>The first argument of a child that runs a probe.</summary>
    public const string Verb = "probe";

    /// <summary>The exit code of a probe that came to its end.</summary>
    public const int Survived = 42;

    public const string Nothing = "nothing";
    public const string ReadAfter = "read-after";
    public const string WriteAfter = "write-after";
    public const string ReadBefore = "read-before";
    public const string WriteBefore = "write-before";
    public const string MemoryOneThread = "memory-one-thread";
    public const string MemoryAllThreads = "memory-all-threads";
    public const string MemoryOfWeights = "memory-of-weights";
    public const string Threads = "threads";
    public const string Helpers = "helpers";
    public const string Soak = "soak";

    public static int Run(string name)
    {
        using FencedMemory<float> atEnd = new(5, Fence.End);
        using FencedMemory<float> atStart = new(5, Fence.Start);
        switch (name)
        {
            case Nothing:
                Use(atEnd, 0, 4);
                Use(atStart, 0, 4);
                break;
            case ReadAfter:
                Read(atEnd, 5);
                break;
            case WriteAfter:
                Write(atEnd, 5);
                break;
            case ReadBefore:
                Read(atStart, -1);
                break;
            case WriteBefore:
                Write(atStart, -1);
                break;
            case MemoryOneThread:
                Footprint.PrintMemory(threads: 1);
                break;
            case MemoryAllThreads:
                Footprint.PrintMemory(threads: 0);
                break;
            case MemoryOfWeights:
                Footprint.PrintMemory(threads: 1, keepWeights: true);
                break;
            case Threads:
                Footprint.PrintThreads();
                break;
            case Helpers:
                Footprint.PrintHelpers();
                break;
            case Soak:
                Tests.Soak.Print();
                break;
            default:
                throw new ArgumentException($"no probe is called {name}", nameof(name));
        }

        return Survived;
    }

    private static void Use(FencedMemory<float> memory, params int[] indices)
    {
        foreach (int index in indices)
        {
            Write(memory, index);
            Read(memory, index);
        }
    }

    private static unsafe void Read(FencedMemory<float> memory, int index)
    {
        using System.Buffers.MemoryHandle handle = memory.Pin();
        Console.WriteLine(Volatile.Read(ref ((float*)handle.Pointer)[index]));
    }

    private static unsafe void Write(FencedMemory<float> memory, int index)
    {
        using System.Buffers.MemoryHandle handle = memory.Pin();
        Volatile.Write(ref ((float*)handle.Pointer)[index], 1);
    }
}
