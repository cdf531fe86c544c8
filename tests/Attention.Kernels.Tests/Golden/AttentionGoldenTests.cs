namespace Attention.Kernels.Tests;

/// <summary>Attention and its gradients under every kind of mask, as PyTorch computes them.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionGoldenTests
{
    private const string File = "attention";

    public static TheoryData<string> Names => GoldenCase.Names(File);

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_EveryForm_IsPyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(File, name);
        AttentionCase problem = Problem(name, golden);
        foreach (Form form in Forms.Supported)
        {
            Hold($"{form}", AttentionCalls.Forward(form).Run(problem));
        }

        Hold("naive form", new AttentionForward(AttentionCalls.Naive).Run(problem));

        void Hold(string how, AttentionResult result)
        {
            golden.Holds(ErrorBudget.Forward, "output", result.Output, how);
            golden.Holds(ErrorBudget.Forward, "logSumExp", result.LogSumExp, how);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_EveryForm_IsPyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(File, name);
        AttentionCase problem = Problem(name, golden);
        AttentionBackwardCase attended = new(problem, golden.Input("outputGradient"), AttentionCalls.Forward(Form.Door).Run(problem));
        foreach (Form form in Forms.Supported)
        {
            Hold($"{form}", AttentionBackwardCalls.Backward(form).Run(attended));
        }

        Hold("naive form", AttentionBackwardCalls.Naive.Run(attended));

        void Hold(string how, AttentionGradients gradients)
        {
            golden.Holds(ErrorBudget.Gradient, "queryGradient", gradients.Query, how);
            golden.Holds(ErrorBudget.Gradient, "keyGradient", gradients.Key, how);
            golden.Holds(ErrorBudget.Gradient, "valueGradient", gradients.Value, how);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BackwardWithBias_EveryForm_IsPyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(File, name);
        AttentionCase problem = Problem(name, golden);
        float[] slopes = golden.Input("outputGradient");
        AttentionResult forward = AttentionCalls.Forward(Form.Door).Run(problem);
        using Fences fences = new(Fence.End);
        Mask mask = problem.Mask.Build(fences);
        AttentionOptions options = new() { SoftCap = problem.SoftCap };
        foreach (Form form in Forms.Supported)
        {
            float[] bias = new float[mask.BiasLength], table = new float[mask.TableLength];
            ScaledDotProduct.BackwardWithBias(
                problem.Shape, problem.Query, problem.Key, problem.Value, forward.Output, forward.LogSumExp, slopes, default, default, default, bias, table, mask,
                options with { RegisterBits = form.Options().RegisterBits });
            Hold($"{form}", bias, table);
        }

        float[] naiveBias = new float[mask.BiasLength], naiveTable = new float[mask.TableLength];
        ScaledDotProduct.BackwardWithBiasNaive(
            problem.Shape, problem.Query, problem.Key, problem.Value, forward.Output, forward.LogSumExp, slopes, default, default, default, naiveBias, naiveTable, mask, options);
        Hold("naive form", naiveBias, naiveTable);

        void Hold(string how, float[] bias, float[] table)
        {
            foreach ((string result, float[] actual) in ((string, float[])[])[("biasGradient", bias), ("tableGradient", table)])
            {
                Assert.Equal(golden.Has(result), actual.Length > 0);
                if (actual.Length > 0)
                {
                    golden.Holds(ErrorBudget.Gradient, result, actual, how);
                }
            }
        }
    }

    private static AttentionCase Problem(string name, GoldenCase golden)
    {
        AttentionShape shape = new(
            golden.Integer("batch"),
            golden.Integer("heads"),
            golden.Integer("keyHeads"),
            golden.Integer("queries"),
            golden.Integer("keys"),
            golden.Integer("width"),
            golden.Integer("valueWidth"));
        return new(name, shape, golden.Input("query"), golden.Input("key"), golden.Input("value"), new GoldenMask(name, golden))
        {
            SoftCap = golden.HasNumber("softCap") ? golden.Number("softCap") : null,
        };
    }
}
