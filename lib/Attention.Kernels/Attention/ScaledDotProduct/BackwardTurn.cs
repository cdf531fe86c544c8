namespace Attention.Kernels;

/// <summary>Whose turn it is to add to a gradient that several tiles share.</summary>
/// <remarks>
/// Every tile goes through the same steps, or leaves some out. A step is said to be done only after the tiles waited for have said so: who waits for one waits for all before it.
/// </remarks>
/// <param name="before">How many steps the panel before has done; null when there is none to wait for.</param>
/// <param name="above">How many steps the same panel of an earlier head has done, where both share the gradient of a bias; null when there is none to wait for.</param>
/// <param name="own">How many steps this tile has done; null when nobody asks.</param>
/// <param name="cancellation">Whoever is cancelled never says that a step is done.</param>
internal readonly unsafe struct BackwardTurn(int* before, int* above, int* own, CancellationToken cancellation)
{
    /// <summary>Waits until the panel before has done so many steps, and the earlier head so many.</summary>
    /// <returns>False when there is no point in waiting any more.</returns>
    internal bool Await(int steps, int stepsAbove) => Await(before, steps) && Await(above, stepsAbove);

    /// <summary>Lets those who wait for this tile go as far.</summary>
    internal void Pass(int steps)
    {
        if (own != null)
        {
            Volatile.Write(ref *own, steps);
        }
    }

    private bool Await(int* done, int steps)
    {
        // The others are at work and about as fast: yielding is enough, and sleeping would be too long.
        SpinWait spin = default;
        while (done != null && Volatile.Read(ref *done) < steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        return true;
    }
}
