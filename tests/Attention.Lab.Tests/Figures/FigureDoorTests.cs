namespace Attention.Lab.Tests;

public class FigureDoorTests
{
    private static readonly Axis Plain = new("axis");
    private static readonly Series One = new("one", [1f, 2f]);

    private static string Refusal(Func<object> make) => Assert.ThrowsAny<ArgumentException>(make).Message;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Figure_TextMissing_IsRefusedWithTheReason(string? nothing)
    {
        Assert.StartsWith("title: expected a text, got none", Refusal(() => Figure.Lines(nothing!, "Alternative.", Plain, Plain, One)), StringComparison.Ordinal);
        Assert.StartsWith("alternativeText: expected a text, got none; say in one sentence", Refusal(() => Figure.HeatMap("Title", nothing!, new float[1, 1], Plain, Plain)), StringComparison.Ordinal);
        Assert.StartsWith("title: expected a text, got none; every axis", Refusal(() => new Axis(nothing!)), StringComparison.Ordinal);
        Assert.StartsWith("name: expected a text, got none", Refusal(() => new Series(nothing!, [1f])), StringComparison.Ordinal);
        Assert.StartsWith("measure: expected a text, got none", Refusal(() => Figure.HeatMap("Title", "Alternative.", new float[1, 1], Plain, Plain, nothing!)), StringComparison.Ordinal);
    }

    [Fact]
    public void AttentionMap_WrongNumberOfTokens_IsRefusedWithTheArithmetic()
    {
        Assert.StartsWith(
            "queryTokens: expected 3 labels, one per row of the 3×4 weights, got 2",
            Refusal(() => Figure.AttentionMap("Title", "Alternative.", new float[3, 4], ["a", "b"], ["a", "b", "c", "d"])), StringComparison.Ordinal);
        Assert.StartsWith(
            "keyTokens: expected 4 labels, one per column of the 3×4 weights, got 3",
            Refusal(() => Figure.AttentionMap("Title", "Alternative.", new float[3, 4], ["a", "b", "c"])), StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_WrongNumberOfLabels_IsRefusedWithTheArithmetic()
    {
        Assert.StartsWith("x: expected 1 label, one per column of the 2×1 values, got 2", Refusal(() => Figure.HeatMap("Title", "Alternative.", new float[2, 1], new Axis("x", ["a", "b"]), Plain)), StringComparison.Ordinal);
        Assert.StartsWith("values: expected at least one cell, got 0×3", Refusal(() => Figure.HeatMap("Title", "Alternative.", new float[0, 3], Plain, Plain)), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_UnequalLengths_AreRefused() =>
        Assert.StartsWith("y: expected 3 numbers, one per x, got 2", Refusal(() => new Series("one", [1, 2, 3.0], [1, 2.0])), StringComparison.Ordinal);

    [Fact]
    public void Chart_WhatCannotBeDrawn_IsRefused()
    {
        Assert.StartsWith("series: expected one to 6", Refusal(() => Figure.Lines("Title", "Alternative.", Plain, Plain)), StringComparison.Ordinal);
        Assert.StartsWith("series: expected one to 6", Refusal(() => Figure.Lines("Title", "Alternative.", Plain, Plain, [.. Enumerable.Repeat(One, 7)])), StringComparison.Ordinal);
        Assert.StartsWith("y: a logarithmic axis has no place for -2 in one", Refusal(() => Figure.Lines("Title", "Alternative.", Plain, new Axis("y") { Logarithmic = true }, new Series("one", [1f, -2f]))), StringComparison.Ordinal);
        Assert.StartsWith("x: expected positions from 0 to 0, one per label, got 1 in one", Refusal(() => Figure.Bars("Title", "Alternative.", new Axis("x", ["a"]), Plain, One)), StringComparison.Ordinal);
        Assert.StartsWith("series: bars stand at whole positions, got 0.5 in one", Refusal(() => Figure.Bars("Title", "Alternative.", Plain, Plain, new Series("one", [0.5], [1.0]))), StringComparison.Ordinal);
        Assert.StartsWith("x: bars stand side by side", Refusal(() => Figure.Bars("Title", "Alternative.", new Axis("x") { Logarithmic = true }, Plain, One)), StringComparison.Ordinal);
        Assert.StartsWith("y: bars stand on zero", Refusal(() => Figure.Bars("Title", "Alternative.", Plain, new Axis("y") { Logarithmic = true }, One)), StringComparison.Ordinal);
    }

    [Fact]
    public void Figure_ArraysChangedLater_ChangesNothing()
    {
        float[] y = [1, 2];
        float[,] values = { { 1, 2 } };
        Figure lines = Figure.Lines("Title", "Alternative.", Plain, Plain, new Series("one", y)), map = Figure.HeatMap("Title", "Alternative.", values, Plain, Plain);
        string before = lines.ToSvg() + map.ToSvg();

        y[0] = values[0, 0] = 9;

        Assert.Equal(before, lines.ToSvg() + map.ToSvg());
    }

    [Fact]
    public void Chart_NoPoints_IsDrawnEmpty()
    {
        Figure figure = Figure.Lines("Title", "Alternative.", Plain, Plain, new Series("one", Array.Empty<float>()));

        Assert.Contains("<svg", figure.ToSvg(), StringComparison.Ordinal);
    }
}
