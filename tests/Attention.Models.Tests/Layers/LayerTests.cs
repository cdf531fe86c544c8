using Attention.Kernels;
using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Layers;

public sealed class LayerTests
{
    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    public void EncoderLayer_Backward_IsTheSlope(bool isPreNorm, bool hasRmsNorm, bool isGated)
    {
        TransformerLayerOptions options = new(4, 2)
        {
            InnerWidth = 6,
            IsPreNorm = isPreNorm,
            HasRmsNorm = hasRmsNorm,
            IsGated = isGated,
            Activation = isGated ? Activation.Silu : Activation.Gelu,
            KeyHeads = isGated ? 1 : null,
            Rotary = isGated ? new(5, 2) : null,
        };
        EncoderLayer layer = new(options, new(1));
        Tensor x = new Draw(2).Of(2, 3, 4);

        GradientCheck.Assert(() => layer.Forward(x, Mask.Causal), [x, .. layer.Parameters]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DecoderLayer_Backward_IsTheSlope(bool isPreNorm)
    {
        DecoderLayer layer = new(new(4, 2) { InnerWidth = 6, IsPreNorm = isPreNorm, Activation = Activation.Gelu }, new(1), memoryWidth: 3);
        Tensor x = new Draw(2).Of(2, 3, 4), memory = new Draw(3).Of(2, 5, 3);

        GradientCheck.Assert(() => layer.Forward(x, memory, Mask.Causal), [x, memory, .. layer.Parameters]);
    }

    [Fact]
    public void AttentionLayer_WithRelativeBias_LearnsIt()
    {
        AttentionLayer layer = new(new(4, 2) { RelativeBuckets = 4, MaxDistance = 3, HasBias = false, Scale = 1, ValueWidth = 3, HeadWidth = 2 }, new(1));
        Tensor x = new Draw(2).Of(1, 4, 4);

        Assert.Contains("relativeBias", layer.NamedParameters.Select(named => named.Key));
        GradientCheck.Assert(() => layer.Forward(x), [x, .. layer.Parameters]);
    }

    [Fact]
    public void AttentionLayer_IsTheKernelsLayer()
    {
        AttentionLayer layer = new(new(6, 3), new(1));
        Tensor x = new Draw(2).Of(2, 4, 6);
        Dictionary<string, Tensor> p = layer.NamedParameters.ToDictionary();
        foreach (string bias in (string[])["query.bias", "key.bias", "value.bias", "output.bias"])
        {
            Tensor.Uniform(new(9), -1, 1, 6).Values.CopyTo(p[bias].Values);
        }

        MultiHeadParameters parameters = new()
        {
            QueryWeight = p["query.weight"].Values,
            KeyWeight = p["key.weight"].Values,
            ValueWeight = p["value.weight"].Values,
            OutputWeight = p["output.weight"].Values,
            QueryBias = p["query.bias"].Values,
            KeyBias = p["key.bias"].Values,
            ValueBias = p["value.bias"].Values,
            OutputBias = p["output.bias"].Values,
        };
        float[] expected = new float[x.Count];
        MultiHeadAttention.Forward(MultiHeadShape.Self(2, 4, 6, 3), x.Values, default, parameters, expected, mask: Mask.Causal);

        Assert.Equal(expected, layer.Forward(x, mask: Mask.Causal).ToArray());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void EncoderLayer_Continued_IsTheWhole(bool isPreNorm, bool isRotary)
    {
        TransformerLayerOptions options = new(16, 4) { IsPreNorm = isPreNorm, Rotary = isRotary ? new(20, 4) : null, KeyHeads = 2 };
        EncoderLayer layer = new(options, new(1));
        Tensor x = new Draw(2).Of(2, 9, 16);
        Tensor whole = layer.Forward(x, Mask.Causal);
        using IDisposable off = Gradients.Off();
        KeyValueCache cache = layer.NewCache(2, 9);

        Near(whole.Slice(1, 0, 5), layer.Continue(x.Slice(1, 0, 5), cache));
        Near(whole.Slice(1, 5, 1), layer.Continue(x.Slice(1, 5, 1), cache));
        Near(whole.Slice(1, 6, 3), layer.Continue(x.Slice(1, 6, 3), cache));
    }

    [Fact]
    public void DecoderLayer_Continued_IsTheWhole()
    {
        DecoderLayer layer = new(new(8, 2), new(1));
        Tensor x = new Draw(2).Of(2, 4, 8), memory = new Draw(3).Of(2, 5, 8);
        int[] lengths = [5, 3];
        Mask seen = Mask.KeyLengths(lengths);
        Tensor whole = layer.Forward(x, memory, Mask.Causal, seen);
        using IDisposable off = Gradients.Off();
        KeyValueCache cache = layer.NewCache(2, 4);
        KeysAndValues remembered = layer.Remember(memory);

        for (int i = 0; i < 4; i++)
        {
            Near(whole.Slice(1, i, 1), layer.Continue(x.Slice(1, i, 1), cache, remembered, seen));
        }
    }

    [Fact]
    public void AttentionLayer_ContinuedUnderAMaskAndARelativeBias_IsTheWhole()
    {
        AttentionLayer layer = new(new(8, 2) { RelativeBuckets = 4, MaxDistance = 3, IsBidirectional = false }, new(1));
        Tensor table = layer.NamedParameters.Single(named => named.Key == "relativeBias").Value;
        Tensor.Uniform(new(3), -1, 1, table.Shape).Values.CopyTo(table.Values);
        Tensor x = new Draw(2).Of(2, 6, 8);
        int[] starts = [0, 2];
        Mask mask = Mask.KeyStarts(starts);
        Tensor whole = layer.Forward(x, mask: mask & Mask.Causal);
        using IDisposable off = Gradients.Off();
        KeyValueCache cache = layer.NewCache(2, 6);

        Near(whole.Slice(1, 0, 4), layer.Continue(x.Slice(1, 0, 4), cache, mask));
        Near(whole.Slice(1, 4, 2), layer.Continue(x.Slice(1, 4, 2), cache, mask));
    }

    [Fact]
    public void AttentionLayer_OfTheLastRowsToAll_TurnsThemByTheirPositions()
    {
        AttentionLayer layer = new(new(8, 2) { Rotary = new(9, 4) }, new(1));
        Tensor x = new Draw(2).Of(2, 5, 8);

        Near(layer.Forward(x).Slice(1, 3, 2), layer.Forward(x.Slice(1, 3, 2), x));
    }

    [Fact]
    public void AttentionLayer_OfAMemoryThatBeginsLater_TurnsTheRowsThatAskAsItsLast()
    {
        AttentionLayer layer = new(new(8, 2) { Rotary = new(9, 4) }, new(1));
        Tensor x = new Draw(2).Of(2, 5, 8);

        Near(layer.Forward(x).Slice(1, 3, 2), layer.Forward(x.Slice(1, 3, 2), layer.Remember(x, firstPosition: 4))); // scores depend on distances alone
        Assert.Equal("table: 5+5 = 10 positions, more than the 9 that it holds", Assert.Throws<ArgumentException>(() => layer.Remember(x, 5)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Continue_Refused_LeavesTheCacheAsItWas(bool hasWindow)
    {
        AttentionLayer layer = new(new(8, 2), new(1));
        Tensor x = new Draw(2).Of(2, 7, 8);
        CacheShape shape = new(2, 2, 4, 4);
        using IDisposable off = Gradients.Off();
        KeyValueCache expected = hasWindow ? KeyValueCache.Contiguous(shape, new CacheWindow(3, 1, 2)) : layer.NewCache(2, 7);
        KeyValueCache cache = hasWindow ? KeyValueCache.Contiguous(shape, new CacheWindow(3, 1, 2)) : layer.NewCache(2, 7);
        float[] slopes = [1]; // of one head, and there are two
        foreach ((int first, int count) in (ReadOnlySpan<(int, int)>)[(0, 4), (4, 2), (6, 1)])
        {
            Tensor rows = x.Slice(1, first, count);
            Assert.Contains("got 1", Assert.Throws<ArgumentException>(() => layer.Continue(rows, cache, Mask.Alibi(slopes))).Message, StringComparison.Ordinal);
            Assert.Equal(first, cache.Length(0));
            Assert.Equal(first, cache.Length(1));
            Assert.Equal(layer.Continue(rows, expected).ToArray(), layer.Continue(rows, cache).ToArray());
        }

        if (hasWindow)
        {
            Assert.Equal("Continue: 3 new rows after 7: the cache's window has room for 2 new tokens at a time", Assert.Throws<ArgumentException>(() => layer.Continue(x.Slice(1, 0, 3), cache)).Message);
            Assert.Equal(layer.Continue(x.Slice(1, 0, 1), expected).ToArray(), layer.Continue(x.Slice(1, 0, 1), cache).ToArray());
        }
    }

    [Fact]
    public void Continue_OfSequencesAtSeveralPlaces_IsRefusedWhereRowsAreTurned()
    {
        AttentionLayer layer = new(new(4, 1) { Rotary = new(9, 4) }, new(1));
        using IDisposable off = Gradients.Off();
        KeyValueCache cache = layer.NewCache(2, 5);
        layer.Continue(Tensor.Ones(2, 3, 4), cache);
        cache.Truncate(1, 2);

        var refused = Assert.Throws<ArgumentException>(() => layer.Continue(Tensor.Ones(2, 1, 4), cache));

        Assert.Equal("Continue: rows are turned by one position for all, and sequence 1 of the cache has 2 tokens, sequence 0 has 3", refused.Message);
    }

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(0, 0.5f)]
    public void EncoderLayer_DropsInTrainingAlone(float dropout, float attentionDropout)
    {
        EncoderLayer layer = new(new(8, 2) { Dropout = dropout, AttentionDropout = attentionDropout }, new(1)), plain = new(new(8, 2), new(1));
        Tensor x = new Draw(2).Of(2, 5, 8);

        Assert.NotEqual(layer.Forward(x).ToArray(), layer.Forward(x).ToArray());
        layer.Evaluate();
        plain.Load(layer.State());
        Assert.Equal(plain.Forward(x).ToArray(), layer.Forward(x).ToArray());
    }

    [Fact]
    public void DecoderLayer_WithoutBiases_HasThemInItsNormsAlone()
    {
        DecoderLayer layer = new(new(8, 2) { HasBias = false, IsGated = true }, new(1));

        Assert.Equal(
            ["attentionNorm.bias", "crossAttentionNorm.bias", "feedForwardNorm.bias"],
            layer.NamedParameters.Select(named => named.Key).Where(name => name.EndsWith("bias", StringComparison.Ordinal)));
    }

    [Fact]
    public void FeedForward_Gated_IsItsFormula()
    {
        FeedForward layer = new(3, 5, new(1), Activation.Tanh, dropout: 0.5f, isGated: true, hasBias: false);
        Dictionary<string, Tensor> p = layer.NamedParameters.ToDictionary();
        Tensor x = new Draw(2).Of(2, 4, 3);

        Assert.NotEqual(layer.Forward(x).ToArray(), layer.Forward(x).ToArray());
        layer.Evaluate();
        Near((x.Linear(p["inner.weight"]).Tanh() * x.Linear(p["gate.weight"])).Linear(p["outer.weight"]), layer.Forward(x));
    }

    [Fact]
    public void Continue_WithGradientsOn_IsRefused()
    {
        AttentionLayer layer = new(new(4, 2), new(1));

        var refused = Assert.Throws<InvalidOperationException>(() => layer.Continue(Tensor.Zeros(1, 1, 4), layer.NewCache(1, 1)));

        Assert.Equal("Continue: gradients do not go through a cache; turn them off", refused.Message);
    }

    [Fact]
    public void AttentionRecorder_WritesDownEveryLayersWeights()
    {
        DecoderLayer layer = new(new(8, 2), new(1));
        Tensor x = new Draw(2).Of(1, 3, 8), memory = new Draw(3).Of(1, 5, 8);
        AttentionRecorder recorder = AttentionRecorder.Start();
        using (Memory.Scope())
        {
            layer.Forward(x, memory, Mask.Causal);
        }

        recorder.Dispose();
        layer.Forward(x, memory, Mask.Causal);

        Assert.Equal(["attention", "crossAttention"], recorder.Entries.Select(entry => entry.Layer));
        Assert.Equal([1, 2, 3, 5], recorder["crossAttention"].Shape);
        Assert.Equal(0, recorder["attention"][0, 1, 0, 2]);
        Assert.All(recorder["attention"].Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-6f));
        Assert.Equal("missing: no such attention layer ran; those that did: attention, crossAttention", Assert.Throws<ArgumentException>(() => recorder["missing"]).Message);
    }

    [Fact]
    public void AttentionRecorder_EndedBeforeALaterOne_IsRefused()
    {
        AttentionRecorder outer = AttentionRecorder.Start(), inner = AttentionRecorder.Start();
        AttentionLayer layer = new(new(4, 2), new(1));

        Assert.Equal("AttentionRecorder: a later one has not ended; end it first, on the thread that began it", Assert.Throws<InvalidOperationException>(outer.Dispose).Message);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        layer.Forward(Tensor.Ones(1, 2, 4));

        Assert.Empty(outer.Entries);
    }

    [Fact]
    public void PositionEncoding_AddsTheRowsOfThePositions()
    {
        SinusoidalEncoding sinusoidal = new(6, 4);
        PositionEmbedding learned = new(6, 4, new(1));
        Tensor x = Tensor.Zeros(2, 3, 4);

        Assert.Equal(SinusoidalPositions.Rows(6, 4)[3, 1], sinusoidal.Forward(x, 2)[1, 1, 1]);
        Assert.Equal(learned.Table[4, 0], learned.Forward(x, 2)[0, 2, 0]);
        Assert.Empty(sinusoidal.NamedParameters);
        Assert.Equal("weight", Assert.Single(learned.NamedParameters).Key);
        GradientCheck.Assert(() => learned.Forward(x, 2), learned.Table);
        Assert.Equal("positions: 4+3 = 7, and there are 6", Assert.Throws<ArgumentException>(() => learned.Forward(x, 4)).Message);
    }

    [Fact]
    public void TokenEmbedding_Tied_LearnsFromBothEnds()
    {
        TokenEmbedding embedding = new(5, 3, new(1), Initializers.Uniform(1));
        int[] tokens = [1, 4, 1];

        GradientCheck.Assert(() => embedding.Logits(embedding.Forward(tokens, 1, 3)), embedding.Weight);
    }

    [Fact]
    public void DropoutLayer_WhenNotTraining_DoesNothing()
    {
        DropoutLayer layer = new(0.5f, new(1));
        Tensor x = Tensor.Ones(1000);

        Assert.InRange(layer.Forward(x).ToArray().Count(value => value == 0), 400, 600);
        layer.Evaluate();
        Assert.Same(x, layer.Forward(x));
        Assert.Equal("rate: expected at least 0 and less than 1, got 1", Assert.Throws<ArgumentException>(() => new DropoutLayer(1, new(1))).Message);
    }

    [Theory]
    [InlineData(4, 3, null, "attention: 3 heads do not share the width 4 evenly")]
    [InlineData(4, 4, 3, "attention: 3 key heads do not share 4 heads evenly")]
    public void AttentionLayer_SizesThatDoNotFit_AreNamed(int width, int heads, int? keyHeads, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new AttentionLayer(new(width, heads) { KeyHeads = keyHeads }, new(1))).Message);
    }

    [Fact]
    public void AttentionLayer_OptionsOutOfRange_AreNamed()
    {
        AttentionLayerOptions options = new(4, 2);
        Refused("attention: HeadWidth: expected at least 1, got 0", options with { HeadWidth = 0 });
        Refused("attention: ValueWidth: expected at least 1, got -1", options with { ValueWidth = -1 });
        Refused("attention: MemoryWidth: expected at least 1, got 0", options with { MemoryWidth = 0 });
        Refused("buckets: expected an even number of at least 4, got -2", options with { RelativeBuckets = -2 });
        Refused("buckets: expected an even number of at least 4, got 5", options with { RelativeBuckets = 5 });
        Refused("maxDistance: expected more than the 2 distances that have a bucket each, got 2", options with { RelativeBuckets = 8, MaxDistance = 2 });
        Refused("attention: expected a dropout of at least 0 and less than 1, got 1", options with { Dropout = 1 });

        static void Refused(string message, AttentionLayerOptions options) =>
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => new AttentionLayer(options, new(1))).Message);
    }

