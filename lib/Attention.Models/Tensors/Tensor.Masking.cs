namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>A number where the mask is true, and this elsewhere; such as −∞ before a softmax.</summary>
    /// <param name="mask">Row-major, for the last axes: as many as this holds, or a shape's end of it, which is repeated. Not copied.</param>
    /// <param name="value">What stands where the mask is true; no gradient goes there.</param>
    /// <exception cref="ArgumentException">The mask is as long as no end of the shape.</exception>
    public Tensor MaskedFill(ReadOnlyMemory<bool> mask, float value)
    {
        CheckMask("MaskedFill", mask.Length);
        Tensor y = Uninitialized(Shape);
        Masking.Fill(mask.Span, Values, value, y.Values);
        return y.Recorded(
            "MaskedFill",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Masking.Fill(mask.Span, dy, 0, dx.Values);
            },
            this);
    }

    /// <summary>Of two tensors of one shape the first where the mask is true, and the second elsewhere.</summary>
    /// <param name="mask">Row-major, for the last axes: as many as a tensor holds, or a shape's end of it, which is repeated. Not copied.</param>
    /// <param name="whenTrue">[...]</param>
    /// <param name="whenFalse">[...]</param>
    /// <exception cref="ArgumentException">The shapes differ, or the mask is as long as no end of them.</exception>
    public static Tensor Where(ReadOnlyMemory<bool> mask, Tensor whenTrue, Tensor whenFalse)
    {
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        if (whenTrue.Shape != whenFalse.Shape)
        {
            throw new ArgumentException($"Where: {whenTrue.Shape} and {whenFalse.Shape} differ");
        }

        whenTrue.CheckMask("Where", mask.Length);
        Tensor y = Uninitialized(whenTrue.Shape);
        Masking.Choose(mask.Span, whenTrue.Values, whenFalse.Values, y.Values);
        return y.Recorded(
            "Where",
            dy =>
            {
                using (GradientTarget target = GradientTarget.Of(whenTrue))
                {
                    Masking.Keep(mask.Span, true, dy, target.Values);
                }

                using (GradientTarget target = GradientTarget.Of(whenFalse))
                {
                    Masking.Keep(mask.Span, false, dy, target.Values);
                }
            },
            whenTrue,
            whenFalse);
    }

    /// <summary>Sets a random share of the elements to 0, and lets the others grow so that the mean stays (Srivastava et al. 2014).</summary>
    /// <param name="rate">The share, from 0 to below 1.</param>
    /// <param name="random">Which: one number is drawn from it.</param>
    /// <exception cref="ArgumentException">The rate is out of range.</exception>
    public Tensor Dropout(float rate, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ulong seed = random.NextSeed();
        Tensor y = Uninitialized(Shape);
        Kernels.Dropout.Forward(rate, seed, Values, y.Values, Compute.Options);
        return y.Recorded(
            "Dropout",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Dropout.Backward(rate, seed, dy, dx.Values, Compute.Options);
            },
            this);
    }

    private void CheckMask(string operation, int length)
    {
        for (int axis = Rank; axis >= 0; axis--)
        {
            if (Shape.Product(axis, Rank) == length)
            {
                return;
            }
        }

        string ends = string.Join(" or ", Enumerable.Range(0, Rank + 1).Select(axis => Shape.Product(axis, Rank)).Distinct());
        throw new ArgumentException($"{operation}: {Shape}: expected a mask of all numbers or those of the last axes, {ends}, got {length}");
    }
}
