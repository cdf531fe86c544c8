using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Layers;

public sealed class ModuleTests
{
    private static readonly TransformerLayerOptions Options = new(8, 2) { InnerWidth = 12, Dropout = 0.1f };

    [Fact]
    public void NamedParameters_OfALayer_AreItsPaths()
    {
        Stack stack = new(2);

        Assert.Equal(
            [
                "attentionNorm.weight", "attentionNorm.bias",
                "attention.query.weight", "attention.query.bias", "attention.key.weight", "attention.key.bias",
                "attention.value.weight", "attention.value.bias", "attention.output.weight", "attention.output.bias",
                "feedForwardNorm.weight", "feedForwardNorm.bias",
                "feedForward.inner.weight", "feedForward.inner.bias", "feedForward.outer.weight", "feedForward.outer.bias",
            ],
            stack.NamedParameters.Select(named => named.Key).Where(name => name.StartsWith("layers.1.", StringComparison.Ordinal)).Select(name => name["layers.1.".Length..]));
        Assert.All(stack.NamedParameters, named => Assert.Equal(named.Key, named.Value.Name));
        Assert.All(stack.Parameters, parameter => Assert.True(parameter.RequiresGradient));
        Assert.Equal(2 * ((4 * 8) + (4 * ((8 * 8) + 8)) + (8 * 12) + 12 + (12 * 8) + 8), stack.ParameterCount);
        Assert.Equal("layers.1.attention.output", stack.Layers[1].NamedParameters.Any() ? stack.Path(1) : "");
    }

    [Fact]
    public void Parameters_MadeInAScope_OutliveIt()
    {
        Linear layer;
        using (Memory.Scope())
        {
            layer = new(3, 2, new(1));
        }

        Assert.Equal([1, 2], layer.Forward(Tensor.Ones(1, 3)).Shape);
    }

    [Fact]
    public void Train_GoesThroughAllParts()
    {
        Stack stack = new(1);
        Tensor x = new Draw(1).Of(1, 3, 8);
        Assert.NotEqual(stack.Forward(x).ToArray(), stack.Forward(x).ToArray());

        stack.Evaluate();
        Assert.False(stack.Layers[0].IsTraining);
        Assert.Equal(stack.Forward(x).ToArray(), stack.Forward(x).ToArray());

        stack.Train();
        Assert.True(stack.Layers[0].IsTraining);
    }

    [Fact]
    public void Predict_Ended_LeavesEveryPartAsItWas()
    {
        Stack stack = new(2);
        stack.Layers[1].Evaluate();

        Prediction prediction = stack.Predict();
        Assert.All(stack.All, part => Assert.False(part.IsTraining));
        Assert.False(Gradients.AreOn);
        prediction.Dispose();

        Assert.True(stack.IsTraining);
        Assert.All(stack.Layers[0].All, part => Assert.True(part.IsTraining));
        Assert.All(stack.Layers[1].All, part => Assert.False(part.IsTraining));
        Assert.True(Gradients.AreOn);
    }

    [Fact]
    public void Load_OfAnothersState_MakesThemAlike()
    {
        Stack from = new(1, seed: 1), to = new(1, seed: 2);
        Tensor x = new Draw(1).Of(1, 3, 8);
        from.Evaluate();
        to.Evaluate();
        Assert.NotEqual(from.Forward(x).ToArray(), to.Forward(x).ToArray());

        to.Load(from.State());

        Assert.Equal(from.Forward(x).ToArray(), to.Forward(x).ToArray());
        Assert.NotSame(from.Parameters.First(), to.Parameters.First());
        Assert.Contains("scale", from.State().Keys);
        Assert.DoesNotContain("scale", from.NamedParameters.Select(named => named.Key));
    }

