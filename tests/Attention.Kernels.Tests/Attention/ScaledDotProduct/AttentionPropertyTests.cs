using FsCheck;
using FsCheck.Fluent;

namespace Attention.Kernels.Tests;

/// <summary>Problems nobody thought of: sizes, mask, scale and data are drawn, and what fails is shrunk to its smallest sizes; the message holds the seed.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionPropertyTests
{
    private const int Problems = 150;

    /// <summary>What is drawn; a plain record of numbers, so that it can be shrunk one number at a time.</summary>
    private sealed record Sketch(int Batch, int KeyHeads, int Group, int Queries, int Keys, int Width, int ValueWidth, int Mask, int Scale, int Poisons, int Seed)
    {
        public AttentionCase Build()
        {
            AttentionShape shape = new(Batch, KeyHeads * Group, KeyHeads, Queries, Keys, Width, ValueWidth);
            MaskKind mask = (MaskKind)Mask;
            AttentionCase problem = AttentionCase.Draw(shape, mask, Seed) with { Scale = Scale == 0 ? null : Scale / 4f };
            Draw draw = new(Seed + 1);
            float[][] buffers = [.. new[] { problem.Query, problem.Key, problem.Value }.Where(buffer => buffer.Length > 0)];
            for (int poison = 0; poison < Poisons && buffers.Length > 0; poison++)
            {
                float[] buffer = draw.Pick<float[]>(buffers);
                buffer[draw.Integer(0, buffer.Length - 1)] = draw.Pick(float.NaN, float.PositiveInfinity, float.NegativeInfinity);
            }

            return problem with { Name = $"{this}" };
        }
    }

    private static readonly Gen<Sketch> Sketches =
        from batch in Gen.Choose(0, 3)
        from keyHeads in Gen.Choose(1, 3)
        from gr in Gen.Choose(1, 3)
        from queries in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 140))
        from keys in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 420))
        from width in Gen.Choose(1, 20)
        from valueWidth in Gen.Choose(1, 20)
        from mask in Gen.Choose(0, MaskKinds.All.Length - 1)
        from scale in Gen.Choose(-2, 3)
        from poisons in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 4))
        from seed in Gen.Choose(0, 1_000_000)
        select new Sketch(batch, keyHeads, gr, queries, keys, width, valueWidth, mask, scale, poisons, seed);

    [Fact]
    public void Forward_AnyProblem_StaysInBudgetAndInBounds() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Problems).WithReplay(17062017, 5).WithQuietOnSuccess(true),
            Prop.ForAll(Arb.From(Sketches, Smaller), sketch => new AttentionJudge(sketch.Build()).AssertEveryForm()));

    /// <summary>The same with one number less: halved, or by one.</summary>
    private static IEnumerable<Sketch> Smaller(Sketch sketch)
    {
        foreach (Func<int, int> less in (Func<int, int>[])[value => value / 2, value => value - 1])
        {
            if (sketch.Batch > 0)
            {
                yield return sketch with { Batch = less(sketch.Batch) };
            }

            if (sketch.KeyHeads > 1)
            {
                yield return sketch with { KeyHeads = less(sketch.KeyHeads) };
            }

            if (sketch.Group > 1)
            {
                yield return sketch with { Group = less(sketch.Group) };
            }

            if (sketch.Queries > 0)
            {
                yield return sketch with { Queries = less(sketch.Queries) };
            }

            if (sketch.Keys > 0)
            {
                yield return sketch with { Keys = less(sketch.Keys) };
            }

            if (sketch.Width > 1)
            {
                yield return sketch with { Width = less(sketch.Width) };
            }

            if (sketch.ValueWidth > 1)
            {
                yield return sketch with { ValueWidth = less(sketch.ValueWidth) };
            }

            if (sketch.Poisons > 0)
            {
                yield return sketch with { Poisons = less(sketch.Poisons) };
            }
        }

        if (sketch.Mask > 0)
        {
            yield return sketch with { Mask = 0 };
        }
    }
}
