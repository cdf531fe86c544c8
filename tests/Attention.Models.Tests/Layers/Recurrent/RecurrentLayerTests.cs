using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Layers.Recurrent;

public sealed class RecurrentLayerTests
{
    public static TheoryData<RecurrentKind> Kinds => [RecurrentKind.Elman, RecurrentKind.Gru, RecurrentKind.Lstm];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_Backward_IsTheSlope(RecurrentKind kind)
    {
        RecurrentLayer layer = new(new(kind, 2, 3) { Layers = 2, IsBidirectional = true }, new(1));
        Tensor x = new Draw(2).Of(2, 3, 2);
        int[] lengths = [1, 3];
        Tensor[] states = [.. layer.Zero(2).Select((state, i) => new Draw(3 + (ulong)i).Of(state.Shape))];

        GradientCheck.Assert(() => layer.Forward(x, lengths, states).Hidden, [x, .. states, .. layer.Parameters]);
        GradientCheck.Assert(() => Tensor.Stack(0, [.. layer.Forward(x, lengths, states).States]), [x, .. states]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_WhatIsInThePadding_DoesNotMatter(RecurrentKind kind)
    {
        RecurrentLayer layer = new(new(kind, 2, 3) { Layers = 2, IsBidirectional = true }, new(1));
        Tensor shorter = new Draw(2).Of(1, 3, 2);
        Tensor longer = Tensor.Concat(1, shorter, Tensor.Full(float.NaN, 1, 2, 2)), both = Tensor.Concat(0, new Draw(3).Of(1, 5, 2), longer);
        int[] lengths = [5, 3];

        RecurrentOutput alone = layer.Forward(shorter), padded = layer.Forward(both, lengths);

        Assert.Equal(alone.Hidden.ToArray(), padded.Hidden.At(0, 1).Slice(0, 0, 3).ToArray());
        Assert.All(padded.Hidden.At(0, 1).Slice(0, 3, 2).ToArray(), value => Assert.Equal(0, value));
        for (int i = 0; i < alone.States.Count; i++)
        {
            Assert.Equal(alone.States[i].ToArray(), padded.States[i].Slice(1, 1, 1).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Continue_StepByStep_IsTheWhole(RecurrentKind kind)
    {
        RecurrentLayer layer = new(new(kind, 2, 3) { Layers = 2 }, new(1));
        Tensor x = new Draw(2).Of(2, 4, 2);
        RecurrentOutput whole = layer.Forward(x);
        IReadOnlyList<Tensor> states = layer.Zero(2);

        for (int step = 0; step < 4; step++)
        {
            states = layer.Continue(x.At(1, step), states);
            Near(whole.Hidden.At(1, step), RecurrentCell.Hidden(states[^1]));
        }

        Near(whole.States[0], states[0]);
        Near(whole.States[1], states[1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_ALaterStep_DoesNotChangeEarlierOnes(RecurrentKind kind)
    {
        RecurrentLayer layer = new(new(kind, 2, 3), new(1));
        Tensor x = new Draw(2).Of(1, 4, 2);

        Assert.Equal(layer.Forward(x).Hidden.Slice(1, 0, 3).ToArray(), layer.Forward(x.Slice(1, 0, 3)).Hidden.ToArray());
    }

    [Fact]
    public void Dropout_StandsBetweenLayers_AndNowhereElse()
    {
        const float Rate = 0.999999f;
        RecurrentLayer one = new(new(RecurrentKind.Gru, 2, 3) { Dropout = Rate }, new(1)), two = new(new(RecurrentKind.Gru, 2, 3) { Layers = 2, Dropout = Rate }, new(1));
        Tensor x = new Draw(2).Of(1, 4, 2), other = new Draw(3).Of(1, 4, 2);

        foreach (Func<RecurrentLayer, Tensor, Tensor> read in new Func<RecurrentLayer, Tensor, Tensor>[] { (layer, rows) => layer.Forward(rows).Hidden, Stepped })
        {
            one.Train();
            two.Train();
            Assert.NotEqual(read(one, x).ToArray(), read(one, other).ToArray());
            Assert.Equal(read(two, x).ToArray(), read(two, other).ToArray()); // the upper layer sees nothing
            float[] trained = read(one, x).ToArray();
            one.Evaluate();
            two.Evaluate();
            Assert.Equal(trained, read(one, x).ToArray());
            Assert.NotEqual(read(two, x).ToArray(), read(two, other).ToArray());
        }

        static Tensor Stepped(RecurrentLayer layer, Tensor rows) => RecurrentCell.Hidden(layer.Continue(rows.At(1, 0), layer.Zero(1))[^1]);
    }

    [Fact]
    public void LstmCell_ForgetBias_BeginsAtOne()
    {
        LstmCell cell = new(2, 3, new(1));

        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], cell.NamedParameters.Single(named => named.Key == "input.bias").Value.ToArray());
        Assert.Equal(4 * 3 * (2 + 3 + 2), cell.ParameterCount);
        Assert.All(cell.NamedParameters.Single(named => named.Key == "state.weight").Value.ToArray(), value => Assert.InRange(value, -0.578f, 0.578f));
    }

    [Fact]
    public void Forward_SizesThatDoNotFit_AreNamed()
    {
        RecurrentLayer layer = new(new(RecurrentKind.Gru, 2, 3) { IsBidirectional = true }, new(1));
        Tensor x = Tensor.Zeros(2, 4, 2);
        int[] three = [1, 2, 3], tooLong = [5, 1];

        Refused("RecurrentLayer: expected rows [B, T, 2] of at least one step, got [4, 2]", () => layer.Forward(Tensor.Zeros(4, 2)));
        Refused("RecurrentLayer: expected rows [B, T, 2] of at least one step, got [2, 0, 2]", () => layer.Forward(Tensor.Zeros(2, 0, 2)));
        Refused("lengths: expected 2, one per sequence, got 3", () => layer.Forward(x, three));
        Refused("lengths: expected 0 to 4, got 5", () => layer.Forward(x, tooLong));
        Refused("RecurrentLayer: expected 2 states, got 1", () => layer.Forward(x, states: [Tensor.Zeros(1, 2, 3)]));
        Refused("GruCell: expected rows [B, 2] and a state [1, B, 3], got a state [1, 2, 4] and [2, 9] of projected rows", () => new GruCell(2, 3, new(1)).Forward(Tensor.Zeros(2, 2), Tensor.Zeros(1, 2, 4)));
        Refused("Layers: expected at least 1, got 0", () => new RecurrentLayer(new(RecurrentKind.Gru, 2, 3) { Layers = 0 }, new(1)));
        Refused("recurrent cell: expected widths of at least 1, got 2 and 0", () => new LstmCell(2, 0, new(1)));
        Assert.Equal("Continue: a layer that reads from both ends needs the whole sequence", Assert.Throws<InvalidOperationException>(() => layer.Continue(x, layer.Zero(2))).Message);

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], actual.Values[i], 1e-6f);
        }
    }
}