    [Fact]
    public void AttentionLayer_WithAScale_MultipliesTheScoresByIt()
    {
        AttentionLayer scaled = new(new(8, 2) { Scale = 3, HasBias = false }, new(1)), usual = new(new(8, 2) { HasBias = false }, new(1));
        Tensor query = usual.NamedParameters.ToDictionary()["query.weight"], x = new Draw(2).Of(2, 5, 8);
        (query * 6).Values.CopyTo(query.Values); // 6 / √4 = 3
        using IDisposable off = Gradients.Off();

        Near(usual.Forward(x, mask: Mask.Causal), scaled.Forward(x, mask: Mask.Causal));
        Near(usual.Forward(x, mask: Mask.Causal), scaled.Continue(x, scaled.NewCache(2, 5)));
    }

    /// <summary>Pages for two sequences of four tokens suffice for two that part in the middle of a page.</summary>
    [Fact]
    public void NewPages_HaveRoomForTextsThatPart()
    {
        EncoderLayer layer = new(new(8, 2), new(1));
        Tensor x = new Draw(2).Of(1, 3, 8), y = new Draw(3).Of(2, 1, 8);
        using IDisposable off = Gradients.Off();
        PagePool pages = layer.NewPages(sequences: 2, capacity: 4);
        KeyValueCache cache = layer.NewCache(1, pages);
        layer.Continue(x, cache);
        KeyValueCache fork = cache.Fork([0, 0]);
        cache.Dispose();

        Tensor both = layer.Continue(y, fork);

        for (int row = 0; row < 2; row++)
        {
            Tensor whole = layer.Forward(Tensor.Concat(1, x, y.Slice(0, row, 1)), Mask.Causal);
            Near(whole.Slice(1, 3, 1), both.Slice(0, row, 1));
        }
    }

