namespace Attention.Kernels.Tests;

/// <summary>One local attention with its data, and what it and its gradients should be.</summary>
internal sealed class LocalProblem
{
    public static readonly string[] Forwards = ["output", "logSumExp"];
    public static readonly string[] Backwards = ["dquery", "dkey", "dvalue", "dcentre"];

    private readonly Lazy<(Expected[] Forward, Expected[] Backward)> oracle;

    public LocalProblem(string shape, LocalWindow window, bool centred, int seed, float deviation = 1)
    {
        (Shape, Window) = (AttentionCase.Parse(shape), window);
        Name = $"{shape} {window} centres {centred} deviation {deviation}, seed {seed}";
        Draw draw = new(seed);
        Sizes sizes = new(Shape);
        Inputs =
        [
            draw.Normal(sizes.Query, deviation), draw.Normal(sizes.Key, deviation), draw.Normal(sizes.Value),
            centred ? draw.Uniform(sizes.Rows, -0.2f * Shape.Keys, 1.2f * Shape.Keys) : [],
        ];
        Slopes = draw.Normal(sizes.Output);
        oracle = new(Oracle);
    }

    public string Name { get; }

    public AttentionShape Shape { get; }

    public LocalWindow Window { get; }

    /// <summary>Query, key, value, centre.</summary>
    public float[][] Inputs { get; }

    public float[] Slopes { get; }

    public Expected[] ForwardExpected => oracle.Value.Forward;

    public Expected[] BackwardExpected => oracle.Value.Backward;

    public float[][] Forward(KernelOptions options, Fence fence = Fence.End, bool naive = false) =>
        FencedCall.Run(fence, Inputs, [new Sizes(Shape).Output, new Sizes(Shape).Rows], (x, y) =>
        {
            if (naive)
            {
                Kernels.LocalAttention.ForwardNaive(Shape, Window, x[0].Span, x[1].Span, x[2].Span, x[3].Span, y[0].Span, y[1].Span);
            }
            else
            {
                Kernels.LocalAttention.Forward(Shape, Window, x[0].Span, x[1].Span, x[2].Span, x[3].Span, y[0].Span, y[1].Span, options);
            }
        });

    public float[][] Backward(KernelOptions options, Fence fence = Fence.End, bool naive = false)
    {
        float[] logSumExp = Forward(options)[1];
        return FencedCall.Run(fence, [.. Inputs, logSumExp, Slopes], [.. Inputs.Select(input => input.Length)], (x, y) =>
        {
            if (naive)
            {
                Kernels.LocalAttention.BackwardNaive(
                    Shape, Window, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span, y[2].Span, y[3].Span);
            }
            else
            {
                Kernels.LocalAttention.Backward(
                    Shape, Window, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span, y[2].Span, y[3].Span, options);
            }
        });
    }

    /// <summary>Σ output · slope in double precision, with one of the inputs moved.</summary>
    public double Loss(int moved, double[] values)
    {
        Tape tape = new();
        Term[][] inputs = [.. Inputs.Select((input, index) => index == moved ? tape.Inputs(values) : tape.Inputs(input))];
        return Record(tape, inputs).Output.Select((term, i) => term.Value.Value * Slopes[i]).Sum();
    }

    private (Expected[] Forward, Expected[] Backward) Oracle()
    {
        Tape tape = new();
        Term[][] inputs = [.. Inputs.Select(tape.Inputs)];
        (Term[] output, Expected logSumExp) = Record(tape, inputs);
        return ([Tape.Values(output), logSumExp], tape.Gradients(output, Slopes, inputs));
    }

    private (Term[] Output, Expected LogSumExp) Record(Tape tape, Term[][] x)
    {
        (int n, int m, int d, int dv) = (Shape.Queries, Shape.Keys, Shape.Width, Shape.ValueWidth);
        int rows = Shape.Batch * Shape.Heads * n;
        List<Term> output = [];
        Expected logSumExp = new(new double[rows], new double[rows]);
        for (int row = 0; row < rows; row++)
        {
            int keyHead = row / n * Shape.KeyHeads / Shape.Heads;
            Term centre = x[3].Length == 0 ? tape.Constant(row % n) : x[3][row];
            double at = Inputs[3].Length == 0 ? row % n : Inputs[3][row]; // the window stays where it is when the centre is moved a little
            int[] seen = [.. Enumerable.Range(0, m).Where(s => Math.Abs(s - at) <= Window.Radius)];
            if (seen.Length == 0)
            {
                logSumExp.Values[row] = double.NegativeInfinity;
                output.AddRange(Enumerable.Range(0, dv).Select(_ => tape.Constant(0)));
                continue;
            }

            Term[] scores = [.. seen.Select(s => tape.Dot(x[0].AsSpan(row * d, d), x[1].AsSpan(((keyHead * m) + s) * d, d)) * (1 / Math.Sqrt(d)))];
            double peak = scores.Max(score => score.Value.Value), sigma = Window.Radius / 2.0;
            Term[] powers = [.. scores.Select(score => (score - peak).Exp())];
            Term sum = powers.Aggregate((total, power) => total + power);
            Term[] weights = [.. powers.Select((power, j) => Window.Gaussian ? power / sum * ((centre - seen[j]) * (centre - seen[j]) * (-0.5 / (sigma * sigma))).Exp() : power / sum)];
            for (int c = 0; c < dv; c++)
            {
                Term[] column = [.. seen.Select(s => x[2][(((keyHead * m) + s) * dv) + c])];
                output.Add(tape.Dot(weights, column));
            }

            Sized whole = (sum.Log() + peak).Value;
            (logSumExp.Values[row], logSumExp.Magnitudes[row]) = (whole.Value, whole.Size);
        }

        return ([.. output], logSumExp);
    }
}
