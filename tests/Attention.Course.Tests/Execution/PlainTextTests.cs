using System.Globalization;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class PlainTextTests
{
    public static TheoryData<object?, string> Values => new()
    {
        { null, "null" },
        { "as is \"quoted\"\n", "as is \"quoted\"\n" },
        { 'c', "c" },
        { 1234.5f, "1234.5" },
        { 0.1, "0.1" },
        { float.NegativeInfinity, "-Infinity" },
        { true, "True" },
        { new DateTime(2017, 6, 12, 0, 0, 0, DateTimeKind.Utc), "06/12/2017 00:00:00" },
        { DayOfWeek.Monday, "Monday" },
        { typeof(Dictionary<string, float[,]>), "Dictionary<string, float[,]>" },
        { Items(1f, 2.5f), "[1, 2.5]" },
        { Items("I", "love \"it\""), "[\"I\", \"love \\\"it\\\"\"]" },
        { new List<object?> { 'a', null, 1 }, "['a', null, 1]" },
        { Array.Empty<int>(), "[]" },
        { Items(Items(1, 2), Items(3)), "[[1, 2], [3]]" },
        { (1, "two", 3.0), "(1, \"two\", 3)" },
        { new { Name = "softmax", Rows = 2 }, "{ Name = \"softmax\", Rows = 2 }" },
        { new Point(1, [2f]), "Point { X = 1, Values = [2] }" },
        { new Plain { Size = 3 }, "Plain { Name = \"n\", Size = 3 }" },
        { new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, "{\"a\": 1, \"b\": 2}" },
        { new FormatException("why"), "FormatException: why" },
        { (Func<int, string>)(n => "x"), "Func<int, string>" },
        { Enumerable.Range(1, 3).Select(n => n * n), "[1, 4, 9]" },
        { new Throwing(), "Throwing { Value = (NotSupportedException) }" },
        { new HashSet<int> { 3, 1 }, "[3, 1]" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Of_Value_ReadsTheSameEverywhere(object? value, string expected)
    {
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        Assert.Equal(expected, PlainText.Of(value));
    }

    [Fact]
    public void Of_EndlessSequence_Ends() => Assert.EndsWith("40,\n  …\n]", PlainText.Of(Naturals()).Replace(", …", ",\n  …", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Of_LongArray_ShowsBothEndsAndTheCount() =>
        Assert.Equal("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99] (100 items)", PlainText.Of(Enumerable.Range(0, 100).ToArray()));

    [Fact]
    public void Of_ObjectThatHoldsItself_Ends()
    {
        var list = new List<object>();
        list.Add(list);
        Assert.Equal("[[[[…]]]]", PlainText.Of(list));
    }

    [Fact]
    public void Of_Matrix_IsAlignedUnderItsShape() => Assert.Equal(
        """
        float[2, 3]
          0.5000   1.0000  10.0000
             NaN  -2.2500       -∞
        """,
        PlainText.Of(new[,] { { 0.5f, 1, 10 }, { float.NaN, -2.25f, float.NegativeInfinity } }));

    [Fact]
    public void Of_MatrixOfWholeNumbers_HasNoDecimals() =>
        Assert.Equal("double[2, 2]\n  1  0\n  0  1", PlainText.Of(new double[,] { { 1, 0 }, { 0, 1 } }));

    [Fact]
    public void Of_MatrixOfSmallNumbers_HasExponents() =>
        Assert.Equal("float[1, 2]\n  1.0000e-05  2.5000e-06", PlainText.Of(new[,] { { 1e-5f, 2.5e-6f } }));

    [Fact]
    public void Of_MatrixWithNegativeDust_ShowsNoNegativeZero() =>
        Assert.Equal("float[1, 2]\n  0.0000  0.5000", PlainText.Of(new[,] { { -1e-9f, 0.5f } }));

    [Fact]
    public void Of_LargeMatrix_LeavesOutTheMiddle()
    {
        string[] lines = PlainText.Of(new int[100, 100]).Split('\n');
        Assert.Equal("int[100, 100]", lines[0]);
        Assert.Equal(12, lines.Length);
        Assert.Equal("  0  0  0  0  0  …  0  0  0  0  0", lines[1]);
        Assert.Equal("  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮  ⋮", lines[6]);
    }

    [Fact]
    public void Of_MatrixOfText_IsAlignedLeft() =>
        Assert.Equal("string[2, 2]\n  \"a\"     \"bc\"\n  \"long\"  null", PlainText.Of(new[,] { { "a", "bc" }, { "long", null } }));

    [Fact]
    public void Of_ThreeDimensions_ShowsSlices() =>
        Assert.Equal("int[2, 1, 2]\n[0, …]\n  1  2\n[1, …]\n  3  4", PlainText.Of(new[,,] { { { 1, 2 } }, { { 3, 4 } } }));

    private static T[] Items<T>(params T[] items) => items;

    private static IEnumerable<int> Naturals()
    {
        for (int n = 1; ; n++)
            yield return n;
    }

    private sealed record Point(int X, float[] Values);

    private sealed class Plain
    {
        public string Name = "n";

        public int Size { get; init; }
    }

    private sealed class Throwing
    {
#pragma warning disable CA1822 // A property that throws is the point.
        public int Value => throw new NotSupportedException();
#pragma warning restore CA1822
    }
}
