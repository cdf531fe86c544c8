namespace Attention.Kernels;

/// <summary>Whose turn it is to add to a gradient that several tiles share.</summary>
/// <param name="before">How many blocks the tile before has done; null when there is none to wait for.</param>
/// <param name="own">How many blocks this tile has done; null when nobody asks.</param>
/// <param name="cancellation">Whoever is cancelled never says that a block is done.</param>
internal readonly unsafe struct BackwardTurn(int* before, int* own, CancellationToken cancellation)
{
    /// <summary>Waits until the tile before has done so many blocks.</summary>
    /// <returns>False when there is no point in waiting any more.</returns>
    internal bool Await(int blocks)
    {
        // The others are at work and about as fast: yielding is enough, and sleeping would be too long.
        SpinWait spin = default;
        while (before != null && Volatile.Read(ref *before) < blocks)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        return true;
    }

    /// <summary>Lets the next tile go as far. Only after the tile before has: who waits for one waits for all before it.</summary>
    internal void Pass(int blocks)
    {
        if (own != null)
        {
            Volatile.Write(ref *own, blocks);
        }
    }
}
