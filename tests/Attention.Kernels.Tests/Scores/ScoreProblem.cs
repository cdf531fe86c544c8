namespace Attention.Kernels.Tests;

/// <summary>One call of a score function with its data, and what it should give.</summary>
internal sealed class ScoreProblem
{
    private readonly Lazy<(Expected Scores, Expected[] Gradients)> oracle;

    public ScoreProblem(ScoreKernel kernel, ScoreShape shape, int seed, float deviation = 1)
    {
        (Kernel, Shape) = (kernel, shape);
        Name = $"{kernel.Name} {shape}, deviation {deviation}, seed {seed}";
        Draw draw = new(seed);
        Inputs = [.. kernel.Inputs(shape).Select(input => draw.Normal(input.Count, deviation))];
        Slopes = draw.Normal(shape.Batch * shape.Queries * shape.Keys);
        oracle = new(Oracle);
    }

    public ScoreKernel Kernel { get; }

    public ScoreShape Shape { get; }

    public string Name { get; }

    public float[][] Inputs { get; }

    public float[] Slopes { get; }

    public Expected Scores => oracle.Value.Scores;

    public Expected[] Gradients => oracle.Value.Gradients;

    public string[] Names => [.. Kernel.Inputs(Shape).Select(input => $"d{input.Name}")];

    public float[] Forward(KernelOptions options, Fence fence = Fence.End) =>
        FencedCall.Run(fence, Inputs, [Slopes.Length], (given, taken) => Kernel.Forward(Shape, given, taken[0], options))[0];

    public float[] ForwardNaive() => FencedCall.Run(Fence.End, Inputs, [Slopes.Length], (given, taken) => Kernel.ForwardNaive(Shape, given, taken[0]))[0];

    public float[][] Backward(KernelOptions options, Fence fence = Fence.End) => FencedCall.Run(
        fence, [.. Inputs, Slopes], [.. Inputs.Select(input => input.Length)], (given, taken) => Kernel.Backward(Shape, given[..^1], given[^1], taken, options));

    public float[][] BackwardNaive() => FencedCall.Run(
        Fence.End, [.. Inputs, Slopes], [.. Inputs.Select(input => input.Length)], (given, taken) => Kernel.BackwardNaive(Shape, given[..^1], given[^1], taken));

    /// <summary>Σ score · slope in double precision, with one of the inputs moved.</summary>
    public double Loss(int moved, double[] values)
    {
        Tape tape = new();
        return Record(tape, [.. Inputs.Select((input, index) => index == moved ? tape.Inputs(values) : tape.Inputs(input))]).Select((score, i) => score.Value.Value * Slopes[i]).Sum();
    }

    private (Expected Scores, Expected[] Gradients) Oracle()
    {
        Tape tape = new();
        Term[][] inputs = [.. Inputs.Select(tape.Inputs)];
        Term[] scores = Record(tape, inputs);
        return (Tape.Values(scores), tape.Gradients(scores, Slopes, inputs));
    }

    private Term[] Record(Tape tape, Term[][] inputs) =>
    [
        .. from b in Enumerable.Range(0, Shape.Batch)
           from i in Enumerable.Range(0, Shape.Queries)
           from j in Enumerable.Range(0, Shape.Keys)
           select Kernel.Record(tape, Shape, inputs, (b * Shape.Queries) + i, (b * Shape.Keys) + j),
    ];
}
