using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>What a kernel cannot pass.</summary>
internal enum Limit
{
    /// <summary>Multiply–adds in registers.</summary>
    Arithmetic,

    /// <summary>Reading the same buffers.</summary>
    Reading,

    /// <summary>Copying the same buffers.</summary>
    Copying,
}

/// <summary>One line of the comparison: what is run, and what is asked of it.</summary>
/// <param name="Name">What a reader calls it.</param>
/// <param name="Command">Our side: a command line of this program.</param>
/// <param name="Threads">On so many threads.</param>
internal sealed record Row(string Name, string Command, int Threads)
{
    /// <summary>The same for the peers: a verb and its sizes. Null: ours alone.</summary>
    public JsonObject? Request { get; init; }

    /// <summary>The limit that its share is taken of.</summary>
    public Limit Limit { get; init; } = Limit.Arithmetic;

    /// <summary>How many times as fast as the best peer it must be at least, and is meant to be.</summary>
    public Goal? Ratio { get; init; }

    /// <summary>The only peer that counts for the ratio; null: the best of all.</summary>
    public string? Against { get; init; }

    /// <summary>Which part of the limit it must reach at least, and is meant to reach.</summary>
    public Goal? Share { get; init; }

    /// <summary>The plain row whose GFLOP/s it must come near, and how near.</summary>
    public (string Name, Goal Part)? Like { get; init; }

    /// <summary>The most memory, in MB, beyond inputs and outputs. Such a row is measured once, in a process of its own.</summary>
    public double? Megabytes { get; init; }

    /// <summary>A variable of the environment that our side's process is started with.</summary>
    public (string Name, string Value)? Environment { get; init; }

    /// <summary>The name of the row and its threads: there is no other with both.</summary>
    internal string Key => $"{Name}, {Threads} thread{(Threads == 1 ? "" : "s")}";

    /// <summary>Where the models of its request are found.</summary>
    internal string RequestName => string.Join('-', Request!.Select(pair => pair.Value!.ToString()));
}

/// <summary>What must be reached, and what is meant to be.</summary>
internal readonly record struct Goal(double Floor, double Aim);
