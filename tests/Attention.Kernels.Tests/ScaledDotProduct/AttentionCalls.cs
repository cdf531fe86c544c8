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
    public static AttentionForward Forward(Form form) => form switch
    {
        Form.Door => ScaledDotProduct.Forward,
        Form.Lanes512 => ScaledDotProduct.ForwardSimd<Lanes512>,
        Form.Lanes256 => ScaledDotProduct.ForwardSimd<Lanes256>,
        Form.Lanes128 => ScaledDotProduct.ForwardSimd<Lanes128>,
        _ => ScaledDotProduct.ForwardSimd<Lanes1>,
    };

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
        Memory<float> query = fences.Input(problem.Query, "query");
        Memory<float> key = fences.Input(problem.Key, "key");
        Memory<float> value = fences.Input(problem.Value, "value");
        Memory<float> output = fences.Output(problem.Sizes.Output, "output");
        Memory<float> logSumExp = fences.Output(problem.Sizes.Rows, "logSumExp");
        AttentionOptions options = new() { Scale = problem.Scale, MaxThreads = maxThreads, Cancellation = TestContext.Current.CancellationToken };
        forward(problem.Shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, problem.Mask.Build(fences), options);
        fences.AssertIntact();
        return new(output.ToArray(), logSumExp.ToArray());
    }
}
