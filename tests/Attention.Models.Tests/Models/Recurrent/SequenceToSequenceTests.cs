namespace Attention.Models.Tests.Models.Recurrent;

public sealed class SequenceToSequenceTests
{
    private static readonly SequenceToSequenceOptions Small = new(7, 8) { EmbeddingWidth = 2, Width = 3, Radius = 1 };
    private static readonly int[][] Sources = [[3, 5, 4], [6]], Targets = [[4], [5, 6, 3]];

    public static TheoryData<SequenceToSequenceOptions> Kinds =>
    [
        Small with { Attention = DecoderAttention.None, ReversesSource = true, Layers = 2 },
        Small with { Attention = DecoderAttention.Bahdanau, Score = AttentionScore.Additive, Kind = RecurrentKind.Gru, IsBidirectional = true },
        Small with { Attention = DecoderAttention.Luong, HasInputFeeding = true, Layers = 2, IsBidirectional = true },
        Small with { Attention = DecoderAttention.Luong, Score = AttentionScore.Dot, Window = AttentionWindow.LocalPredictive, Kind = RecurrentKind.Elman, ReversesSource = true },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_Backward_IsTheSlope(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = Model(options);

        GradientCheck.Assert(() => model.Loss(Sources, Targets), [.. model.Parameters]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_OfABatch_IsTheMeanOverItsWords(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = Model(options);

        double together = model.Loss(Sources, Targets).Value, first = model.Loss([Sources[0]], [Targets[0]]).Value, second = model.Loss([Sources[1]], [Targets[1]]).Value;

        Assert.Equal(((2 * first) + (4 * second)) / 6, together, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Search_OfOneBeam_IsTranslate(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = Model(options);
        foreach (int[] source in Sources)
        {
            DecodedSequence greedy = model.Translate([source], 9)[0], beam = model.Search(source, 1, 9)[0];

            Assert.Equal(greedy.Tokens, beam.Tokens);
            Assert.Equal(greedy.LogProbability, beam.LogProbability, 1e-5);
            Assert.Equal(greedy.Alignment is null, beam.Alignment is null);
            if (greedy.Alignment is { } alignment)
            {
                Assert.Equal([greedy.Tokens.Count, source.Length], alignment.Shape);
                Assert.All(alignment.ToArray().Zip(beam.Alignment!.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Search_ItsLogProbability_IsMinusTheLoss(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = Model(options);
        IReadOnlyList<DecodedSequence> found = model.Search(Sources[0], 5, 4);

        Assert.Equal(5, found.Count);
        Assert.Equal(found.OrderByDescending(one => one.LogProbability), found);
        Assert.True(found[0].LogProbability >= model.Translate([Sources[0]], 4)[0].LogProbability - 1e-5);
        foreach (DecodedSequence one in found.Where(one => one.Tokens.Count < 4))
        {
            Assert.Equal(-model.Loss([Sources[0]], [[.. one.Tokens]]).Value * (one.Tokens.Count + 1), one.LogProbability, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Translate_InABatch_IsTheSameAsAlone(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = Model(options with { Dropout = 0.3f });
        IReadOnlyList<DecodedSequence> together = model.Translate(Sources, 6);

        Assert.True(model.IsTraining);
        for (int i = 0; i < 2; i++)
        {
            DecodedSequence alone = model.Translate([Sources[i]], 6)[0];
            Assert.Equal(alone.Tokens, together[i].Tokens);
            Assert.Equal(alone.LogProbability, together[i].LogProbability, 1e-5);
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        SequenceToSequence model = Model(Small);

        Refused("sources: expected at least one, got none", () => model.Translate([]));
        Refused("sources: number 1 is empty", () => model.Loss([[3], []], Targets));
        Refused("Loss: 2 sources and 1 targets", () => model.Loss(Sources, [Targets[0]]));
        Refused("End: expected a token from 0 to 7, got 8", () => Model(Small with { End = 8 }));
        Refused("HasInputFeeding: belongs to Luong's decoder, got None", () => Model(Small with { HasInputFeeding = true, Attention = DecoderAttention.None }));
        Refused("Width: expected at least 1, got 0", () => Model(Small with { Width = 0 }));

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    /// <summary>A model whose parameters are large enough to tell words apart.</summary>
    private static SequenceToSequence Model(SequenceToSequenceOptions options)
    {
        SequenceToSequence model = new(options, new(1));
        RandomSource random = new(2);
        foreach (Tensor parameter in model.Parameters)
        {
            Tensor.Normal(random, 0.5f, parameter.Shape).Values.CopyTo(parameter.Values);
        }

        return model;
    }
}
