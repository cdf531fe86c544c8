using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models.Recurrent;

public sealed class ListenAttendSpellTests
{
    private static readonly float[][,] Sounds = [new Draw(5).Of(5, 2).ToMatrix(), new Draw(6).Of(2, 2).ToMatrix()];
    private static readonly int[][] Transcripts = [[3], [4, 5, 3]];

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        ListenAttendSpell model = Model();

        GradientCheck.Assert(() => model.Loss(Sounds, Transcripts), [.. model.Parameters]);
    }

    [Fact]
    public void Loss_OfABatch_IsTheMeanOverItsLetters()
    {
        ListenAttendSpell model = Model();

        double together = model.Loss(Sounds, Transcripts).Value, first = model.Loss([Sounds[0]], [Transcripts[0]]).Value, second = model.Loss([Sounds[1]], [Transcripts[1]]).Value;

        Assert.Equal(((2 * first) + (4 * second)) / 6, together, 1e-5);
    }

    [Fact]
    public void Search_ItsLogProbability_IsMinusTheLoss()
    {
        ListenAttendSpell model = Model();
        IReadOnlyList<DecodedSequence> found = model.Search(Sounds[0], 4, 4);

        Assert.Contains(found, one => one.Tokens.Count < 4);
        foreach (DecodedSequence one in found.Where(one => one.Tokens.Count < 4))
        {
            Assert.Equal(-model.Loss([Sounds[0]], [[.. one.Tokens]]).Value * (one.Tokens.Count + 1), one.LogProbability, 1e-4);
        }

        DecodedSequence greedy = model.Transcribe(Sounds, 4)[0];
        Assert.Equal(greedy.Tokens, model.Search(Sounds[0], 1, 4)[0].Tokens);
        Assert.Equal([greedy.Tokens.Count, 2], greedy.Alignment!.Shape); // five moments, halved twice
    }

    [Fact]
    public void Transcribe_ItsQueries_AreBentBelowOne()
    {
        ListenAttendSpell model = Model();
        Scale(1000);
        Tensor one = model.Transcribe(Sounds, 3)[0].Alignment!;
        Scale(2);

        Assert.NotEqual(one.Values[0], one.Values[1]);
        Assert.Equal(one.ToArray(), model.Transcribe(Sounds, 3)[0].Alignment!.ToArray());

        void Scale(float factor)
        {
            foreach ((string name, Tensor parameter) in model.NamedParameters.Where(named => named.Key.StartsWith("query.", StringComparison.Ordinal)))
            {
                (parameter * factor).Values.CopyTo(parameter.Values);
            }
        }
    }

    [Fact]
    public void Standardized_Features_HaveMeanZeroAndDeviationOne()
    {
        float[,] features = { { 1, 5 }, { 3, 5 } };

        Assert.Equal(new float[,] { { -1, 0 }, { 1, 0 } }, ListenAttendSpell.Standardized(features));
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        ListenAttendSpell model = Model();

        Refused("sounds: number 0: expected [moments, 2], at least one moment, got [0, 2]", () => model.Transcribe([new float[0, 2]]));
        Refused("sounds: number 0: expected [moments, 2], at least one moment, got [4, 3]", () => model.Transcribe([new float[4, 3]]));
        Refused("sounds: expected at least one, got none", () => model.Transcribe([]));
        Refused("Loss: 2 sounds and 1 transcripts", () => model.Loss(Sounds, [[3]]));
        Refused("Pyramids: expected at least 0, got -1", () => new ListenAttendSpell(new(2, 5) { Pyramids = -1 }, new(1)));
        Refused("End: expected a token from 0 to 1, got 2", () => new ListenAttendSpell(new(2, 2), new(1)));

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static ListenAttendSpell Model()
    {
        ListenAttendSpell model = new(new(2, 6) { EmbeddingWidth = 2, Width = 3 }, new(1));
        RandomSource random = new(2);
        foreach (Tensor parameter in model.Parameters)
        {
            Tensor.Normal(random, 0.4f, parameter.Shape).Values.CopyTo(parameter.Values);
        }

        return model;
    }
}
