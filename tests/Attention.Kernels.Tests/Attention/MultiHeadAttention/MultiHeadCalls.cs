namespace Attention.Kernels.Tests;

internal static class MultiHeadCalls
{
    public static AttentionOptions Options(Form form, int maxThreads = 1) => new() { RegisterBits = form.Options().RegisterBits, MaxThreads = maxThreads };

    public static float[] Naive(MultiHeadCase problem)
    {
        using Fences fences = new(Fence.End);
        float[] output = new float[problem.OutputCount];
        MultiHeadAttention.ForwardNaive(problem.Shape, problem.Input, problem.Memory, problem.Parameters, output, mask: problem.Mask.Build(fences));
        return output;
    }

    public static float[] Forward(Form form, MultiHeadCase problem, int maxThreads = 1) => Forward(form, problem, new float[problem.Shape.SavedCount], maxThreads);

    public static float[] Forward(Form form, MultiHeadCase problem, float[] saved, int maxThreads = 1)
    {
        using Fences fences = new(Fence.End);
        float[] output = new float[problem.OutputCount];
        MultiHeadAttention.Forward(
            problem.Shape, problem.Input, problem.Memory, problem.Parameters, output, saved, problem.Mask.Build(fences), Options(form, maxThreads));
        return output;
    }
}
