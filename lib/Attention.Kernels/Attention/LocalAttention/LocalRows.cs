using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>One row against some neighbouring rows of a matrix.</summary>
internal static unsafe class LocalRows
{
    /// <summary>destination[j] = factor · (vector · row j). Four rows at a time, so that one sum need not wait for itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Dots<TLanes>(float* vector, float* rows, int count, int width, float factor, float* destination)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int whole = width - (width % TLanes.Count), j = 0;
        for (; j <= count - 4; j += 4, rows += 4L * width)
        {
            float* second = rows + width, third = second + width, fourth = third + width;
            TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int c = 0; c < whole; c += TLanes.Count)
            {
                TLanes x = TLanes.Load(vector + c);
                sum0 = TLanes.MultiplyAdd(x, TLanes.Load(rows + c), sum0);
                sum1 = TLanes.MultiplyAdd(x, TLanes.Load(second + c), sum1);
                sum2 = TLanes.MultiplyAdd(x, TLanes.Load(third + c), sum2);
                sum3 = TLanes.MultiplyAdd(x, TLanes.Load(fourth + c), sum3);
            }

            float dot0 = TLanes.SumOf(sum0), dot1 = TLanes.SumOf(sum1), dot2 = TLanes.SumOf(sum2), dot3 = TLanes.SumOf(sum3);
            for (int c = whole; c < width; c++)
            {
                dot0 += vector[c] * rows[c];
                dot1 += vector[c] * second[c];
                dot2 += vector[c] * third[c];
                dot3 += vector[c] * fourth[c];
            }

            destination[j] = factor * dot0;
            destination[j + 1] = factor * dot1;
            destination[j + 2] = factor * dot2;
            destination[j + 3] = factor * dot3;
        }

        for (; j < count; j++, rows += width)
        {
            destination[j] = factor * RowLanes.Dot<TLanes>(vector, rows, width);
        }
    }

    /// <summary>destination = Σⱼ weights[j] · row j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void WeightedSum<TLanes>(float* weights, float* rows, int count, int width, float* destination)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int c = 0;
        for (; c <= width - (4 * TLanes.Count); c += 4 * TLanes.Count)
        {
            TLanes sum0 = TLanes.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            float* row = rows + c;
            for (int j = 0; j < count; j++, row += width)
            {
                TLanes weight = TLanes.Broadcast(weights[j]);
                sum0 = TLanes.MultiplyAdd(weight, TLanes.Load(row), sum0);
                sum1 = TLanes.MultiplyAdd(weight, TLanes.Load(row + TLanes.Count), sum1);
                sum2 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (2 * TLanes.Count)), sum2);
                sum3 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (3 * TLanes.Count)), sum3);
            }

            TLanes.Store(destination + c, sum0);
            TLanes.Store(destination + c + TLanes.Count, sum1);
            TLanes.Store(destination + c + (2 * TLanes.Count), sum2);
            TLanes.Store(destination + c + (3 * TLanes.Count), sum3);
        }

        for (; c <= width - TLanes.Count; c += TLanes.Count)
        {
            TLanes sum = TLanes.Broadcast(0);
            float* row = rows + c;
            for (int j = 0; j < count; j++, row += width)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(weights[j]), TLanes.Load(row), sum);
            }

            TLanes.Store(destination + c, sum);
        }

        for (; c < width; c++)
        {
            float sum = 0;
            for (int j = 0; j < count; j++)
            {
                sum += weights[j] * rows[((long)j * width) + c];
            }

            destination[c] = sum;
        }
    }

    /// <summary>factors[j] = e^(−(first + j − centre)² · sharpness / 2).</summary>
    /// <param name="first">The position of the first.</param>
    /// <param name="centre">p</param>
    /// <param name="sharpness">1/σ².</param>
    /// <param name="factors">[count]</param>
    /// <param name="count">A multiple of a register.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Gaussian<TLanes>(int first, float centre, float sharpness, float* factors, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes indices = TLanes.Indices, p = TLanes.Broadcast(centre), half = TLanes.Broadcast(-sharpness / 2);
        for (int j = 0; j < count; j += TLanes.Count)
        {
            TLanes distance = TLanes.Broadcast(first + j) + indices - p;
            TLanes.Store(factors + j, Exponential.Power(distance * distance * half));
        }
    }

    /// <summary>a ⊙ b into a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Multiply<TLanes>(float* a, float* b, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int j = 0; j < count; j += TLanes.Count)
        {
            TLanes.Store(a + j, TLanes.Load(a + j) * TLanes.Load(b + j));
        }
    }

    /// <summary>Σ weights · slopes · (first + j − centre).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static float CentreGradient<TLanes>(int first, float centre, float* weights, float* slopes, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes indices = TLanes.Indices, p = TLanes.Broadcast(centre), sums = TLanes.Broadcast(0);
        for (int j = 0; j < count; j += TLanes.Count)
        {
            sums = TLanes.MultiplyAdd(TLanes.Load(weights + j) * TLanes.Load(slopes + j), TLanes.Broadcast(first + j) + indices - p, sums);
        }

        return TLanes.SumOf(sums);
    }
}
