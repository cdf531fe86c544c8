using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models.Vision;

public sealed class VideoTransformerTests
{
    private static readonly VideoTransformerOptions Tiny = new(new(4, 2, 3) { Channels = 2, Width = 4, Heads = 2, Layers = 1, InnerWidth = 6 }, 3) { TemporalLayers = 2 };

    [Fact]
    public void Logits_Backward_IsTheSlope()
    {
        VideoTransformer model = new VideoTransformer(Tiny, new(1)).Stirred(1);
        Tensor clips = new Draw(2).Of(2, 3, 2, 4, 4);

        GradientCheck.Assert(() => model.Logits(clips), [clips, .. model.Parameters]);
    }

    [Fact]
    public void Logits_GiveEachClipWhatItGetsAlone_AndSeeTheOrderOfFrames()
    {
        VideoTransformer model = new VideoTransformer(Tiny, new(1)).Stirred(1);
        Tensor clips = new Draw(2).Of(2, 3, 2, 4, 4), together = model.Logits(clips);
        int[] backwards = [2, 1, 0];

        for (int clip = 0; clip < 2; clip++)
        {
            Tensor alone = clips.Slice(0, clip, 1);
            Golden.GoldenCases.Near("clip", model.Logits(alone), together.Slice(0, clip, 1));
            Assert.NotEqual(model.Logits(alone).ToArray(), model.Logits(alone.Reshape(3, 2, 4, 4).Select(backwards).Reshape(1, 3, 2, 4, 4)).ToArray());
        }

        Assert.Equal([2, 3], model.Logits(clips.Slice(1, 0, 2)).Shape); // shorter clips are clips, too
    }

    [Fact]
    public void AttentionMaps_AreTheClipsTokensWeights()
    {
        VideoTransformer model = new VideoTransformer(Tiny, new(1)).Stirred(1);
        Tensor clips = new Draw(2).Of(2, 3, 2, 4, 4);
        using AttentionRecorder recorder = AttentionRecorder.Start();
        model.Logits(clips);

        for (int layer = 0; layer < 2; layer++)
        {
            Tensor weights = recorder[$"layers.{layer}.attention"], maps = model.AttentionMaps(clips, layer);
            Assert.Equal([2, 2, 3], maps.Shape);
            for (int frame = 0; frame < 3; frame++)
            {
                Assert.Equal(weights[1, 1, 0, 1 + frame], maps[1, 1, frame]);
            }
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        VideoTransformer model = new(Tiny, new(1));

        Assert.Equal("video: expected clips [batch, 1 to 3, 2, 4, 4], got [1, 4, 2, 4, 4]", Assert.Throws<ArgumentException>(() => model.Logits(Tensor.Zeros(1, 4, 2, 4, 4))).Message);
        Assert.Equal("video: expected clips [batch, 1 to 3, 2, 4, 4], got [3, 2, 4, 4]", Assert.Throws<ArgumentException>(() => model.Predict(Tensor.Zeros(3, 2, 4, 4))).Message);
        Assert.Equal("video: expected clips [batch, 1 to 3, 2, 4, 4], got [1, 3, 2, 4, 5]", Assert.Throws<ArgumentException>(() => model.Predict(Tensor.Zeros(1, 3, 2, 4, 5))).Message);
        Assert.Equal("layer: expected 0 to 1, got 2", Assert.Throws<ArgumentException>(() => model.AttentionMaps(Tensor.Zeros(1, 3, 2, 4, 4), 2)).Message.Split(" (Param")[0]);
        Assert.Equal("video: expected frames and layers over them of at least 1, got 0 and 2", Assert.Throws<ArgumentException>(() => new VideoTransformer(Tiny with { Frames = 0 }, new(1))).Message);
    }
}
