namespace Attention.Kernels.Tests;

/// <summary>Rotary positions in both layouts of pairs, as torch operations compute them.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class RotaryGoldenTests
{
    public static TheoryData<string, RotaryPairs> Pairs => new() { { "interleaved", RotaryPairs.Neighbours }, { "half-split", RotaryPairs.Halves } };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void ForwardAndBackward_EveryForm_ArePyTorchs(string name, RotaryPairs pairs)
    {
        GoldenCase golden = GoldenCase.Read("rotary", name);
        RotaryShape shape = new(golden.Integer("batch"), golden.Integer("heads"), golden.Integer("length"), golden.Integer("width"));
        int first = golden.Integer("first");
        RotaryTable table = new(first + shape.Length, shape.Width, pairs);
        foreach (Form form in Forms.Supported)
        {
            using Fences fences = new(Fence.End);
            Memory<float> x = fences.Input(golden.Input("input"), "input"), dy = fences.Input(golden.Input("outputGradient"), "outputGradient");
            Memory<float> y = fences.Output(x.Length, "output"), dx = fences.Output(x.Length, "inputGradient");
            RotaryPositions.Forward(shape, table, x.Span, y.Span, [first], form.Options());
            RotaryPositions.Backward(shape, table, dy.Span, dx.Span, [first], form.Options());
            fences.AssertIntact();
            golden.Holds(ErrorBudget.Forward, "output", y.Span, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx.Span, $"{form}");
        }
    }
}
