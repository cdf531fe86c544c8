namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class RotaryLawTests
{
    private const int Width = 64;

    public static TheoryData<Form, RotaryPairs> Every => [.. from form in Forms.Supported from pairs in Enum.GetValues<RotaryPairs>() select (form, pairs)];

    /// <summary>What the encoding is for: a score depends on how far apart query and key stand, and not on where.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_QueryAndKeyMovedTogether_KeepTheirScore(Form form, RotaryPairs pairs)
    {
        RotaryTable table = new(5000, Width, pairs);
        Draw draw = new(1);
        float[] query = draw.Normal(Width), key = draw.Normal(Width);
        double size = query.Zip(key, (q, k) => Math.Abs(q) * Math.Abs(k)).Sum() * 2;
        foreach (int distance in (int[])[0, 1, 17, 300])
        {
            double there = Score(0);
            Assert.All((int[])[1, 100, 4000], moved => Assert.Equal(there, Score(moved), 1e-6 * size));

            double Score(int position) =>
                Turn(form, table, query, position + distance).Zip(Turn(form, table, key, position), (q, k) => (double)q * k).Sum();
        }

        Assert.NotEqual(
            Turn(form, table, query, 3).Zip(key, (q, k) => (double)q * k).Sum(), Turn(form, table, query, 4).Zip(key, (q, k) => (double)q * k).Sum(), 1e-3);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyRow_KeepsItsLength(Form form, RotaryPairs pairs)
    {
        RotaryTable table = new(900, Width, pairs);
        float[] row = new Draw(2).Normal(Width);
        double length = row.Sum(value => (double)value * value);
        Assert.All((int[])[0, 1, 77, 899], position => Assert.Equal(length, Turn(form, table, row, position).Sum(value => (double)value * value), 1e-6 * length));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_OfForward_IsTheInput(Form form, RotaryPairs pairs)
    {
        RotaryTable table = new(900, Width, pairs);
        RotaryShape shape = new(1, 1, 1, Width);
        float[] row = new Draw(3).Normal(Width), back = new float[Width];
        RotaryPositions.Backward(shape, table, Turn(form, table, row, 899), back, [899], form.Options());
        double size = row.Max(Math.Abs);
        Assert.All(back.Zip(row), pair => Assert.Equal(pair.Second, pair.First, 1e-6 * size));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_PositionZero_ChangesNothing(Form form, RotaryPairs pairs)
    {
        float[] row = new Draw(4).Normal(Width);
        Bits.Same("position 0", row, Turn(form, new(1, Width, pairs), row, 0));
    }

    /// <summary>Each pairing is the other with its features in another order.</summary>
    [Fact]
    public void Forward_FeaturesReordered_TurnsHalvesIntoNeighbours()
    {
        float[] row = new Draw(5).Normal(Width);
        float[] interleaved = [.. Enumerable.Range(0, Width).Select(i => row[(i / 2) + (i % 2 * (Width / 2))])];
        float[] halves = Turn(Form.Lanes1, new(60, Width), row, 59), neighbours = Turn(Form.Lanes1, new(60, Width, RotaryPairs.Neighbours), interleaved, 59);
        Bits.Same("reordered", [.. Enumerable.Range(0, Width).Select(i => halves[(i / 2) + (i % 2 * (Width / 2))])], neighbours);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_LengthFirst_GivesTheSameRowsElsewhere(Form form, RotaryPairs pairs)
    {
        RotaryShape shape = new(2, 3, 5, 9);
        RotaryTable table = new(20, 8, pairs);
        float[] rows = new Draw(8).Normal(270), turned = new float[270], elsewhere = new float[270], back = new float[270], naive = new float[270];
        RotaryPositions.Forward(shape, table, rows, turned, [4, 9], form.Options());
        RotaryShape lengthFirst = shape with { Layout = AttentionLayout.LengthFirst };
        RotaryPositions.Forward(lengthFirst, table, Exchange(rows), elsewhere, [4, 9], form.Options());
        Bits.Same("length first", Exchange(turned), elsewhere);
        RotaryPositions.ForwardNaive(lengthFirst, table, Exchange(rows), naive, [4, 9]);
        Assert.All(naive.Zip(elsewhere), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        RotaryPositions.Backward(lengthFirst, table, elsewhere, back, [4, 9], form.Options());
        Assert.All(back.Zip(Exchange(rows)), pair => Assert.Equal(pair.Second, pair.First, 4e-6f));

        static float[] Exchange(float[] source) =>
            [.. from b in Enumerable.Range(0, 2) from n in Enumerable.Range(0, 5) from h in Enumerable.Range(0, 3) from d in Enumerable.Range(0, 9) select source[(((((b * 3) + h) * 5) + n) * 9) + d]];
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_AgainstFiniteDifferences_Agrees(Form form, RotaryPairs pairs)
    {
        RotaryShape shape = new(2, 1, 3, 9);
        int[] first = [2, 11];
        RotaryTable table = new(14, 6, pairs, 100, RotaryScaling.Yarn(4, 8, 0.1, 1));
        Draw draw = new(6);
        float[] rows = draw.Normal(54), slopes = draw.Normal(54), gradient = new float[54];
        double[] frequencies = [.. Enumerable.Range(0, 3).Select(pair => table.Angle(1, pair))];
        RotaryPositions.Backward(shape, table, slopes, gradient, first, form.Options());
        FiniteDifferences.Assert(
            $"{pairs}, seed 6",
            rows,
            input => RotaryOracle.Turn(shape, input, pairs, frequencies, b => first[b], table.Magnitude).Values.Zip(slopes, (y, dy) => y * dy).Sum(),
            gradient);
    }

    private static float[] Turn(Form form, RotaryTable table, float[] row, int position)
    {
        float[] turned = new float[row.Length];
        RotaryPositions.Forward(new(1, 1, 1, row.Length), table, row, turned, [position], form.Options());
        return turned;
    }
}