    [Fact]
    public void Load_WhatDoesNotFit_IsNamedAndNothingIsCopied()
    {
        Linear layer = new(3, 2, new(1));
        float[] before = layer.Weight.ToArray();

        var refused = Assert.Throws<ArgumentException>(() => layer.Load(new Dictionary<string, Tensor> { ["weight"] = Tensor.Zeros(2, 3), ["bias"] = Tensor.Zeros(3), ["scale"] = Tensor.Zeros(1) }));
        Assert.Equal("Load: 2 tensors do not fit\n  misshapen bias: expected [2], got [3]\n  unexpected scale [1]", refused.Message);

        refused = Assert.Throws<ArgumentException>(() => layer.Load(new Dictionary<string, Tensor> { ["weight"] = Tensor.Zeros(2, 3) }));
        Assert.Equal("Load: 1 tensor does not fit\n  missing bias [2]", refused.Message);
        Assert.Equal(before, layer.Weight.ToArray());
    }

    [Fact]
    public void Load_OfWhatAScopeHasTaken_CopiesNothing()
    {
        Linear layer = new(3, 2, new(1));
        float[] before = layer.Weight.ToArray();
        Dictionary<string, Tensor> state = new() { ["weight"] = Tensor.Ones(2, 3) };
        using (Memory.Scope())
        {
            state["bias"] = Tensor.Ones(2);
        }

        Assert.Throws<ObjectDisposedException>(() => layer.Load(state));
        Assert.Equal(before, layer.Weight.ToArray());
    }

    [Fact]
    public void NamedRandomSources_SetBack_RepeatTheDropout()
    {
        Stack stack = new(1);
        Tensor x = new Draw(1).Of(1, 3, 8);
        Assert.Contains("layers.0.dropout.random", stack.NamedRandomSources.Select(named => named.Key));
        var positions = stack.NamedRandomSources.ToDictionary(named => named.Key, named => named.Value.Position);
        float[] first = stack.Forward(x).ToArray();
        Assert.NotEqual(first, stack.Forward(x).ToArray());

        foreach ((string name, RandomSource source) in stack.NamedRandomSources)
        {
            source.Position = positions[name];
        }

        Assert.Equal(first, stack.Forward(x).ToArray());
    }

    [Fact]
    public void ZeroGradients_ForgetsAll()
    {
        Linear layer = new(3, 2, new(1));
        layer.Forward(Tensor.Ones(1, 3)).Sum().Backward();
        Assert.All(layer.Parameters, parameter => Assert.NotNull(parameter.Gradient));

        layer.ZeroGradients();

        Assert.All(layer.Parameters, parameter => Assert.Null(parameter.Gradient));
    }

    [Fact]
    public void Add_Twice_IsRefused()
    {
        Assert.Equal("inner: Twice has a part of this name already", Assert.Throws<ArgumentException>(() => new Twice(sameName: true)).Message);
        Assert.Equal("outer: the part has been added before, as inner", Assert.Throws<ArgumentException>(() => new Twice(sameName: false)).Message);
    }

    [Fact]
    public void Source_Twice_IsRefused() =>
        Assert.Equal("random: TwoSources has a source of random numbers of this name already", Assert.Throws<ArgumentException>(() => new TwoSources()).Message);

    private sealed class TwoSources : Module
    {
        internal TwoSources()
        {
            Source("random", new(1));
            Source("random", new(1));
        }
    }

    private sealed class Stack : Module
    {
        internal Stack(int layers, ulong seed = 1)
        {
            RandomSource random = new(seed);
            Constant("scale", Tensor.Full(2));
            Layers = Add("layers", layers, _ => new EncoderLayer(Options, random));
        }

        internal IReadOnlyList<EncoderLayer> Layers { get; }

        internal Tensor Forward(Tensor x) => Layers.Aggregate(x, (rows, layer) => layer.Forward(rows));

        internal string Path(int layer) => $"{Layers[layer].Name}.attention.output";
    }

    private sealed class Twice : Module
    {
        internal Twice(bool sameName)
        {
            Linear part = Add("inner", new Linear(1, 1, new(1)));
            Add(sameName ? "inner" : "outer", sameName ? new Linear(1, 1, new(1)) : part);
        }
    }
}
