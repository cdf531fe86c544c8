using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models.Vision;

public sealed class CaptionerTests
{
    private static readonly CaptionerOptions Tiny = new(5, 3, 0, 1) { Width = 4 };
    private static readonly int[][] Captions = [[3, 2], [4]];

    [Fact]
    public void Loss_OfSoftAttention_Backward_IsTheSlope()
    {
        Captioner model = new Captioner(Tiny, new(1)).Stirred(1);
        Tensor features = new Draw(2).Of(2, 3, 3);

        GradientCheck.Assert(() => model.Loss(features, Captions), [features, .. model.Parameters]);
    }

    [Fact]
    public void Loss_OfHardAttention_GradientIsThatOfTheExpectedLoss()
    {
        // Of an empty caption there is one step: the expected loss is Σ weight · loss over two places, and the score's vector moves the weights alone.
        Captioner model = new Captioner(Tiny with { Attention = CaptionAttention.Hard, Entropy = 0 }, new(1)).Stirred(2);
        Tensor features = Tensor.Of([2, 0, -1, -1, 1, 2], 1, 2, 3);
        Tensor vector = model.NamedParameters.Single(named => named.Key == "attention.vector.weight").Value;
        const int draws = 4000;
        double[] sum = new double[vector.Count], squares = new double[vector.Count];
        List<float> losses = [];
        for (int draw = 0; draw < draws; draw++)
        {
            using MemoryScope scope = Memory.Scope();
            model.ZeroGradients();
            Tensor loss = model.Loss(features, [[]]);
            loss.Backward();
            losses.Add(loss.Value);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += vector.Gradient!.Values[i];
                squares[i] += vector.Gradient.Values[i] * vector.Gradient.Values[i];
            }
        }

        double clearest = 0;
        float[] costs = [.. losses.Distinct().Order()];
        Assert.Equal(2, costs.Length);
        double often = losses.Count(loss => loss == costs[0]) / (double)draws, first = Weight();
        (float one, float other) = Math.Abs(often - first) < Math.Abs(1 - often - first) ? (costs[0], costs[1]) : (costs[1], costs[0]);
        for (int i = 0; i < sum.Length; i++)
        {
            float before = vector.Values[i];
            vector.Values[i] = before + 0.01f;
            double up = Weight();
            vector.Values[i] = before - 0.01f;
            double slope = (up - Weight()) / 0.02 * (one - other);
            vector.Values[i] = before;
            double mean = sum[i] / draws, error = Math.Sqrt(((squares[i] / draws) - (mean * mean)) / draws);
            Assert.True(Math.Abs(mean - slope) < (5 * error) + 2e-4, $"weight {i}: the draws' mean {mean} ± {error}, the slope {slope}");
            clearest = Math.Max(clearest, Math.Abs(slope) / (error + 1e-4));
        }

        Assert.True(clearest > 10, $"the clearest slope is {clearest} errors away from zero");

        double Weight()
        {
            using IDisposable off = Gradients.Off();
            using AttentionRecorder recorder = AttentionRecorder.Start();
            model.Loss(features, [[]]);
            return recorder["attention"].Values[0];
        }
    }

    [Fact]
    public void Write_ChoosesTheLikeliestWordsUntilTheEnd()
    {
        Captioner model = new Captioner(Tiny, new(1)).Stirred(1), hard = new Captioner(Tiny with { Attention = CaptionAttention.Hard }, new(1)).Stirred(1);
        Tensor features = new Draw(2).Of(3, 4, 3);

        foreach (Caption caption in model.Write(features, 6).Concat(hard.Write(features, 6)))
        {
            Assert.InRange(caption.Words.Length, 0, 6);
            Assert.DoesNotContain(1, caption.Words);
            Assert.Equal((caption.Words.Length, 4), (caption.Weights.GetLength(0), caption.Weights.GetLength(1)));
            Assert.Equal(caption.Words.Length, caption.Weights.Cast<float>().Sum(), 1e-5f);
        }

        Assert.All(hard.Write(features, 6).SelectMany(caption => caption.Weights.Cast<float>()), weight => Assert.True(weight is 0 or 1));
        Assert.True(model.IsTraining);
    }

    [Fact]
    public void Loss_LongerCaptionBesideIt_ChangesNothing()
    {
        Captioner model = new(Tiny with { DoublyStochastic = 0 }, new(1));
        Tensor features = new Draw(2).Of(2, 4, 3);
        double shorter = model.Loss(features.Slice(0, 0, 1), [[3]]).Value, longer = model.Loss(features.Slice(0, 1, 1), [[2, 4, 2]]).Value;

        Assert.Equal(((2 * shorter) + (4 * longer)) / 6, model.Loss(features, [[3], [2, 4, 2]]).Value, 1e-5);
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        Captioner model = new(Tiny, new(1));
        Tensor features = Tensor.Zeros(2, 4, 3);

        Assert.Equal("captioner: expected features [batch, places, 3], got [2, 4]", Refusal(() => model.Loss(Tensor.Zeros(2, 4), Captions)));
        Assert.Equal("captioner: expected 2 captions, got 1", Refusal(() => model.Loss(features, [[2]])));
        Assert.Equal("captioner: expected words below 5 that are neither start nor end, got 5", Refusal(() => model.Loss(features, [[2], [5]])));
        Assert.Equal("captioner: expected two different words of 5 for start and end, got 1 and 1", Refusal(() => new Captioner(Tiny with { Start = 1 }, new(1))));
        Assert.Equal("captioner: expected a vocabulary and widths of at least 1, got 5, 3 and 0", Refusal(() => new Captioner(Tiny with { Width = 0 }, new(1))));
        Assert.Equal("captioner: expected weights that are not negative, got 1, -1 and 0.01", Refusal(() => new Captioner(Tiny with { Reward = -1 }, new(1))));

        static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message.Split(" (Parameter")[0];
    }
}
