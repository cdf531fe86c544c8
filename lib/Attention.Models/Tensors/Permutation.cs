namespace Attention.Models;

/// <summary>Copies an array with its axes in another order.</summary>
internal static class Permutation
{
    /// <param name="shape">The sizes of the source.</param>
    /// <param name="axes">For each axis of the result, which of the source's it is.</param>
    /// <param name="source">Row-major.</param>
    /// <param name="result">Row-major; overwritten.</param>
    internal static void Copy(Shape shape, ReadOnlySpan<int> axes, ReadOnlySpan<float> source, Span<float> result)
    {
        int rank = axes.Length;
        if (source.IsEmpty || rank == 0)
        {
            source.CopyTo(result);
            return;
        }

        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[rank], place = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            sizes[axis] = shape[axes[axis]];
            steps[axis] = shape.Product(axes[axis] + 1, rank);
        }

        place.Clear();
        int run = sizes[^1], step = steps[^1];
        for (int i = 0; i < result.Length; i += run)
        {
            int from = 0;
            for (int axis = 0; axis < rank - 1; axis++)
            {
                from += place[axis] * steps[axis];
            }

            Row(source[from..], step, result.Slice(i, run));
            for (int axis = rank - 2; axis >= 0 && ++place[axis] == sizes[axis]; axis--)
            {
                place[axis] = 0;
            }
        }
    }

    private static void Row(ReadOnlySpan<float> source, int step, Span<float> result)
    {
        if (step == 1)
        {
            source[..result.Length].CopyTo(result);
            return;
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] = source[i * step];
        }
    }
}
