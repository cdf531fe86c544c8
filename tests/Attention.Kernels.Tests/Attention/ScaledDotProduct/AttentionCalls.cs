namespace Attention.Kernels.Tests;

internal delegate void AttentionForward(
    AttentionShape shape,
    ReadOnlySpan<float> query,
    ReadOnlySpan<float> key,
    ReadOnlySpan<float> value,
    Span<float> output,
    Span<float> logSumExp,
    Mask mask,
    AttentionOptions options);

/// <param name="Output">[B, H, N, Dv]</param>
/// <param name="LogSumExp">[B, H, N]</param>
internal sealed record AttentionResult(float[] Output, float[] LogSumExp);

internal static class AttentionCalls
{
    public static AttentionForward Forward(Form form) => (shape, query, key, value, output, logSumExp, mask, options) =>
        ScaledDotProduct.Forward(shape, query, key, value, output, logSumExp, mask, options with { RegisterBits = form.Options().RegisterBits });

    public static void Naive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> logSumExp,
        Mask mask,
        AttentionOptions options) => ScaledDotProduct.ForwardNaive(shape, query, key, value, output, default, logSumExp, mask, options);

    /// <summary>Runs a form with every buffer behind a fence, mask included.</summary>
    public static AttentionResult Run(this AttentionForward forward, AttentionCase problem, Fence fence = Fence.End, int maxThreads = 1)
    {
        using Fences fences = new(fence);
        AttentionShape shape = problem.Shape;
        Memory<float> query = fences.Input(Lay(problem, problem.Query, shape.Heads, shape.Queries), "query");
        Memory<float> key = fences.Input(Lay(problem, problem.Key, shape.KeyHeads, shape.Keys), "key");
        Memory<float> value = fences.Input(Lay(problem, problem.Value, shape.KeyHeads, shape.Keys), "value");
        Memory<float> output = fences.Output(problem.Sizes.Output, "output");
        Memory<float> logSumExp = fences.Output(problem.Sizes.Rows, "logSumExp");
        AttentionOptions options = new() { Scale = problem.Scale, SoftCap = problem.SoftCap, Layout = problem.Layout, Dropout = problem.Dropout, MaxThreads = maxThreads, Cancellation = TestContext.Current.CancellationToken };
        forward(shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, problem.Mask.Build(fences), options);
        fences.AssertIntact();
        return new(Lay(problem, output.ToArray(), shape.Queries, shape.Heads), logSumExp.ToArray());
    }

    /// <summary>[B, outer, inner, W] as [B, inner, outer, W] where the problem wants its buffers length first: in with heads outside, out with heads inside.</summary>
    public static float[] Lay(AttentionCase problem, float[] values, int outer, int inner)
    {
        int rows = problem.Shape.Batch * outer * inner;
        if (problem.Layout == AttentionLayout.HeadsFirst || rows == 0)
        {
            return values;
        }

        int width = values.Length / rows;
        float[] laid = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            (int b, int i, int o) = (row / (outer * inner), row % inner, row / inner % outer);
            values.AsSpan(row * width, width).CopyTo(laid.AsSpan(((((b * inner) + i) * outer) + o) * width));
        }

        return laid;
    }
}
