namespace Attention.Kernels.Tests;

/// <summary>What one problem's gradients must be, worked out once and asked for each form.</summary>
internal sealed class AttentionBackwardJudge
{
    private readonly AttentionBackwardCase problem;
    private readonly AttentionBackwardOracle oracle;
    private readonly AttentionGradients naive;

    public AttentionBackwardJudge(AttentionBackwardCase problem)
    {
        this.problem = problem;
        oracle = AttentionBackwardOracle.Of(problem.Problem, problem.Slopes);
        naive = AttentionBackwardCalls.Naive.Run(problem);
        AssertNaive();
    }

    /// <summary>Holds gradients against the oracle, with three times the naive form's error.</summary>
    public void Assert(string how, AttentionGradients actual)
    {
        ErrorBudget.Gradient.Assert($"queries' gradient, {how}, {problem}", oracle.Query, naive.Query, actual.Query);
        ErrorBudget.Gradient.Assert($"keys' gradient, {how}, {problem}", oracle.Key, naive.Key, actual.Key);
        ErrorBudget.Gradient.Assert($"values' gradient, {how}, {problem}", oracle.Value, naive.Value, actual.Value);
    }

    /// <summary>Runs and holds every form this process has, each on one side of the fence; the sides take turns, beginning with any.</summary>
    public void AssertEveryForm(int turn = 0)
    {
        foreach (Form form in Forms.Supported)
        {
            Fence fence = turn++ % 2 == 0 ? Fence.End : Fence.Start;
            Assert($"{form} against fence {fence}", AttentionBackwardCalls.Backward(form).Run(problem, fence));
        }
    }

    /// <summary>
    /// The yardstick itself may lose no more than rounding can: D products round a score, Dv a slope, the output and logSumExp come rounded from M terms each, and N queries are summed.
    /// </summary>
    private void AssertNaive()
    {
        AttentionShape shape = problem.Problem.Shape;
        ErrorBudget budget = ErrorBudget.Rounding(shape.Width + (2 * shape.ValueWidth) + (4 * shape.Keys) + ((long)shape.Queries * shape.Heads / shape.KeyHeads) + 24);
        budget.Assert($"queries' gradient, naive form, {problem}", oracle.Query, naive.Query);
        budget.Assert($"keys' gradient, naive form, {problem}", oracle.Key, naive.Key);
        budget.Assert($"values' gradient, naive form, {problem}", oracle.Value, naive.Value);
    }
}
