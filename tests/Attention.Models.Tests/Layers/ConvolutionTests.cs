using Attention.Kernels;
using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Layers;

public sealed class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int> Forms => new()
    {
        { 1, 1, 0, 1, 1 }, { 3, 1, 1, 1, 1 }, { 3, 2, 1, 1, 2 }, { 2, 3, 0, 1, 1 }, { 3, 1, 2, 2, 4 }, { 2, 2, 2, 3, 2 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Conv2d_IsTheSumOverItsWindow(int kernel, int stride, int padding, int dilation, int groups)
    {
        Conv2d layer = new(new(4, 8, kernel) { Stride = stride, Padding = padding, Dilation = dilation, Groups = groups }, new(1));
        new Draw(2).Of(8).Values.CopyTo(layer.Bias!.Values);
        Tensor x = new Draw(3).Of(2, 4, 7, 6), y = layer.Forward(x);

        for (int i = 0; i < y.Count; i++)
        {
            int column = i % y.Shape[3], row = i / y.Shape[3] % y.Shape[2], o = i / y.Shape[3] / y.Shape[2] % 8, b = i / y.Shape[3] / y.Shape[2] / 8;
            double sum = layer.Bias[o];
            for (int k = 0; k < kernel * kernel * 4 / groups; k++)
            {
                int c = k / (kernel * kernel), r = k / kernel % kernel, s = k % kernel;
                int at = (row * stride) + (r * dilation) - padding, across = (column * stride) + (s * dilation) - padding;
                if (at is >= 0 and < 7 && across is >= 0 and < 6)
                {
                    sum += (double)layer.Weight[o, c, r, s] * x[b, (o / (8 / groups) * (4 / groups)) + c, at, across];
                }
            }

            Assert.Equal(sum, y.Values[i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Conv2d_Backward_IsTheSlope(int kernel, int stride, int padding, int dilation, int groups)
    {
        Conv2d layer = new(new(4, 4, kernel) { Stride = stride, Padding = padding, Dilation = dilation, Groups = groups }, new(1));
        Tensor x = new Draw(3).Of(2, 4, 5, 4);

        GradientCheck.Assert(() => layer.Forward(x), [x, .. layer.Parameters]);
    }

    /// <summary>A convolution is attention whose heads know where to look and not what for: head h sees the one place h steps away (Cordonnier, Loukas and Jaggi 2020, theorem 1).</summary>
    [Fact]
    public void Conv1d_IsAttentionByPositionAlone()
    {
        const int Length = 9, Kernel = 3, Inputs = 2, Outputs = 4;
        Conv1d layer = new(new(Inputs, Outputs, Kernel) { Padding = 1 }, new(1));
        Tensor x = new Draw(2).Of(1, Inputs, Length);

        float[] places = new float[Kernel * Length * Length];
        Array.Fill(places, float.NegativeInfinity);
        for (int i = 0; i < Kernel * Length; i++)
        {
            int head = i / Length, place = i % Length, seen = place + head - 1;
            if (seen is >= 0 and < Length)
            {
                places[(i * Length) + seen] = 0;
            }
        }

        // Each head's values are what its place adds; whatever queries and keys say changes nothing. Beyond the edge a head sees nothing, and adds zeros.
        Tensor values = Tensor.Stack(0, [.. Enumerable.Range(0, Kernel).Select(head => x.At(0, 0).Transpose(0, 1).MatMul(layer.Weight.At(2, head), transposeRight: true))]);
        Tensor asked = new Draw(3).Of(1, Kernel, Length, 5);
        Tensor heads = Tensor.Attention(asked, asked, values.Reshape(1, Kernel, Length, Outputs), Mask.BiasPerHead(places));
        Tensor y = (heads.Sum(1) + layer.Bias!).At(0, 0).Transpose(0, 1);

        Tensor expected = layer.Forward(x).At(0, 0);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], y.Values[i], 1e-6);
        }
    }

    [Fact]
    public void Conv1d_IsAConv2dOfOneRow()
    {
        Conv1d layer = new(new(2, 3, 3) { Stride = 2, Padding = 1 }, new(1));
        Tensor x = new Draw(2).Of(2, 2, 6);
        Tensor seen = x.Reshape(2, 2, 1, 6).Unfold(new(1, 3) { Stride = (1, 2), Padding = (0, 1) });

        Assert.Equal([2, 6, 3], seen.Shape);
        Assert.Equal(layer.Weight.Reshape(3, 6).MatMul(seen).ToArray(), layer.Forward(x).ToArray());
        GradientCheck.Assert(() => layer.Forward(x), [x, .. layer.Parameters]);
    }

    [Fact]
    public void Pool_TakesTheLargestOrTheMean()
    {
        Tensor x = Tensor.Of([1, 2, 3, 4, 5, 6, 7, 8, -9], 1, 1, 3, 3);
        SlidingWindow two = new(2, 2), padded = new(3, 3) { Stride = (2, 2), Padding = (1, 1) };

        Assert.Equal([5, 6, 8, 8], x.MaxPool(two).ToArray());
        Assert.Equal([3, 4, 6, 2.5f], x.AveragePool(two).ToArray());
        Assert.Equal([5, 6, 8, 8], x.MaxPool(padded).ToArray());
        Assert.All(x.AveragePool(padded).ToArray().Zip([12 / 9f, 16 / 9f, 24 / 9f, 10 / 9f]), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
        Assert.Equal([-1, -1, -1, -1], (-Tensor.Ones(1, 1, 3, 3)).MaxPool(padded).ToArray());
        GradientCheck.Assert(() => x.MaxPool(padded), x);
        GradientCheck.Assert(() => x.AveragePool(padded), x);
    }

    [Fact]
    public void PatchEmbedding_RowIsAPatchRowByRow()
    {
        PatchEmbedding layer = new(2, 2, 5, new(1));
        Tensor x = new Draw(2).Of(2, 2, 4, 6);
        (Tensor weight, Tensor bias) = (layer.Parameters.First(), layer.Parameters.Last());
        Tensor patch = x.Slice(2, 2, 2).Slice(3, 4, 2).Reshape(2, 8);

        Assert.Equal([2, 6, 5], layer.Forward(x).Shape);
        Assert.All(patch.Linear(weight.Reshape(5, 8), bias).ToArray().Zip(layer.Forward(x).At(1, 5).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Forward_WhatDoesNotFit_IsNamed()
    {
        Conv2d layer = new(new(2, 3, 3), new(1));
        Conv1d line = new(new(2, 3, 3), new(1));

        Assert.Equal("convolution: expected images [batch, 2, height, width], got [2, 4, 4]", Refusal(() => layer.Forward(Tensor.Zeros(2, 4, 4))));
        Assert.Equal("convolution: expected 2 channels, got [1, 3, 4, 4]", Refusal(() => layer.Forward(Tensor.Zeros(1, 3, 4, 4))));
        Assert.Equal("convolution: a plane of 2×4 with padding (0, 0) is smaller than a window of 3×3 with dilation (1, 1)", Refusal(() => layer.Forward(Tensor.Zeros(1, 2, 2, 4))));
        Assert.Equal("convolution: expected sequences [batch, 2, length], got [2, 4]", Refusal(() => line.Forward(Tensor.Zeros(2, 4))));
        Assert.Equal("convolution: 2 groups do not share 3 channels in and 4 channels out evenly", Refusal(() => new Conv2d(new(3, 4, 3) { Groups = 2 }, new(1))));
        Assert.Equal("convolution: 2 groups do not share 4 channels in and 3 channels out evenly", Refusal(() => new Conv2d(new(4, 3, 3) { Groups = 2 }, new(1))));
        Assert.StartsWith("convolution: a window of 0×0", Refusal(() => new Conv2d(new(3, 4, 0), new(1))), StringComparison.Ordinal);
        Assert.Equal("MaxPool: a padding of (2, 2) is more than half of a window of 3×3", Refusal(() => Tensor.Zeros(1, 1, 4, 4).MaxPool(new(3, 3) { Padding = (2, 2) })));
        Assert.Equal("Unfold: expected planes [batch, channels, height, width], got [4]", Refusal(() => Tensor.Zeros(4).Unfold(new(1, 1))));
        Assert.Equal("patches: images of 4×5 do not divide into patches of 2×2", Refusal(() => new PatchEmbedding(1, 2, 3, new(1)).Forward(Tensor.Zeros(1, 1, 4, 5))));
        Assert.Equal("images: image 1 has 2×3 pixels, the first 2×2", Refusal(() => ImageBatch.Of([new PixelImage(2, 2), new PixelImage(3, 2)])));

        static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message.Split(" (Parameter")[0];
    }

    [Fact]
    public void ImageBatch_IsPlanesFromMinusOneToOne()
    {
        PixelImage image = new(2, 1, [0, 51, 255, 255, 0, 102]);

        Assert.Equal([1, 3, 1, 2], ImageBatch.Of([image]).Shape);
        Assert.All(ImageBatch.Of([image]).ToArray().Zip([-1f, 1, -0.6f, -1, 1, -0.2f]), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }
}
