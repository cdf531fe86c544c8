namespace Attention.Kernels.Tests;

/// <summary>The judge is judged first: it must refuse what is wrong.</summary>
public sealed class ErrorBudgetTests
{
    private static readonly Expected Two = new([2.0, 1.0]);

    [Fact]
    public void Ulp_OfOne_IsTheDistanceToTheNextFloat()
    {
        Assert.Equal(Math.Pow(2, -23), ErrorBudget.Ulp(1));
        Assert.Equal(float.Epsilon, ErrorBudget.Ulp(0));
        Assert.Equal(Math.Pow(2, 104), ErrorBudget.Ulp(float.MaxValue));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Assert_NaiveExact_AllowsAFewUlps(int ulps, bool holds) =>
        Expect(holds, () => ErrorBudget.Forward.Assert("x", Two, [2, 1], [2, 1 + (ulps * MathF.Pow(2, -23))]));

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void Assert_NaiveOff_AllowsTwiceAsMuch(int ulps, bool holds) =>
        Expect(holds, () => ErrorBudget.Forward.Assert("x", Two, [2, 1 + (10 * MathF.Pow(2, -23))], [2, 1 + (ulps * MathF.Pow(2, -23))]));

    [Theory]
    [InlineData(float.NaN, 1.0)]
    [InlineData(1f, double.NaN)]
    [InlineData(float.PositiveInfinity, 1.0)]
    [InlineData(float.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(1f, double.PositiveInfinity)]
    public void Assert_NotFiniteOnOneSideOnly_Fails(float actual, double expected) =>
        Expect(false, () => ErrorBudget.Forward.Assert("x", new([expected]), [(float)expected], [actual]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e39)]
    public void Assert_NotFiniteOnBothSides_Holds(double expected) =>
        Expect(true, () => ErrorBudget.Forward.Assert("x", new([expected]), [(float)expected], [(float)expected]));

    [Fact]
    public void Assert_NaiveItselfWrong_FailsInsteadOfAllowingEverything() =>
        Expect(false, () => ErrorBudget.Forward.Assert("x", Two, [float.NaN, 1], [float.NaN, 1]));

    /// <summary>Without a finite magnitude there is no unit to count in, and only the exact answer passes.</summary>
    [Theory]
    [InlineData(1f, true)]
    [InlineData(1.5f, false)]
    public void Assert_MagnitudeNotFinite_AllowsNoError(float actual, bool holds)
    {
        Expect(holds, () => ErrorBudget.Forward.Assert("x", new([1], [double.NaN]), [1], [actual]));
        Expect(holds, () => ErrorBudget.Forward.Assert("x", new([1], [double.PositiveInfinity]), [1], [actual]));
    }

    [Fact]
    public void Assert_NothingToCompare_Fails() => Expect(false, () => ErrorBudget.Forward.Assert("x", Two, [2, 1], []));

    [Fact]
    public void Assert_Failing_SaysWhereAndByHowMuch()
    {
        Exception failure = Assert.ThrowsAny<Exception>(() => ErrorBudget.Forward.Assert("softmax, seed 7", Two, [2, 1], [2, 2]));
        Assert.Contains("softmax, seed 7: [1] of 2: expected 1, got 2; 8388608 ulps, allowed 4", failure.Message, StringComparison.Ordinal);
    }

    private static void Expect(bool holds, Action assertion)
    {
        Exception? failure = Record.Exception(assertion);
        Assert.True(holds == failure is null, failure?.Message ?? "expected a failure");
    }
}
