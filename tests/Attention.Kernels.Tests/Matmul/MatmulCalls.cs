namespace Attention.Kernels.Tests;

internal static class MatmulCalls
{
    /// <summary>What the result's buffer holds after the call.</summary>
    public static float[] Naive(MatmulCase problem)
    {
        float[] result = [.. problem.Before];
        Matmul.ForwardNaive(problem.Shape, problem.Left, problem.Right, result, problem.Bias);
        return result;
    }

    /// <summary>What the result's buffer holds after the call.</summary>
    public static float[] Forward(Form form, MatmulCase problem, int maxThreads = 1)
    {
        float[] result = [.. problem.Before];
        Matmul.Forward(problem.Shape, problem.Left, problem.Right, result, problem.Bias, form.Options() with { MaxThreads = maxThreads });
        return result;
    }
}
