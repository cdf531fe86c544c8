namespace Attention.Kernels.Tests;

/// <summary>One linear attention with its data, its gradient's, and what both should be.</summary>
internal sealed class LinearProblem
{
    public static readonly string[] Forwards = ["output", "normaliser"];
    public static readonly string[] Backwards = ["queryGradient", "keyGradient", "valueGradient"];

    private readonly Lazy<(Expected[] Forward, Expected[] Backward)> oracle;

    public LinearProblem(string shape, FeatureMap map, bool causal, int seed, float deviation = 1, int chunk = 0)
    {
        (Shape, Deviation) = (AttentionCase.Parse(shape), deviation);
        Form = new() { Map = map, Causal = causal, ChunkLength = chunk };
        Name = $"{shape} {map} causal {causal} chunk {chunk} deviation {deviation}, seed {seed}";
        Draw draw = new(seed);
        Sizes sizes = new(Shape);
        Query = draw.Normal(sizes.Query, deviation);
        Key = draw.Normal(sizes.Key, deviation);
        Value = draw.Normal(sizes.Value);
        Slopes = draw.Normal(sizes.Output);
        oracle = new(() => Oracle(Query, Key, Value));
    }

    public string Name { get; }

    public AttentionShape Shape { get; }

    public LinearAttentionForm Form { get; }

    /// <summary>Of queries and keys.</summary>
    public float Deviation { get; }

    public float[] Query { get; }

    public float[] Key { get; }

    public float[] Value { get; }

    public float[] Slopes { get; }

    public Expected[] ForwardExpected => oracle.Value.Forward;

    public Expected[] BackwardExpected => oracle.Value.Backward;

    public float[][] Forward(KernelOptions options, Fence fence = Fence.End) =>
        FencedCall.Run(fence, [Query, Key, Value], [new Sizes(Shape).Output, new Sizes(Shape).Rows], (given, taken) =>
            Kernels.LinearAttention.Forward(Shape, given[0].Span, given[1].Span, given[2].Span, taken[0].Span, taken[1].Span, form: Form, options: options));

    public float[][] ForwardNaive() =>
        FencedCall.Run(Fence.End, [Query, Key, Value], [new Sizes(Shape).Output, new Sizes(Shape).Rows], (given, taken) =>
            Kernels.LinearAttention.ForwardNaive(Shape, given[0].Span, given[1].Span, given[2].Span, taken[0].Span, taken[1].Span, form: Form));

    public float[][] Backward(KernelOptions options, Fence fence = Fence.End, bool naive = false)
    {
        float[][] forward = Forward(default);
        return FencedCall.Run(fence, [Query, Key, Value, .. forward, Slopes], [Query.Length, Key.Length, Value.Length], (given, taken) =>
        {
            if (naive)
            {
                Kernels.LinearAttention.BackwardNaive(
                    Shape, given[0].Span, given[1].Span, given[2].Span, given[3].Span, given[4].Span, given[5].Span, taken[0].Span, taken[1].Span, taken[2].Span, form: Form);
            }
            else
            {
                Kernels.LinearAttention.Backward(
                    Shape, given[0].Span, given[1].Span, given[2].Span, given[3].Span, given[4].Span, given[5].Span, taken[0].Span, taken[1].Span, taken[2].Span, form: Form, options: options);
            }
        });
    }

    /// <summary>Σ output · slope, in double precision.</summary>
    public double Loss(double[] query, double[] key, double[] value)
    {
        Tape tape = new();
        return Record(tape, tape.Inputs(query), tape.Inputs(key), tape.Inputs(value)).Output.Select((term, i) => term.Value.Value * Slopes[i]).Sum();
    }

    private (Expected[] Forward, Expected[] Backward) Oracle(float[] query, float[] key, float[] value)
    {
        Tape tape = new();
        Term[] q = tape.Inputs(query), k = tape.Inputs(key), v = tape.Inputs(value);
        (Term[] output, Term[] normaliser) = Record(tape, q, k, v);
        return ([Tape.Values(output), Tape.Values(normaliser)], tape.Gradients(output, Slopes, q, k, v));
    }

    private (Term[] Output, Term[] Normaliser) Record(Tape tape, Term[] query, Term[] key, Term[] value)
    {
        (int n, int m, int d, int dv) = (Shape.Queries, Shape.Keys, Shape.Width, Shape.ValueWidth);
        Term[] queries = Array.ConvertAll(query, Feature), keys = Array.ConvertAll(key, Feature);
        List<Term> output = [], normalisers = [];
        for (int row = 0; row < Shape.Batch * Shape.Heads * n; row++)
        {
            int keyHead = row / n * Shape.KeyHeads / Shape.Heads;
            int end = Form.Causal ? (row % n) + 1 : m;
            Term[] weights = [.. Enumerable.Range(keyHead * m, end).Select(j => tape.Dot(queries.AsSpan(row * d, d), keys.AsSpan(j * d, d)))];
            Term sum = weights.Aggregate(tape.Constant(0), (total, weight) => total + weight);
            for (int c = 0; c < dv; c++)
            {
                Term[] column = [.. Enumerable.Range(keyHead * m, end).Select(j => value[(j * dv) + c])];
                output.Add(sum.Value.Value == 0 ? tape.Constant(0) : tape.Dot(weights, column) / sum);
            }

            normalisers.Add(sum);
        }

        return ([.. output], [.. normalisers]);
    }

    private Term Feature(Term x) => Form.Map switch
    {
        FeatureMap.EluPlusOne => x.Value.Value > 0 ? x + 1 : x.Exp(),
        FeatureMap.Relu => x.Value.Value > 0 ? x : x.Tape.Constant(0),
        _ => x,
    };
}
