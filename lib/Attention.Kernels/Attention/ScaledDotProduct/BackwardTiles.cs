namespace Attention.Kernels;

/// <summary>The backward pass cut into panels of keys: one panel of one key head of one sequence is one tile of the work.</summary>
/// <remarks>
/// The keys of a panel stand side by side in the lanes, and the queries pass by in blocks: S = Q Kᵀ, dP = dO Vᵀ, then dVᵀ += dOᵀ P and dKᵀ += Qᵀ dS stay in scratch until all queries
/// have passed, and only dQ = dS K leaves each block (Dao et al. 2022, algorithm 4). In all five products one operand is read one float at a time and broadcast, from the caller's memory
/// or from the weights, and the other is an aligned panel; nothing is N×M.
/// <para>
/// Panels of one head meet in the gradient of its queries. Each panel adds to a block of queries only after the panel before it has, so that the sums run in one order whoever
/// computes them; so does a panel of one head after that of an earlier one, where a bias serves both and its gradient is wanted. Tiles are handed out in ascending order, and a tile only ever waits for a smaller one, which therefore somebody has.
/// </para>
/// </remarks>
/// <param name="problem">What to compute.</param>
/// <param name="together">How many heads are worked on at the same time: as many as there are threads, so that each has one for itself.</param>
/// <param name="progress">[tiles], zeros: how many steps each tile has done. Null when one thread does everything in order.</param>
internal readonly unsafe struct BackwardTiles(BackwardProblem problem, int together, int* progress) : ITiles
{
    public long Count => CountOf(problem.Shape, problem.Plan);

    public long ScratchCount => problem.Plan.ScratchCount(problem.Shape);

    internal static long CountOf(AttentionShape shape, BackwardPlan plan) => (long)shape.Batch * shape.KeyHeads * plan.Panels;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Heads in strips, panels in their order, and within a panel one tile per head of the strip.
        int panels = problem.Plan.Panels;
        long heads = (long)problem.Shape.Batch * problem.Shape.KeyHeads;
        long firstHead = tile / ((long)together * panels) * together;
        long width = Math.Min(together, heads - firstHead);
        long place = tile - (firstHead * panels);
        int panel = (int)(place / width);
        long head = firstHead + (place % width);
        (int batch, int keyHead) = ((int)(head / problem.Shape.KeyHeads), (int)(head % problem.Shape.KeyHeads));
        int* own = progress == null ? null : progress + (head * panels) + panel;
        int* before = progress == null || panel == 0 ? null : own - 1;
        long apart = progress == null || problem.Buffers.BiasGradient == null ? 0 : problem.Mask.HeadsApart(problem.Shape, batch, keyHead);
        int* above = apart == 0 ? null : own - (apart * panels);
        BackwardTurn turn = new(before, above, own, cancellation);
        try
        {
            new BackwardTile<TLanes>(problem, batch, keyHead, panel, scratch, turn).Run(cancellation);
        }
        catch
        {
            // The call fails, but not before everybody has come back: nobody may go on waiting for this tile.
            turn.Pass(int.MaxValue);
            throw;
        }
    }
}
