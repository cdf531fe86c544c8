namespace Attention.Kernels.Tests;

internal static class DecodeCalls
{
    public static AttentionOptions Options(this DecodeCase problem, Form form, int threads = 1) =>
        new() { Scale = problem.Scale, MaxThreads = threads, RegisterBits = form.Options().RegisterBits };

    /// <summary>All sequences' new tokens attend, with every buffer behind a fence.</summary>
    public static AttentionResult Run(this DecodeCase problem, KeyValueCache cache, Fence fence, AttentionOptions options, bool naive = false)
    {
        using Fences fences = new(fence);
        int rows = problem.Lengths.Length * problem.Shape.Heads * problem.Shape.Queries;
        Memory<float> query = fences.Input(problem.Texts.SelectMany(text => text.Query).ToArray(), "query");
        Memory<float> output = fences.Output(rows * problem.Cache.ValueWidth, "output"), logSumExp = fences.Output(rows, "logSumExp");
        if (naive)
        {
            Kernels.Decode.ForwardNaive(problem.Shape, cache, query.Span, output.Span, logSumExp.Span, options: options);
        }
        else
        {
            Kernels.Decode.Forward(problem.Shape, cache, query.Span, output.Span, logSumExp.Span, options: options);
        }

        fences.AssertIntact();
        return new(output.ToArray(), logSumExp.ToArray());
    }

    /// <summary>The oracle's rows, one sequence after the other.</summary>
    public static (Expected Output, Expected LogSumExp) Oracle(this DecodeCase problem)
    {
        AttentionOracle[] oracles = Array.ConvertAll(problem.Texts, AttentionOracle.Of);
        return (Join(oracle => oracle.Output), Join(oracle => oracle.LogSumExp));

        Expected Join(Func<AttentionOracle, Expected> part) =>
            new([.. oracles.SelectMany(oracle => part(oracle).Values)], [.. oracles.SelectMany(oracle => part(oracle).Magnitudes)]);
    }
}
