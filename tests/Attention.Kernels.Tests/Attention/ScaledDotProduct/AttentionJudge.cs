namespace Attention.Kernels.Tests;

/// <summary>What one problem's answer must be, worked out once and asked for each form.</summary>
internal sealed class AttentionJudge
{
    private readonly AttentionCase problem;
    private readonly AttentionOracle oracle;
    private readonly AttentionResult naive;

    public AttentionJudge(AttentionCase problem)
    {
        this.problem = problem;
        oracle = AttentionOracle.Of(problem);
        naive = new AttentionForward(AttentionCalls.Naive).Run(problem);
        AssertNaive();
    }

    /// <summary>Holds an answer against the oracle, with twice the naive form's error.</summary>
    public void Assert(string how, AttentionResult actual)
    {
        ErrorBudget.Forward.Assert($"output, {how}, {problem}", oracle.Output, naive.Output, actual.Output);
        ErrorBudget.Forward.Assert($"logSumExp, {how}, {problem}", oracle.LogSumExp, naive.LogSumExp, actual.LogSumExp);
    }

    /// <summary>Runs and holds every form this process has, on both sides of the fence.</summary>
    public void AssertEveryForm()
    {
        foreach (Form form in Forms.Supported)
        {
            foreach (Fence fence in Enum.GetValues<Fence>())
            {
                Assert($"{form} against fence {fence}", AttentionCalls.Forward(form).Run(problem, fence));
            }
        }
    }

    /// <summary>The yardstick itself may lose no more than rounding can: D products, scale and bias round a score, M terms are summed twice, and exp, division and logarithm round once each.</summary>
    private void AssertNaive()
    {
        ErrorBudget budget = ErrorBudget.Rounding(problem.Shape.Width + (2 * problem.Shape.Keys) + 8);
        budget.Assert($"output, naive form, {problem}", oracle.Output, naive.Output);
        budget.Assert($"logSumExp, naive form, {problem}", oracle.LogSumExp, naive.LogSumExp);
    }
}
