namespace Attention.Kernels.Tests;

internal delegate void AttentionBackward(
    AttentionShape shape,
    ReadOnlySpan<float> query,
    ReadOnlySpan<float> key,
    ReadOnlySpan<float> value,
    ReadOnlySpan<float> output,
    ReadOnlySpan<float> logSumExp,
    ReadOnlySpan<float> outputGradient,
    Span<float> queryGradient,
    Span<float> keyGradient,
    Span<float> valueGradient,
    Mask mask,
    AttentionOptions options);

/// <param name="Query">[B, H, N, D]</param>
/// <param name="Key">[B, G, M, D]</param>
/// <param name="Value">[B, G, M, Dv]</param>
internal sealed record AttentionGradients(float[] Query, float[] Key, float[] Value)
{
    public static void AssertSame(string what, AttentionGradients expected, AttentionGradients actual)
    {
        Bits.Same($"queries' gradient, {what}", expected.Query, actual.Query);
        Bits.Same($"keys' gradient, {what}", expected.Key, actual.Key);
        Bits.Same($"values' gradient, {what}", expected.Value, actual.Value);
    }
}

/// <summary>A problem that has been attended to, and how much the loss would change with each output.</summary>
/// <param name="Problem">What Forward was given.</param>
/// <param name="Slopes">[B, H, N, Dv]; dL/doutput.</param>
/// <param name="Forward">What Forward gave.</param>
internal sealed record AttentionBackwardCase(AttentionCase Problem, float[] Slopes, AttentionResult Forward)
{
    /// <summary>The slopes are drawn from the next seed.</summary>
    public static AttentionBackwardCase Draw(AttentionShape shape, MaskKind mask, int seed, double deviation = 1) => Of(AttentionCase.Draw(shape, mask, seed, deviation), seed);

    public static AttentionBackwardCase Of(AttentionCase problem, int seed) =>
        new(problem, new Draw(seed + 1).Normal(problem.Sizes.Output), AttentionCalls.Forward(Form.Door).Run(problem));

    public override string ToString() => $"{Problem}";
}

internal static class AttentionBackwardCalls
{
    public static AttentionBackward Backward(Form form) =>
        (shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options) =>
            ScaledDotProduct.Backward(
                shape, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask, options with { RegisterBits = form.Options().RegisterBits });

    public static AttentionBackward Naive => ScaledDotProduct.BackwardNaive;

    /// <summary>Runs a form with every buffer behind a fence, mask included.</summary>
    public static AttentionGradients Run(this AttentionBackward backward, AttentionBackwardCase each, Fence fence = Fence.End, int maxThreads = 1)
    {
        using Fences fences = new(fence);
        AttentionCase problem = each.Problem;
        AttentionShape shape = problem.Shape;
        (Sizes sizes, int h, int g, int n, int m) = (problem.Sizes, shape.Heads, shape.KeyHeads, shape.Queries, shape.Keys);
        Memory<float> query = fences.Input(AttentionCalls.Lay(problem, problem.Query, h, n), "query");
        Memory<float> key = fences.Input(AttentionCalls.Lay(problem, problem.Key, g, m), "key");
        Memory<float> value = fences.Input(AttentionCalls.Lay(problem, problem.Value, g, m), "value");
        Memory<float> output = fences.Input(AttentionCalls.Lay(problem, each.Forward.Output, h, n), "output");
        Memory<float> logSumExp = fences.Input(each.Forward.LogSumExp, "logSumExp");
        Memory<float> slopes = fences.Input(AttentionCalls.Lay(problem, each.Slopes, h, n), "outputGradient");
        Memory<float> queries = fences.Output(sizes.Query, "queryGradient");
        Memory<float> keys = fences.Output(sizes.Key, "keyGradient");
        Memory<float> values = fences.Output(sizes.Value, "valueGradient");
        AttentionOptions options = new() { Scale = problem.Scale, SoftCap = problem.SoftCap, Layout = problem.Layout, Dropout = problem.Dropout, MaxThreads = maxThreads, Cancellation = TestContext.Current.CancellationToken };
        backward(
            shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, slopes.Span, queries.Span, keys.Span, values.Span, problem.Mask.Build(fences), options);
        fences.AssertIntact();
        return new(
            AttentionCalls.Lay(problem, queries.ToArray(), n, h), AttentionCalls.Lay(problem, keys.ToArray(), m, g), AttentionCalls.Lay(problem, values.ToArray(), m, g));
    }
}
