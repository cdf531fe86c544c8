namespace Attention.Models.Tests.Models;

public sealed class EveryModelTests
{
    public static TheoryData<string> Names => [.. EveryModel.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_WithTheSameSeed_GivesTheSameBits_WhateverTheThreads(string name)
    {
        int threads = Compute.MaxThreads;
        try
        {
            Compute.MaxThreads = 1;
            float[] alone = Trained(1);
            Compute.MaxThreads = 4;
            Assert.Equal(alone, Trained(1));
            Assert.NotEqual(alone, Trained(2));
        }
        finally
        {
            Compute.MaxThreads = threads;
        }

        float[] Trained(ulong seed)
        {
            EveryModel one = EveryModel.New(name, seed);
            Trainer trainer = new(one.Model, new AdamOptimizer(one.Model.NamedParameters, 0.01), new() { Steps = 3 });
            trainer.Run(_ => one.Loss(2), TestContext.Current.CancellationToken);
            return [.. trainer.Losses, .. one.Model.Parameters.SelectMany(parameter => parameter.ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_OfOneExample_IsFinite_AndReachesEveryParameter(string name)
    {
        EveryModel one = EveryModel.New(name);
        one.Model.Stirred(1).Evaluate();

        Assert.True(float.IsFinite(one.Loss(1).Value));
        one.Loss(2).Backward();

        Assert.All(one.Model.NamedParameters, named => Assert.True(named.Value.Gradient is not null, $"{named.Key} has no gradient"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_OfNoExamples_IsRefused(string name)
    {
        EveryModel one = EveryModel.New(name);
        string message = Assert.Throws<ArgumentException>(() => one.Loss(0)).Message;

        Assert.Matches("^(sources|sounds|Transformer|BERT|GPT|Transformer-XL|reader|key–value memory|graph attention network|recommender|vision|detector|captioner|text and image): ", message); // by the model, in its own words
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_WithNanInIt_IsNan_AndAnswersAreRefused(string name)
    {
        EveryModel one = EveryModel.New(name);
        foreach (Tensor parameter in one.Model.Parameters)
        {
            parameter.Values.Fill(float.NaN);
        }

        Assert.True(float.IsNaN(one.Loss(2).Value));
        if (one.Answer is { } answer && name is not (nameof(Bert) or nameof(TextImageModel))) // they give tensors, in which NaN is seen
        {
            Assert.Contains("NaN", Assert.Throws<ArgumentException>(answer).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_IsTheSameEachTime_AndLeavesTheModelAsItWas(string name)
    {
        EveryModel one = EveryModel.New(name);
        one.Model.Stirred(1);
        if (name == nameof(Bert))
        {
            one.Model.Evaluate(); // it gives rows, in training and not
        }

        bool wasTraining = one.Model.IsTraining;
        string first = Said(one.Answer());

        Assert.Equal(first, Said(one.Answer()));
        Assert.Equal(wasTraining, one.Model.IsTraining);
        Assert.True(Gradients.AreOn);
        Assert.All(one.Model.Parameters, parameter => Assert.Null(parameter.Gradient));
    }

    /// <summary>An answer as a text: words without what stands beside them.</summary>
    private static string Said(object answer) => answer switch
    {
        Tensor tensor => string.Join(' ', tensor.ToArray()),
        IReadOnlyList<DecodedSequence> sequences => string.Join('\n', sequences.Select(one => string.Join(' ', one.Tokens))),
        IReadOnlyList<Caption> captions => string.Join('\n', captions.Select(one => string.Join(' ', one.Words))),
        IReadOnlyList<int[]> texts => string.Join('\n', texts.Select(one => string.Join(' ', one))),
        System.Collections.IEnumerable list => string.Join(' ', list.Cast<object?>()),
        _ => throw new InvalidOperationException($"{answer.GetType()} is no answer"),
    };
}
