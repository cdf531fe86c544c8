namespace Attention.Lab.Tests;

public class OracleTests
{
    // By hand, to ten digits: the oracle is itself held to numbers that no program of ours made.
    [Fact]
    public void Softmax_OneTwoThree_IsTheTextbooksAnswer()
    {
        double[] weights = Oracle.Softmax(1, 3, [1, 2, 3]).Values;

        Assert.Equal([0.0900305732, 0.2447284711, 0.6652409558], weights.Select(weight => Math.Round(weight, 10)));
    }

    [Fact]
    public void Softmax_HiddenAndBlind_AreExactlyZero()
    {
        Exact exact = Oracle.Softmax(2, 2, [double.NegativeInfinity, 0, double.NegativeInfinity, double.NegativeInfinity]);

        Assert.Equal([0, 1, 0, 0], exact.Values);
        Assert.False(exact.Accepts(0, 1e-30));
        Assert.True(exact.Accepts(2, 0));
    }

    [Fact]
    public void SoftmaxBackward_FiniteDifferences_Agree()
    {
        double[] scores = [0.3, -1.2, 0.7], gradient = [1, -2, 0.5];
        double Loss(double[] at) => Oracle.Softmax(1, 3, at).Values.Zip(gradient, (w, g) => w * g).Sum();
        float[] weights = [.. Oracle.Softmax(1, 3, scores).Values.Select(weight => (float)weight)];

        double[] exact = Oracle.SoftmaxBackward(weights, [1, -2, 0.5f]).Values;

        for (int i = 0; i < 3; i++)
        {
            double[] up = [.. scores], down = [.. scores];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((Loss(up) - Loss(down)) / 2e-5, exact[i], 1e-7);
        }
    }

    [Fact]
    public void Context_TwoKeys_IsTheWeightedSum()
    {
        Exact weights = Oracle.Weights(1, 2, 4, [1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]);
        Exact context = Oracle.Context(weights, 1, 2, 1, [10, 20]);

        // Scores 0 and 4 / √4 = 2.
        Assert.Equal(0.1192029220, weights.Values[0], 1e-9);
        Assert.Equal(18.807970780, context.Values[0], 1e-8);
    }

    [Fact]
    public void Accepts_Bound_IsTightOnTameNumbers()
    {
        Exact exact = Oracle.Softmax(1, 3, [1, 2, 3]);

        Assert.True(exact.Accepts(2, exact.Values[2] + 1e-7));
        Assert.False(exact.Accepts(2, exact.Values[2] + 1e-6));
        Assert.False(exact.Accepts(2, double.NaN));
    }

    [Fact]
    public void Accepts_WhatFloatCannotHold_IsInfinity()
    {
        Exact exact = Oracle.Exponential([100]);

        Assert.True(exact.Accepts(0, double.PositiveInfinity));
        Assert.True(exact.Accepts(0, Math.Exp(100)));
        Assert.False(exact.Accepts(0, float.MaxValue));
    }
}
