using static System.FormattableString;

namespace Attention.Models;

/// <summary>Holds gradients against what moving the inputs does: a wrong sign, factor or term is found whatever the operation is.</summary>
/// <remarks>
/// Every input is moved by ±h and ±2h, and the slope taken by the five-point rule <c>(8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h</c>, whose error is of order h⁴; with h, and if that does not agree with an eighth of it.
/// The function's result is weighed with fixed random numbers and summed in double precision. Near a kink, as ReLU has at 0, moving and slope differ rightly: keep inputs further than 2h from it.
/// What may differ is a thousandth of the input's largest slope, and what the rounding of floats explains: the result's elements, each off by a few units in its last place, make the slope
/// uncertain by <c>4 ε ‖w ∘ f‖ / h</c> with ε = 2⁻²³. So a small slope is checked as well as a large one, unless the result is so much larger that floats cannot show it.
/// </remarks>
public static class GradientCheck
{
    /// <summary>h: large against the rounding of floats.</summary>
    public const float Step = 1f / 64;

    /// <summary>4 ε: how far the roundings on the way may move an element of the result, in parts of it.</summary>
    private const double Rounding = 4.0 / (1 << 23);

    /// <summary>Throws unless the gradients that <see cref="Tensor.Backward()"/> finds are those that moving finds.</summary>
    /// <param name="function">Computes a tensor of any shape from the inputs, the same whenever it is called.</param>
    /// <param name="inputs">Each is asked for its gradient.</param>
    /// <exception cref="GradientMismatchException">They differ by more than a thousandth of the input's largest slope and what rounding explains; the message names the input, the place and both slopes.</exception>
    public static void Assert(Func<Tensor> function, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        foreach (Tensor input in inputs)
        {
            input.RequiresGradient = true;
            input.ZeroGradient();
        }

        Tensor result = function();
        Tensor weights = Tensor.Uniform(new RandomSource(0x5EED), 0.5f, 1.5f, result.Shape);
        result.Backward(weights);
        for (int i = 0; i < inputs.Length; i++)
        {
            Compare(inputs[i], inputs[i].Name ?? Invariant($"input {i}"), function, weights, Rounding * Norm(result.Values, weights.Values));
        }
    }

    private static void Compare(Tensor input, string name, Func<Tensor> function, Tensor weights, double rounding)
    {
        float[] slopes = input.Gradient?.ToArray() ?? new float[input.Count];
        double[] moved = [.. slopes.Select((_, i) => Slope(i, Step))];
        double most = 1e-3 * moved.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < moved.Length; i++)
        {
            // Where the function bends sharply the shorter way is the better one, elsewhere the longer.
            if (!(Math.Abs(moved[i] - slopes[i]) <= most + (rounding / Step)) && !(Math.Abs(Slope(i, Step / 8) - slopes[i]) <= most + (rounding / (Step / 8))))
            {
                throw new GradientMismatchException(Invariant($"{name} {input.Shape}, element {i}: moving it says {moved[i]:G6}, Backward says {slopes[i]:G6}"));
            }
        }

        double Slope(int i, float step) => ((4 * Difference(input, i, step, function, weights)) - Difference(input, i, 2 * step, function, weights)) / 3;
    }

    private static double Norm(ReadOnlySpan<float> result, ReadOnlySpan<float> weights)
    {
        double squares = 0;
        for (int j = 0; j < result.Length; j++)
        {
            double weighed = (double)result[j] * weights[j];
            squares += weighed * weighed;
        }

        return Math.Sqrt(squares);
    }

    private static double Difference(Tensor input, int i, float step, Func<Tensor> function, Tensor weights)
    {
        float at = input.Values[i];
        (float above, float below) = (at + step, at - step);
        try
        {
            return (At(above) - At(below)) / ((double)above - below);
        }
        finally
        {
            input.Values[i] = at;
        }

        double At(float value)
        {
            input.Values[i] = value;
            using IDisposable off = Gradients.Off();
            using MemoryScope scope = Memory.Scope();
            ReadOnlySpan<float> result = function().Values, weight = weights.Values;
            double sum = 0;
            for (int j = 0; j < result.Length; j++)
            {
                sum += (double)result[j] * weight[j];
            }

            return sum;
        }
    }
}
