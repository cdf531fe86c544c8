namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class RotaryForwardTests
{
    private static readonly int[] First = [3, 0, 70];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence, RotaryPairs> EveryFenced =>
        [.. from form in Forms.Supported from fence in Enum.GetValues<Fence>() from pairs in Enum.GetValues<RotaryPairs>() select (form, fence, pairs)];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyWidth_StayInBudgetAndInBounds(Form form, Fence fence, RotaryPairs pairs)
    {
        foreach (int turned in (int[])[2, 4, 6, 8, 14, 16, 18, 30, 32, 34, 62, 64, 66, 80, 128, 256])
        {
            foreach (int kept in (int[])[0, 1, 3, 17])
            {
                Holds(form, fence, new(turned + kept, turned, pairs), new RotaryShape(3, 2, 5, turned + kept));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyLength_StayInBudgetAndInBounds(Form form, Fence fence, RotaryPairs pairs)
    {
        foreach (int length in (int[])[0, 1, 2, 31, 300])
        {
            Holds(form, fence, new(length, 6, pairs), new RotaryShape(3, 1, length, 7));
        }

        Holds(form, fence, new(1, 6, pairs), new RotaryShape(0, 2, 4, 8));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyPositionOfALongText_StaysInBudget(Form form)
    {
        foreach (int first in (int[])[1, 1000, 30000])
        {
            RotaryShape shape = new(1, 1, 1, 64);
            RotaryTable table = new(first + 1, 64);
            float[] rows = new Draw(first).Normal(64);
            float[] naive = new float[64], turned = new float[64];
            RotaryPositions.ForwardNaive(shape, table, rows, naive, [first]);
            RotaryPositions.Forward(shape, table, rows, turned, [first], form.Options());
            Expected expected = RotaryOracle.Turn(shape, Doubles(rows), RotaryPairs.Halves, RotaryOracle.Frequencies(64), _ => first);
            ErrorBudget.Forward.Assert($"position {first}", expected, naive, turned);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_Threads_GiveTheSameBits(Form form)
    {
        RotaryShape shape = new(2, 8, 300, 80);
        RotaryTable table = new(300, 64, RotaryPairs.Neighbours);
        float[] rows = new Draw(7).Normal(2 * 8 * 300 * 80);
        float[] one = new float[rows.Length], many = new float[rows.Length];
        RotaryPositions.Forward(shape, table, rows, one, options: form.Options() with { MaxThreads = 1 });
        RotaryPositions.Forward(shape, table, rows, many, options: form.Options() with { MaxThreads = 4 });
        Bits.Same("four threads", one, many);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberAtAnyPlace_SpoilsItsPairAndNothingElse(Form form)
    {
        foreach (RotaryPairs pairs in Enum.GetValues<RotaryPairs>())
        {
            RotaryShape shape = new(1, 1, 3, 40);
            RotaryTable table = new(3, 36, pairs);
            for (int place = 0; place < 40; place++)
            {
                float[] rows = new Draw(place).Normal(120);
                float[] before = new float[120], after = new float[120];
                RotaryPositions.Forward(shape, table, rows, before, options: form.Options());
                rows[40 + place] = float.NaN;
                RotaryPositions.Forward(shape, table, rows, after, options: form.Options());
                int partner = place >= 36 ? place : pairs == RotaryPairs.Neighbours ? place ^ 1 : (place + 18) % 36;
                (before[40 + place], before[40 + partner]) = (float.NaN, float.NaN);
                Bits.Same($"NaN at {place}, {pairs}", before, after);
            }
        }
    }

    private static void Holds(Form form, Fence fence, RotaryTable shortTable, RotaryShape shape)
    {
        RotaryTable table = new(First.Max() + shape.Length, shortTable.Width, shortTable.Pairs);
        string what = $"{shape}, {table.Pairs} of {table.Width}, {form}";
        float[] rows = new Draw(shape.Width).Normal(shape.Batch * shape.Heads * shape.Length * shape.Width);
        ReadOnlySpan<int> first = shape.Batch == 3 ? First : [];
        using Fences fences = new(fence);
        Memory<float> input = fences.Input(rows, "input"), output = fences.Output(rows.Length, "output"), back = fences.Output(rows.Length, "back");
        Memory<float> both = fences.InPlace(rows, "in place");
        RotaryPositions.Forward(shape, table, input.Span, output.Span, first, form.Options());
        RotaryPositions.Backward(shape, table, input.Span, back.Span, first, form.Options());
        RotaryPositions.Forward(shape, table, both.Span, both.Span, first, form.Options());
        fences.AssertIntact();
        Bits.Same($"in place, {what}", output.Span, both.Span);

        float[] naive = new float[rows.Length], naiveBack = new float[rows.Length];
        RotaryPositions.ForwardNaive(shape, table, rows, naive, first);
        RotaryPositions.BackwardNaive(shape, table, rows, naiveBack, first);
        double[] frequencies = RotaryOracle.Frequencies(table.Width);
        Expected expected = RotaryOracle.Turn(shape, Doubles(rows), table.Pairs, frequencies, b => First[b]);
        Expected expectedBack = RotaryOracle.Turn(shape, Doubles(rows), table.Pairs, Array.ConvertAll(frequencies, f => -f), b => First[b]);
        ErrorBudget.Forward.Assert(what, expected, naive, output.Span);
        ErrorBudget.Gradient.Assert($"backward, {what}", expectedBack, naiveBack, back.Span);

        // Cosine, sine, two products and a sum.
        ErrorBudget.Rounding(5).Assert($"naive, {what}", expected, naive);
        ErrorBudget.Rounding(5).Assert($"naive backward, {what}", expectedBack, naiveBack);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