    /// <summary>What the options say of parts reaches the parts.</summary>
    [Fact]
    public void TransformerLayerOptions_ArePassedOn()
    {
        TransformerLayerOptions options = new(8, 4) { KeyHeads = 2, InnerWidth = 5, Initializer = Initializers.Ones, Epsilon = 0.7f };
        EncoderLayer layer = new(options, new(1));
        Dictionary<string, Tensor> parameters = layer.NamedParameters.ToDictionary();
        Tensor x = new Draw(2).Of(1, 3, 8), rows = x.Reshape(3, 8);

        Assert.Equal([4, 8], parameters["attention.key.weight"].Shape);
        Assert.Equal([5, 8], parameters["feedForward.inner.weight"].Shape);
        Assert.All(parameters.Where(named => named.Key.EndsWith("weight", StringComparison.Ordinal)), named => Assert.All(named.Value.ToArray(), value => Assert.Equal(1, value)));
        Assert.Equal([32, 8], new EncoderLayer(new(8, 4), new(1)).NamedParameters.ToDictionary()["feedForward.inner.weight"].Shape);
        Assert.Equal(rows.LayerNorm(epsilon: 0.7f).ToArray(), options.NewNormalization().Forward(rows).ToArray());
        Assert.Equal(rows.RmsNorm(epsilon: 0.7f).ToArray(), (options with { HasRmsNorm = true }).NewNormalization().Forward(rows).ToArray());

        EncoderLayer plain = new(new(8, 4), new(1)), turned = new(new(8, 4) { Rotary = new(3, 2) }, new(1));
        Assert.NotEqual(plain.Forward(x).ToArray(), turned.Forward(x).ToArray()); // from the same weights
    }

