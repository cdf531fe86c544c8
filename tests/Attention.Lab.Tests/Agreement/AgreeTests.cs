namespace Attention.Lab.Tests;

public class AgreeTests
{
    internal static readonly Dictionary<string, Delegate> Correct = new()
    {
        ["exp"] = Naive.Exp,
        ["exp-backward"] = Naive.ExpBackward,
        ["softmax"] = Naive.Softmax,
        ["softmax-rows"] = (float[,] scores) => Naive.Rows(scores, Naive.Softmax),
        ["masked-softmax"] = (float[,] scores) => Naive.Rows(scores, Naive.MaskedSoftmax),
        ["softmax-backward"] = Naive.SoftmaxBackward,
        ["attention-weights"] = Naive.Weights,
        ["attention"] = Naive.Attention,
        ["causal-attention"] = Naive.Causal,
        ["cached-causal-attention"] = Naive.Causal,
        ["padded-attention"] = Naive.Padded,
        ["masked-attention"] = Naive.Masked,
        ["biased-attention"] = Naive.WithBias,
        ["multi-head-attention"] = Naive.MultiHead,
        ["grouped-query-attention"] = Naive.GroupedQuery,
    };

    public static TheoryData<string> Names => [.. Agreement.Catalogue.Select(contract => contract.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_PlainLoops_AgreesOnEveryName(string name)
    {
        AgreementReport report = Agreement.Agree(name, Correct[name]);

        TestContext.Current.TestOutputHelper?.WriteLine(report + "\n" + report.LargestDifference);
        Assert.True(report.Agrees);
    }
}
