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

    /// <summary>Of a caption of one word there are two steps, its end's the second; over two places that is four paths. The score's vector moves the weights alone: each path's loss stays as it is.</summary>
    [Fact]
    public void Loss_OfHardAttention_GradientIsThatOfTheExpectedLoss()
    {
        Captioner model = new Captioner(Tiny with { Attention = CaptionAttention.Hard, Entropy = 0 }, new(1)).Stirred(3);
        Tensor features = Tensor.Of([2, 0, -1, -1, 1, 2], 1, 2, 3);
        Tensor vector = model.NamedParameters.Single(named => named.Key == "attention.vector.weight").Value;
        const int draws = 6000;
        double[] sum = new double[vector.Count], squares = new double[vector.Count];
        List<(float First, float Second, float Loss)> drawn = [];
        for (int draw = 0; draw < draws; draw++)
        {
            using MemoryScope scope = Memory.Scope();
            model.ZeroGradients();
            (float first, float second, Tensor loss) = Draw();
            loss.Backward();
            drawn.Add((first, second, loss.Value));
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += vector.Gradient!.Values[i];
                squares[i] += vector.Gradient.Values[i] * vector.Gradient.Values[i];
            }
        }

        // By the second step's weights one sees which place was taken first, and by the loss which one then; which is which, one sees by how often.
        (float weight, (float Weight, float Loss, float OtherLoss)[] after) = Paths();
        double clearest = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            float before = vector.Values[i];
            vector.Values[i] = before + 0.01f;
            double up = Expected();
            vector.Values[i] = before - 0.01f;
            double slope = (up - Expected()) / 0.02;
            vector.Values[i] = before;
            double mean = sum[i] / draws, error = Math.Sqrt(((squares[i] / draws) - (mean * mean)) / draws);
            Assert.True(Math.Abs(mean - slope) < (5 * error) + 2e-4, $"weight {i}: the draws' mean {mean} ± {error}, the slope {slope}");
            clearest = Math.Max(clearest, Math.Abs(slope) / (error + 1e-4));
        }

        Assert.True(clearest > 10, $"the clearest slope is {clearest} errors away from zero");

        (float First, float Second, Tensor Loss) Draw()
        {
            using AttentionRecorder recorder = AttentionRecorder.Start();
            Tensor loss = model.Loss(features, [[3]]);
            return (recorder.Entries[0].Weights.Values[0], recorder.Entries[1].Weights.Values[0], loss);
        }

        (float, (float, float, float)[]) Paths()
        {
            float first = drawn[0].First;
            var groups = drawn.GroupBy(one => one.Second).OrderBy(group => Math.Abs(group.Count() - (draws * first))).ToArray();
            Assert.Equal(2, groups.Length);
            return (first, [.. groups.Select(group =>
            {
                var losses = group.GroupBy(one => one.Loss).OrderBy(same => Math.Abs(same.Count() - (group.Count() * group.Key))).ToArray();
                Assert.Equal(2, losses.Length);
                return (group.Key, losses[0].Key, losses[1].Key);
            })]);
        }

        double Expected()
        {
            using IDisposable off = Gradients.Off();
            float[] seconds = [float.NaN, float.NaN];
            float first = 0;
            while (seconds.Any(float.IsNaN))
            {
                (first, float second, _) = Draw();
                seconds[Math.Abs(second - after[0].Weight) < Math.Abs(second - after[1].Weight) ? 0 : 1] = second;
            }

            double Of(int place) => (seconds[place] * (double)after[place].Loss) + ((1 - seconds[place]) * (double)after[place].OtherLoss);
            return (first * Of(0)) + ((1 - first) * Of(1));
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
    public void Baseline_IsTheRunningMeanOfTheLosses()
    {
        Captioner model = new(Tiny with { Attention = CaptionAttention.Hard }, new(1));
        Tensor features = new Draw(2).Of(2, 3, 3);
        double expected = Math.Log(5);
        Assert.Equal(expected, model.Baseline, 1e-6);

        for (int step = 0; step < 3; step++)
        {
            expected = (0.9 * expected) + (0.1 * model.Loss(features, Captions).Value);
            Assert.Equal(expected, model.Baseline, 1e-5);
        }

        model.Evaluate();
        model.Loss(features, Captions);
        model.Train();
        using (Gradients.Off())
        {
            model.Loss(features, Captions);
        }

        model.Loss(Tensor.Full(float.NaN, 2, 3, 3), Captions);
        Assert.Equal(expected, model.Baseline, 1e-5); // of training steps only, and of those that can be taken
        Captioner soft = new(Tiny, new(1));
        soft.Loss(features, Captions);
        Assert.Equal(Math.Log(5), soft.Baseline, 1e-6);
    }

    [Fact]
    public void OneFeatureThatIsNan_IsSeen()
    {
        Captioner model = new(Tiny with { Attention = CaptionAttention.Hard }, new(1));
        Tensor features = new Draw(2).Of(2, 3, 3);
        features.Values[4] = float.NaN;

        Assert.True(float.IsNaN(model.Loss(features, Captions).Value));
        Assert.StartsWith("captioner: number", Assert.Throws<ArgumentException>(() => model.Write(features)).Message, StringComparison.Ordinal);
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
