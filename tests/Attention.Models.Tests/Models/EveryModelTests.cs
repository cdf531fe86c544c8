using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models;

public sealed class EveryModelTests
{
    public static TheoryData<string> Names => [.. EveryModel.Names];

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

        Assert.Matches("^(sources|sounds|Transformer|BERT|GPT|Transformer-XL|reader|key–value memory|graph attention network|recommender|vision|video|detector|captioner|text and image): ", message); // by the model, in its own words
    }

    /// <summary>Where so much is dropped, nothing of what is read gets through.</summary>
    [Fact]
    public void Training_WhereAlmostAllIsDropped_SeesNothing()
    {
        const float Rate = 0.999999f;
        Tensor image = new Draw(9).Of(1, 3, 4, 4), other = new Draw(10).Of(1, 3, 4, 4);
        int[] one = [1, 4, 2], two = [6, 0, 3];
        Gpt gpt = new(new(7) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        Bert bert = new(new(7) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        TransformerXl xl = new TransformerXl(new(7) { Width = 4, Heads = 2, Dropout = Rate }, new(1)).Stirred(1);
        Transformer transformer = new(new(7, 7) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        SpanReader reader = new(new(7) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        VisionTransformer seer = new VisionTransformer(new(4, 2, 3) { Width = 4, Heads = 2, Dropout = Rate }, new(1)).Stirred(1);
        TextImageModel finder = new(new(7, 4, 2) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        SequentialRecommender recommender = new(new(7) { Width = 4, Heads = 2, Dropout = Rate }, new(1));
        GraphAttentionNetwork network = new(new(3, 2) { Dropout = Rate }, new(1));
        GraphAttentionLayer layer = new(3, 2, 1, isJoined: true, new(1), Rate);
        EdgeGraph graph = new(["a", "b"], [new(0, 1)], directed: false);
        bool[] hidden = new bool[4];

        Same(gpt, () => gpt.Forward(one, 1, 3), () => gpt.Forward(two, 1, 3));
        Same(bert, () => bert.Forward(new(one, [3])), () => bert.Forward(new(two, [3])));
        Same(xl, () => xl.Forward(one, 1).Logits, () => xl.Forward(two, 1).Logits);
        Same(transformer, () => transformer.Encode(PaddedIds.Of([one], 0)), () => transformer.Encode(PaddedIds.Of([two], 0)));
        Same(reader, () => reader.Forward([new(one, one)]), () => reader.Forward([new(two, two)]));
        Same(seer, () => seer.Logits(image), () => seer.Logits(other));
        Same(finder, () => finder.Forward([one], image), () => finder.Forward([two], other));
        Same(recommender, () => recommender.Forward([one]), () => recommender.Forward([two]));
        Same(network, () => network.Forward(new Draw(4).Of(2, 3), graph), () => network.Forward(new Draw(5).Of(2, 3), graph));
        Same(layer, () => layer.Forward(new Draw(4).Of(2, 3), hidden), () => layer.Forward(new Draw(5).Of(2, 3), hidden));
        Same(xl, () => xl.Forward(one, 1).Logits, () => xl.State()["outputBias"].Expand(1, 3, 7)); // the rows before the output are dropped, too

        static void Same(Module model, Func<Tensor> read, Func<Tensor> readOther)
        {
            string name = model.GetType().Name;
            model.Train();
            Assert.True(read().ToArray().SequenceEqual(readOther().ToArray()), $"{name}: something got through");
            model.Evaluate();
            Assert.False(read().ToArray().SequenceEqual(readOther().ToArray()), $"{name}: without dropout the same is said of both");
        }
    }

    [Fact]
    public void Loss_OfWhatIsNotInTheVocabulary_IsRefused()
    {
        SequenceToSequence translator = new(SequenceToSequenceOptions.Luong(7, 8), new(1));
        PointerGenerator summariser = new(new(7), new(1));
        ListenAttendSpell listener = new(new(2, 7), new(1));
        Transformer transformer = new(new(7, 8) { Width = 4, Heads = 2 }, new(1));
        Bert bert = new(new(7) { Width = 4, Heads = 2 }, new(1));
        TransformerXl reader = new(new(7) { Width = 4, Heads = 2 }, new(1));
        VisionTransformer seer = new(new(4, 2, 3) { Width = 4, Heads = 2 }, new(1));
        SegmentationTransformer painter = new(new(4, 2, 3) { Width = 4, Heads = 2 }, new(1));
        GraphAttentionNetwork network = new(new(3, 2), new(1));
        Tensor image = new Draw(9).Of(1, 3, 4, 4);
        EdgeGraph node = new(["a"], [], directed: false);
        int[] wrong = [3, 7], two = [1, 2], three = [3];
        TransformerXlMemory? memory = null;

        Refused("7", () => translator.Loss([[7]], [[3]]));
        Refused("8", () => translator.Loss([[3]], [[8]]));
        Refused("-1", () => translator.Loss([[3]], [[-1]])); // not taken for the end of a shorter target
        Refused("-1", () => summariser.Loss([[-1]], [[3]]));
        Refused("7", () => listener.Loss([new float[2, 2]], [[7]]));
        Refused("7", () => transformer.Loss([[7]], [[3]]));
        Refused("8", () => transformer.Loss([[3]], [[3, 8]]));
        Refused("-1", () => transformer.Loss([[3]], [[-1]]));
        Refused("7", () => bert.Loss(new(wrong, [2]) { NextSentence = [0] }));
        Refused("2", () => bert.Loss(new(two, [2], [0, 2]) { NextSentence = [0] }));
        Refused("7", () => bert.Loss(new(two, [2]) { Words = [7, -1] }));
        Refused("2", () => bert.Loss(new(two, [2]) { NextSentence = [2] }));
        Refused("7", () => reader.Loss(wrong, two, 1, ref memory));
        Refused("7", () => reader.Loss(two, wrong, 1, ref memory));
        Refused("3", () => seer.Loss(image, three));
        Refused("3", () => painter.Loss(image, (int[])[.. new int[15], 3]));
        Refused("3", () => network.Loss(new Draw(4).Of(1, 3), node, three));

        static void Refused(string what, Func<object> loss) => Assert.Contains($"got {what}", Assert.Throws<ArgumentException>(loss).Message, StringComparison.Ordinal);
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
            Assert.True(one.Model.IsTraining && Gradients.AreOn);
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
