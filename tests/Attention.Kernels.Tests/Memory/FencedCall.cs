namespace Attention.Kernels.Tests;

/// <summary>One call of a kernel between fences.</summary>
internal static class FencedCall
{
    /// <summary>Copies the inputs between fences, calls, and checks that nothing was written but the outputs, and these entirely.</summary>
    /// <returns>The outputs.</returns>
    public static float[][] Run(Fence fence, float[][] inputs, int[] outputs, Action<Memory<float>[], Memory<float>[]> call)
    {
        using Fences fences = new(fence);
        Memory<float>[] given = [.. inputs.Select((values, index) => fences.Input(values, $"input {index}"))];
        Memory<float>[] taken = [.. outputs.Select((length, index) => fences.Output(length, $"output {index}"))];
        call(given, taken);
        fences.AssertIntact();
        return [.. taken.Select(memory => memory.ToArray())];
    }

    /// <summary>Holds each output against its oracle.</summary>
    public static void Judge(string what, ErrorBudget budget, string[] names, Expected[] expected, float[][] naive, float[][] fast)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            budget.Assert($"{names[i]}, {what}", expected[i], naive[i], fast[i]);
        }
    }

    /// <summary>Holds the yardstick itself: a naive form may lose no more than rounding can.</summary>
    /// <param name="what">The problem.</param>
    /// <param name="operations">Roundings on the longest way from an input to each result.</param>
    /// <param name="names">Of the results.</param>
    /// <param name="expected">The oracle's answers.</param>
    /// <param name="naive">The naive form's.</param>
    public static void JudgeNaive(string what, double[] operations, string[] names, Expected[] expected, float[][] naive)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Values.Length, naive[i].Length);
            ErrorBudget.Rounding(operations[i]).Assert($"{names[i]}, naive form, {what}", expected[i], naive[i]);
        }
    }
}
