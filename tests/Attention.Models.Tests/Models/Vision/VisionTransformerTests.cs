using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models.Vision;

public sealed class VisionTransformerTests
{
    private static readonly VisionTransformerOptions Tiny = new(4, 2, 3) { Channels = 2, Width = 4, Heads = 2, Layers = 1, InnerWidth = 6 };

    [Fact]
    public void VisionTransformer_Backward_IsTheSlope()
    {
        VisionTransformer model = new VisionTransformer(Tiny, new(1)).Stirred(1);
        Tensor images = new Draw(2).Of(2, 2, 4, 4);

        GradientCheck.Assert(() => model.Logits(images), [images, .. model.Parameters]);
    }

    [Fact]
    public void SegmentationTransformer_Backward_IsTheSlope()
    {
        SegmentationTransformer model = new SegmentationTransformer(Tiny, new(1)).Stirred(1);
        Tensor images = new Draw(2).Of(2, 2, 4, 4);

        GradientCheck.Assert(() => model.Logits(images), [images, .. model.Parameters]);
    }

    [Fact]
    public void AttentionMaps_AreTheClassTokensWeights()
    {
        VisionTransformer model = new(Tiny, new(1));
        Tensor images = new Draw(2).Of(3, 2, 4, 4), maps = model.AttentionMaps(images, 0);

        Assert.Equal([3, 2, 2, 2], maps.Shape);
        Assert.All(maps.Reshape(6, 4).Sum(-1).ToArray(), sum => Assert.InRange(sum, 0.01f, 0.99f));
        VisionTransformer deep = new VisionTransformer(Tiny with { Layers = 2 }, new(1)).Stirred(1);
        deep.Evaluate();
        using AttentionRecorder recorder = AttentionRecorder.Start();
        deep.Logits(images);
        for (int layer = 0; layer < 2; layer++)
        {
            Tensor weights = recorder[$"encoder.layers.{layer}.attention"], map = deep.AttentionMaps(images, layer);
            Assert.Equal([3, 2, 5, 5], weights.Shape);
            for (int patch = 0; patch < 4; patch++)
            {
                Assert.Equal(weights[2, 1, 0, 1 + patch], map[2, 1, patch / 2, patch % 2]);
            }
        }

        Assert.Equal("layer: expected 0 to 0, got 1", Assert.Throws<ArgumentException>(() => model.AttentionMaps(images, 1)).Message.Split(" (Param")[0]);
    }

    [Fact]
    public void SegmentationTransformer_PixelsStandWhereTheirPatchStands()
    {
        // Without layers a patch's pixels follow from that patch alone: change one patch, and no pixel elsewhere may change.
        SegmentationTransformer model = new(Tiny with { Layers = 0 }, new(1));
        Tensor images = new Draw(2).Of(1, 2, 4, 4), before = model.Logits(images);
        images.Values[0 + (1 * 4) + 2] += 1;
        Tensor after = model.Logits(images);

        for (int pixel = 0; pixel < 16; pixel++)
        {
            bool isInPatch = pixel / 4 < 2 && pixel % 4 >= 2;
            Assert.Equal(isInPatch, !before.At(0, 0).Reshape(16, 3).At(0, pixel).ToArray().SequenceEqual(after.At(0, 0).Reshape(16, 3).At(0, pixel).ToArray()));
        }
    }

    [Fact]
    public void SegmentationTransformer_AttentionMap_SumsToOne()
    {
        SegmentationTransformer model = new(Tiny, new(1));
        Tensor map = model.AttentionMap(new Draw(2).Of(3, 2, 4, 4), 0, 1, 0);

        Assert.Equal([3, 2, 2, 2], map.Shape);
        SegmentationTransformer deep = new SegmentationTransformer(Tiny with { Layers = 2 }, new(1)).Stirred(1);
        Tensor images = new Draw(2).Of(3, 2, 4, 4);
        using AttentionRecorder recorder = AttentionRecorder.Start();
        deep.Logits(images);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Equal(recorder[$"encoder.layers.{layer}.attention"].At(2, 2).ToArray(), deep.AttentionMap(images, layer, row: 1, column: 0).ToArray()); // the third patch of 2×2
        }

        Assert.All(map.Reshape(6, 4).Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-6f));
        Assert.Equal("patch (2, 0) of layer 0: there are 2×2 patches and 1 layers", Assert.Throws<ArgumentException>(() => model.AttentionMap(Tensor.Zeros(1, 2, 4, 4), 0, 2, 0)).Message);
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        Assert.Equal("vision: patches of 3 pixels do not fill a side of 4", Assert.Throws<ArgumentException>(() => new VisionTransformer(new(4, 3, 2), new(1))).Message);
        Assert.Equal(
            "vision: expected classes, channels and an inner width of at least 1 and no negative number of layers, got 0, 3, 256 and 2",
            Assert.Throws<ArgumentException>(() => new SegmentationTransformer(new(4, 2, 0), new(1))).Message);
        Assert.Equal("vision: expected images [batch, 2, 4, 4], got [1, 3, 4, 4]", Assert.Throws<ArgumentException>(() => new VisionTransformer(Tiny, new(1)).Predict(Tensor.Zeros(1, 3, 4, 4))).Message);
        Assert.Equal("vision: expected images [batch, 2, 4, 4], got [2, 4, 4]", Assert.Throws<ArgumentException>(() => new SegmentationTransformer(Tiny, new(1)).Predict(Tensor.Zeros(2, 4, 4))).Message);
    }

    [Fact]
    public void Base16_HasThePublishedSize()
    {
        // Dosovitskiy et al. 2021, table 1: 86 million; the exact count of the published checkpoint with 1000 classes is 86 567 656.
        const long layer = (4 * 768 * 769L) + (3072 * 769L) + (768 * 3073L) + (4 * 768);
        long patches = (768 * 3 * 256) + 768, tokens = (197 * 768) + 768, head = (768 * 1000) + 1000 + (2 * 768);
        VisionTransformerOptions one = VisionTransformerOptions.Base16 with { Layers = 1 };

        Assert.Equal(patches + tokens + head + layer, new VisionTransformer(one, new(1)).ParameterCount);
        Assert.Equal(86_567_656, patches + tokens + head + (12 * layer));
    }
}
