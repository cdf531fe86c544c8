namespace Attention.Kernels;

/// <summary>Threads of the pool that have just helped, and linger a moment for the next kernel, because one follows the other closely.</summary>
internal sealed class Helpers
{
    [ThreadStatic]
    private static Helper? t_own;

    private readonly Pool<Helper> _lingering = new();

    /// <summary>Gives work to a helper that lingers, who will do it for certain.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool TryGive(TiledWork work)
    {
        Helper? helper = _lingering.Rent();
        if (helper is null)
        {
            return false;
        }

        Volatile.Write(ref helper.Work, work);
        return true;
    }

    /// <summary>Lingers.</summary>
    /// <returns>The work that came, or null where none did, or others wait for the pool's threads.</returns>
    internal TiledWork? Linger()
    {
        Helper own = t_own ??= new Helper();
        if (ThreadPool.PendingWorkItemCount > 0 || !_lingering.Return(own))
        {
            return null;
        }

        Patience patience = new();
        TiledWork? work;
        while ((work = Volatile.Read(ref own.Work)) is null)
        {
            // Who is found no more has been picked, and is about to be given work.
            if (!patience.Spin() && _lingering.Remove(own))
            {
                return null;
            }
        }

        own.Work = null;
        return work;
    }

    /// <summary>By what a thread is given work.</summary>
    private sealed class Helper
    {
        internal TiledWork? Work;
    }
}
