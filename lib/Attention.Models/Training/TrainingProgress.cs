namespace Attention.Models;

/// <summary>Where a run of training stands after a step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Steps">How many there are to be.</param>
/// <param name="Loss">Of this step.</param>
/// <param name="SmoothLoss">The mean of the last losses, each weighing less the older it is.</param>
/// <param name="GradientNorm">Of this step, before clipping.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="Validation">The latest measurement on held-out examples; null before the first.</param>
/// <param name="Elapsed">Since the run began, or was resumed.</param>
/// <param name="StepsDone">Steps since then.</param>
public readonly record struct TrainingProgress(
    long Step, long Steps, float Loss, double SmoothLoss, double GradientNorm, float LearningRate, double? Validation, TimeSpan Elapsed, long StepsDone)
{
    /// <summary>Whether no step follows: the last is done, validation has stopped getting better, or the run was cancelled.</summary>
    public bool IsLast { get; init; }

    /// <summary>How long the rest will take, if it goes on as it did.</summary>
    public TimeSpan Remaining => StepsDone == 0 ? TimeSpan.Zero : Elapsed / StepsDone * (Steps - Step);

    /// <summary>How many steps a second.</summary>
    public double StepsPerSecond => Elapsed > TimeSpan.Zero ? StepsDone / Elapsed.TotalSeconds : 0;
}
