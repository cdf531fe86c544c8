namespace Attention.Kernels.Tests;

/// <summary>One relative attention with its data, and what it and its gradients should be.</summary>
internal sealed class RelativeProblem
{
    public static readonly string[] Forwards = ["output", "logSumExp"];
    public static readonly string[] Backwards = ["dquery", "dkey", "dvalue", "dposition", "dcontentBias", "dpositionBias"];

    private readonly Lazy<(Expected[] Forward, Expected[] Backward)> oracle;

    public RelativeProblem(string shape, int seed, float deviation = 1)
    {
        Shape = AttentionCase.Parse(shape);
        Name = $"{shape} deviation {deviation}, seed {seed}";
        Draw draw = new(seed);
        Sizes sizes = new(Shape);
        int perHead = Shape.Heads * Shape.Width;
        Inputs =
        [
            draw.Normal(sizes.Query, deviation), draw.Normal(sizes.Key, deviation), draw.Normal(sizes.Value),
            draw.Normal(perHead * Shape.Keys, deviation), draw.Normal(perHead), draw.Normal(perHead),
        ];
        Slopes = draw.Normal(sizes.Output);
        oracle = new(Oracle);
    }

    public string Name { get; }

    public AttentionShape Shape { get; }

    /// <summary>Query, key, value, position, content bias, position bias.</summary>
    public float[][] Inputs { get; }

    public float[] Slopes { get; }

    public Expected[] ForwardExpected => oracle.Value.Forward;

    public Expected[] BackwardExpected => oracle.Value.Backward;

    public float[][] Forward(KernelOptions options, Fence fence = Fence.End, bool naive = false) =>
        FencedCall.Run(fence, Inputs, [new Sizes(Shape).Output, new Sizes(Shape).Rows], (x, y) =>
        {
            if (naive)
            {
                Kernels.RelativeAttention.ForwardNaive(Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span);
            }
            else
            {
                Kernels.RelativeAttention.Forward(Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span, options);
            }
        });

    public float[][] Backward(KernelOptions options, Fence fence = Fence.End, bool naive = false)
    {
        float[][] forward = Forward(options);
        return FencedCall.Run(fence, [.. Inputs, .. forward, Slopes], [.. Inputs.Select(input => input.Length)], (x, y) =>
        {
            if (naive)
            {
                Kernels.RelativeAttention.BackwardNaive(
                    Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span,
                    y[0].Span, y[1].Span, y[2].Span, y[3].Span, y[4].Span, y[5].Span);
            }
            else
            {
                Kernels.RelativeAttention.Backward(
                    Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span,
                    y[0].Span, y[1].Span, y[2].Span, y[3].Span, y[4].Span, y[5].Span, options);
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
        (Term[] output, Term[] logSumExp) = Record(tape, inputs);
        return ([Tape.Values(output), Tape.Values(logSumExp)], tape.Gradients(output, Slopes, inputs));
    }

    private (Term[] Output, Term[] LogSumExp) Record(Tape tape, Term[][] x)
    {
        (int n, int m, int d, int dv) = (Shape.Queries, Shape.Keys, Shape.Width, Shape.ValueWidth);
        List<Term> output = [], logSumExp = [];
        for (int b = 0; b < Shape.Batch; b++)
        {
            for (int h = 0; h < Shape.Heads; h++)
            {
                int keyHead = (b * Shape.KeyHeads) + (h * Shape.KeyHeads / Shape.Heads);
                for (int i = 0; i < n; i++)
                {
                    ReadOnlySpan<Term> query = x[0].AsSpan(((((b * Shape.Heads) + h) * n) + i) * d, d);
                    Term[] content = Sum(query, x[4].AsSpan(h * d, d)), relative = Sum(query, x[5].AsSpan(h * d, d));
                    int end = i + 1 + m - n;
                    Term[] scores = new Term[end];
                    for (int j = 0; j < end; j++)
                    {
                        int distance = i + m - n - j;
                        Term dots = tape.Dot(content, x[1].AsSpan(((keyHead * m) + j) * d, d)) + tape.Dot(relative, x[3].AsSpan(((h * m) + distance) * d, d));
                        scores[j] = dots * (1 / Math.Sqrt(d));
                    }

                    double peak = scores.Max(score => score.Value.Value);
                    Term[] powers = [.. scores.Select(score => (score - peak).Exp())];
                    Term sum = powers.Aggregate((total, power) => total + power);
                    for (int c = 0; c < dv; c++)
                    {
                        Term[] column = [.. Enumerable.Range(keyHead * m, end).Select(j => x[2][(j * dv) + c])];
                        output.Add(tape.Dot(powers, column) / sum);
                    }

                    logSumExp.Add(sum.Log() + peak);
                }
            }
        }

        return ([.. output], [.. logSumExp]);
    }

    private static Term[] Sum(ReadOnlySpan<Term> a, ReadOnlySpan<Term> b)
    {
        Term[] sum = new Term[a.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = a[i] + b[i];
        }

        return sum;
    }
}
