using static System.FormattableString;

namespace Attention.Models;

/// <summary>How a run of training goes. What is not set has the usual value.</summary>
public sealed record TrainerOptions
{
    /// <summary>How many steps there are in all, those of a resumed checkpoint included.</summary>
    public required long Steps { get; init; }

    /// <summary>Over how many batches gradients are averaged before a step is taken.</summary>
    public int AccumulateOver { get; init; } = 1;

    /// <summary>Measures the model on held-out examples: smaller is better. It runs without gradients, dropout and the like being off.</summary>
    public Func<double>? Validate { get; init; }

    /// <summary>After how many steps each it is measured.</summary>
    public long ValidateEvery { get; init; } = 100;

    /// <summary>Ends the run when validation stops getting better; the best parameters are put back. Null: it runs to the end.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Where the run is stored, and resumed from if the file is there. Null: nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>After how many steps each it is stored; it also is at the end, and when the run is cancelled.</summary>
    public long CheckpointEvery { get; init; } = 1000;

    /// <summary>Who is told after each step. Null: nobody.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal void Check()
    {
        AtLeastOne(nameof(Steps), Steps);
        AtLeastOne(nameof(AccumulateOver), AccumulateOver);
        AtLeastOne(nameof(ValidateEvery), ValidateEvery);
        AtLeastOne(nameof(CheckpointEvery), CheckpointEvery);
        if (EarlyStopping is not null && Validate is null)
        {
            throw new ArgumentException($"{nameof(EarlyStopping)}: needs {nameof(Validate)}, a measurement to go by");
        }
    }

    private static void AtLeastOne(string name, long value)
    {
        if (value < 1)
        {
            throw new ArgumentException(Invariant($"{name}: expected at least 1, got {value}"));
        }
    }
}
