namespace Attention.Models.Tests.Models.Recurrent;

public sealed class PointerGeneratorTests
{
    private static readonly int[][] Sources = [[4, 9, 5, 4], [6]], Summaries = [[5], [6, 9, 4]];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_Backward_IsTheSlope(bool hasCoverage)
    {
        PointerGenerator model = Model(hasCoverage);

        GradientCheck.Assert(() => model.Loss(Sources, Summaries), [.. model.Parameters]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_OfABatch_IsTheMeanOverItsWords(bool hasCoverage)
    {
        PointerGenerator model = Model(hasCoverage);

        double together = model.Loss(Sources, Summaries).Value, first = model.Loss([Sources[0]], [Summaries[0]]).Value, second = model.Loss([Sources[1]], [Summaries[1]]).Value;

        Assert.Equal(((2 * first) + (4 * second)) / 6, together, 1e-5);
    }

    [Fact]
    public void Loss_WordsOutsideOfTheVocabulary_AreToldApartByTheirIdsOnly()
    {
        PointerGenerator model = Model(false);
        int[][] renamed = [[4, 12, 5, 4], [6]];

        Assert.Equal(model.Loss(Sources, [[9], [6]]).Value, model.Loss(renamed, [[12], [6]]).Value);
        Assert.NotEqual(model.Loss(Sources, [[9], [6]]).Value, model.Loss(renamed, [[9], [6]]).Value);
    }

    [Theory]
    [InlineData(false, new[] { 4, 9, 5, 4 })]
    [InlineData(true, new[] { 4, 9, 5, 4 })]
    [InlineData(true, new[] { 12, 4, 9, 30 })]
    public void Search_ItsLogProbability_IsMinusTheLossWithoutCoveragesPrice(bool hasCoverage, int[] source)
    {
        PointerGenerator model = Model(hasCoverage, price: 0);
        IReadOnlyList<DecodedSequence> found = model.Search(source, 60, 4);

        Assert.Contains(found, one => one.Tokens.Count < 4);
        foreach (DecodedSequence one in found.Where(one => one.Tokens.Count < 4))
        {
            Assert.Equal(-model.Loss([source], [[.. one.Tokens]]).Value * (one.Tokens.Count + 1), one.LogProbability, 1e-4);
        }

        foreach (int copied in source.Where(word => word > 7))
        {
            Assert.Contains(found, one => one.Tokens.Contains(copied)); // words outside of the vocabulary come back with their own ids
        }

        Assert.Equal(model.Summarize([source], 4)[0].Tokens, model.Search(source, 1, 4)[0].Tokens);
    }

    [Fact]
    public void Summarize_InABatch_IsTheSameAsAlone()
    {
        PointerGenerator model = Model(true);
        IReadOnlyList<DecodedSequence> together = model.Summarize(Sources, 5);

        for (int i = 0; i < 2; i++)
        {
            DecodedSequence alone = model.Summarize([Sources[i]], 5)[0];
            Assert.Equal(alone.Tokens, together[i].Tokens);
            Assert.Equal(alone.LogProbability, together[i].LogProbability, 1e-4);
            Assert.Equal([alone.Tokens.Count, Sources[i].Length], together[i].Alignment!.Shape);
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        PointerGenerator model = Model(false);

        Refused("sources: number 0 is empty", () => model.Summarize([[]]));
        Refused("sources: number 0, word 1: expected an id of at least 0, got -2", () => model.Loss([[4, -2]], [[4]]));
        Refused("summaries: number 1, word 0: expected an id of at least 0, got -1", () => model.Loss(Sources, [[4], [-1]]));
        Refused("Loss: 2 sources and 1 summaries", () => model.Loss(Sources, [[4]]));
        Refused("CoverageWeight: expected at least 0, got -1", () => Model(true, price: -1));
        Refused("Unknown: expected a token from 0 to 2, got 3", () => new PointerGenerator(new(3), new(1)));

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static PointerGenerator Model(bool hasCoverage, float price = 1)
    {
        PointerGenerator model = new(new(8) { EmbeddingWidth = 2, Width = 3, HasCoverage = hasCoverage, CoverageWeight = price }, new(1));
        RandomSource random = new(2);
        foreach (Tensor parameter in model.Parameters)
        {
            Tensor.Normal(random, 0.4f, parameter.Shape).Values.CopyTo(parameter.Values);
        }

        return model;
    }
}
