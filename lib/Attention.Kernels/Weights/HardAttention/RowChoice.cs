namespace Attention.Kernels;

/// <summary>Chooses a column of a row.</summary>
internal static unsafe class RowChoice
{
    /// <summary>The first of the largest, or −1 where there is nothing above −∞, or where the search met a NaN.</summary>
    internal static int Largest<TLanes>(float* row, int columns)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float peak = Softmax.Peak<TLanes>(row, columns);
        int column = 0;
        while (column < columns && row[column] != peak)
        {
            column++;
        }

        // Nothing above −∞ has the peak 0, which none of its scores equals.
        return column < columns ? column : -1;
    }

    /// <summary>The first column at which the running sum of the weights exceeds the target; the last weight that counts where rounding leaves it short.</summary>
    internal static int Reached(float* weights, int columns, double target)
    {
        int last = -1;
        double sum = 0;
        for (int i = 0; i < columns; i++)
        {
            if (weights[i] > 0)
            {
                last = i;
                sum += weights[i];
                if (sum > target)
                {
                    return i;
                }
            }
        }

        return last;
    }
}
