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
        Small with { Attention = DecoderAttention.Luong, Score = AttentionScore.General, Window = AttentionWindow.LocalMonotonic },
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
        for (ulong seed = 2; seed < 8; seed++)
        {
            SequenceToSequence model = Model(options, seed);
            IReadOnlyList<DecodedSequence> found = model.Search(Sources[0], 5, 4);

            Assert.Equal(5, found.Count);
            Assert.Equal(found.OrderByDescending(one => one.LogProbability), found);
            Assert.True(found[0].LogProbability >= model.Translate([Sources[0]], 4)[0].LogProbability - 1e-5, $"seed {seed}");
            foreach (DecodedSequence one in found.Where(one => one.Tokens.Count < 4))
            {
                double expected = -model.Loss([Sources[0]], [[.. one.Tokens]]).Value * (one.Tokens.Count + 1);
                Assert.True(Math.Abs(expected - one.LogProbability) < 1e-4, $"seed {seed}, {string.Join(' ', one.Tokens)}: {expected}, the search says {one.LogProbability}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Search_OfLongTexts_GoesOnFromEachTextsOwnState(SequenceToSequenceOptions options)
    {
        int seen = 0;
        for (ulong seed = 2; seed < 8; seed++)
        {
            SequenceToSequence model = Model(options, seed);
            model.State()["output.bias"].Values[2] += 1; // so that many end
            foreach (DecodedSequence one in model.Search(Sources[0], 12, 5, lengthPenalty: 3).Where(one => one.Tokens.Count is > 1 and < 5))
            {
                double expected = -model.Loss([Sources[0]], [[.. one.Tokens]]).Value * (one.Tokens.Count + 1);
                Assert.True(Math.Abs(expected - one.LogProbability) < 1e-4, $"seed {seed}, {string.Join(' ', one.Tokens)}: {expected}, the search says {one.LogProbability}");
                seen++;
            }
        }

        Assert.True(seen > 9, $"{seen} finished texts of two words and more");
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
    public void Translate_OfAModelThatReadsBackwards_AlignsWithTheWordsAsTheyWereGiven()
    {
        SequenceToSequenceOptions options = Small with { Attention = DecoderAttention.Bahdanau, ReversesSource = true };
        SequenceToSequence backwards = Model(options), forwards = Model(options with { ReversesSource = false });

        DecodedSequence one = backwards.Translate([[3, 5, 4]], 5)[0], other = forwards.Translate([[4, 5, 3]], 5)[0], beam = backwards.Search([3, 5, 4], 1, 5)[0];

        Assert.Equal(other.Tokens, one.Tokens);
        Assert.NotEmpty(one.Tokens);
        for (int word = 0; word < one.Tokens.Count; word++)
        {
            Assert.Equal(other.Alignment!.At(0, word).ToArray().Reverse(), one.Alignment!.At(0, word).ToArray());
            Assert.NotEqual(one.Alignment[word, 0], one.Alignment[word, 2]);
            Assert.Equal(one.Alignment[word, 0], beam.Alignment![word, 0], 1e-6);
        }
    }

    [Fact]
    public void Loss_WhereAlmostAllIsDropped_IsThatOfTheOutputsBias()
    {
        SequenceToSequence model = Model(Small with { Dropout = 0.999999f });
        Tensor bias = model.State()["output.bias"].LogSoftmax();

        Assert.Equal(-(bias.Values[4] + bias.Values[5] + bias.Values[2]) / 3, model.Loss([[3, 5, 4]], [[4, 5]]).Value, 1e-5f);
        model.Evaluate();
        Assert.NotEqual(-(bias.Values[4] + bias.Values[5] + bias.Values[2]) / 3, model.Loss([[3, 5, 4]], [[4, 5]]).Value, 1e-5f);
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        SequenceToSequence model = Model(Small);

        Refused("sources: expected at least one, got none", () => model.Translate([]));
        Refused("sources: number 1 is empty", () => model.Loss([[3], []], Targets));
        Assert.Throws<ArgumentOutOfRangeException>("longest", () => model.Translate(Sources, -1));
        Assert.Throws<ArgumentNullException>("sources[0]", () => model.Translate([null!]));
        Assert.All(model.Translate(Sources, 0), written => Assert.Empty(written.Tokens));
        Refused("Loss: 2 sources and 1 targets", () => model.Loss(Sources, [Targets[0]]));
        Refused("End: expected a token from 0 to 7, got 8", () => Model(Small with { End = 8 }));
        Refused("HasInputFeeding: belongs to Luong's decoder, got None", () => Model(Small with { HasInputFeeding = true, Attention = DecoderAttention.None }));
        Refused("Width: expected at least 1, got 0", () => Model(Small with { Width = 0 }));

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    /// <summary>A model whose parameters are large enough to tell words apart.</summary>
    private static SequenceToSequence Model(SequenceToSequenceOptions options, ulong seed = 2)
    {
        SequenceToSequence model = new(options, new(1));
        RandomSource random = new(seed);
        foreach (Tensor parameter in model.Parameters)
        {
            Tensor.Normal(random, 0.5f, parameter.Shape).Values.CopyTo(parameter.Values);
        }

        return model;
    }
}