    [Fact]
    public void Initializers_HaveTheVarianceOfTheirPapers()
    {
        Holds(Initializers.XavierUniform(), 2.0 / 1500, bound: Math.Sqrt(6.0 / 1500));
        Holds(Initializers.XavierNormal(2), 4 * 2.0 / 1500);
        Holds(Initializers.KaimingUniform(), 2.0 / 300, bound: Math.Sqrt(6.0 / 300));
        Holds(Initializers.KaimingNormal(1), 1.0 / 300);
        Holds(Initializers.Normal(), 0.02 * 0.02);
        Holds(Initializers.TruncatedNormal(0.1f), 0.7737 * 0.01, bound: 0.2);
        Holds(Initializers.Uniform(0.3f), 0.03, bound: 0.3);
        Assert.Equal([1, 1], Initializers.Ones(new(1), [2]).ToArray());
        Assert.Equal([0, 0], Initializers.Zeros(new(1), [2]).ToArray());
        Assert.Equal("XavierUniform: expected a weight [Out, In, ...], got [3]", Assert.Throws<ArgumentException>(() => Initializers.XavierUniform()(new(1), [3])).Message);

        static void Holds(Initializer initializer, double variance, double bound = double.PositiveInfinity)
        {
            float[] values = initializer(new(7), [400, 100, 3]).ToArray();
            Assert.Equal(variance, values.Average(value => (double)value * value), 0.02 * variance);
            Assert.True(values.Max(Math.Abs) <= bound * (1 + 1e-6));
            Assert.Equal(0, values.Average(value => (double)value), Math.Sqrt(variance) * 0.02);
        }
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], actual.Values[i], 2e-6f);
        }
    }
}
