using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models;

/// <summary>Every model with learned parameters, tiny: what is asked of each of them is asked here once.</summary>
/// <param name="Model">With dropout, where it has any.</param>
/// <param name="Loss">The loss of so many examples, of up to two.</param>
/// <param name="Answer">Lets it write, tell or choose, for two examples.</param>
public sealed record EveryModel(Module Model, Func<int, Tensor> Loss, Func<object> Answer)
{
    private static readonly int[][] Sources = [[3, 5, 4], [6]], Targets = [[4], [5, 6, 3]], Captions = [[3, 2], [4]];

    private static readonly Dictionary<string, Func<ulong, EveryModel>> All = new()
    {
        ["Sutskever"] = seed => Recurrent(SequenceToSequenceOptions.Sutskever(7, 7), seed),
        ["Bahdanau"] = seed => Recurrent(SequenceToSequenceOptions.Bahdanau(7, 7), seed),
        ["Luong"] = seed => Recurrent(SequenceToSequenceOptions.Luong(7, 7), seed),
        ["Luong, local-p"] = seed => Recurrent(SequenceToSequenceOptions.Luong(7, 7) with { Window = AttentionWindow.LocalPredictive }, seed),
        [nameof(PointerGenerator)] = seed =>
        {
            PointerGenerator model = new(new(7) { EmbeddingWidth = 3, Width = 4, HasCoverage = true }, new(seed));
            return new(model, count => model.Loss(Sources[..count], Targets[..count]), () => model.Summarize(Sources, 4));
        },
        [nameof(ListenAttendSpell)] = seed =>
        {
            ListenAttendSpell model = new(new(2, 7) { EmbeddingWidth = 3, Width = 4 }, new(seed));
            float[][,] sounds = [new Draw(5).Of(5, 2).ToMatrix(), new Draw(6).Of(2, 2).ToMatrix()];
            return new(model, count => model.Loss(sounds[..count], Targets[..count]), () => model.Transcribe(sounds, 4));
        },
        [nameof(Transformer)] = seed =>
        {
            Transformer model = new(new(7, 7) { Width = 4, Heads = 2, Layers = 1, Positions = 8, Dropout = 0.3f, LabelSmoothing = 0.1f }, new(seed));
            return new(model, count => model.Loss(Sources[..count], Targets[..count]), () => model.Translate(Sources, 4));
        },
        [nameof(Bert)] = seed =>
        {
            Bert model = new(new(9) { Positions = 5, Width = 4, Heads = 2, Layers = 1, Dropout = 0.3f }, new(seed));
            return new(
                model,
                count => model.Loss(new(new[] { 1, 5, 3, 2, 1, 3, 2, 0 }[..(4 * count)], new[] { 4, 3 }[..count]) { Words = new[] { -1, 4, -1, -1, 6, -1, -1, -1 }[..(4 * count)], NextSentence = new[] { 1, 0 }[..count] }),
                () => model.Forward(new([1, 5, 3], [3])));
        },
        [nameof(Gpt)] = seed =>
        {
            Gpt model = new(new(7) { Context = 8, Width = 4, Heads = 2, Layers = 1, Dropout = 0.3f }, new(seed));
            return new(model, count => model.Loss(new[] { 1, 4, 2, 6, 0, 3 }.AsMemory(0, 3 * count), count), () => model.Generate([1, 4], 4, Sampling.Greedy));
        },
        [nameof(TransformerXl)] = seed =>
        {
            TransformerXl model = new(new(7) { Segment = 3, Memory = 3, Width = 4, Heads = 2, Layers = 1, Dropout = 0.3f }, new(seed));
            return new(model, Loss, () => model.Generate([1, 4], 4, Sampling.Greedy, new(1)));

            Tensor Loss(int count)
            {
                TransformerXlMemory? memory = null;
                return model.Loss(new[] { 1, 4, 2, 3, 3, 5 }.AsMemory(0, 3 * count), new[] { 4, 2, 6, 3, 5, 0 }.AsMemory(0, 3 * count), count, ref memory);
            }
        },
        [nameof(SpanReader)] = seed =>
        {
            SpanQuestion[] questions = [new([1, 4], [2, 6, 0, 3], new(1, 2)), new([5, 1, 2], [4, 3])];
            SpanReader model = new(new(7) { Context = 5, Width = 4, Heads = 2, Dropout = 0.3f }, new(seed));
            return new(model, count => model.Loss(questions[..count]), () => model.Answer(questions));
        },
        [nameof(KeyValueMemoryNetwork)] = seed =>
        {
            MemoryQuestion[] questions = [new([1, 4], [new([1, 2], 6), new([3], 7)], 6), new([5], [new([5], 7)], 7)];
            KeyValueMemoryNetwork model = new(new(9) { Width = 4 }, new(seed));
            return new(model, count => model.Loss(questions[..count]), () => model.Answer(questions));
        },
        [nameof(GraphAttentionNetwork)] = seed =>
        {
            GraphAttentionNetwork model = new(new(3, 2) { Width = 2, Heads = 2, Dropout = 0.3f }, new(seed));
            return new(model, count => model.Loss(new Draw(4).Of(count, 3), Graph(count), new[] { 1, 0 }.AsMemory(0, count)), () => model.Predict(new Draw(4).Of(2, 3), Graph(2)));

            static EdgeGraph Graph(int count) => new([.. new[] { "a", "b" }[..count]], count < 2 ? [] : [new(0, 1)], directed: false);
        },
        [nameof(SequentialRecommender)] = seed =>
        {
            SequentialRecommender model = new(new(7) { Context = 4, Width = 4, Dropout = 0.3f }, new(seed));
            int[][] histories = [[1, 4, 2, 6], [3, 5]];
            return new(model, count => model.Loss(histories[..count], new RandomSource(3)), () => model.Recommend(histories[0], 3));
        },
        [nameof(VisionTransformer)] = seed =>
        {
            VisionTransformer model = new(Patches, new(seed));
            return new(model, count => model.Loss(Images(count), new[] { 1, 0 }.AsMemory(0, count)), () => model.Predict(Images(2)));
        },
        [nameof(VideoTransformer)] = seed =>
        {
            VideoTransformer model = new(new(Patches, 2), new(seed));
            return new(model, count => model.Loss(Clips(count), new[] { 1, 0 }.AsMemory(0, count)), () => model.Predict(Clips(2)));

            static Tensor Clips(int count) => new Draw(8).Of(count, 2, 3, 4, 4);
        },
        [nameof(SegmentationTransformer)] = seed =>
        {
            SegmentationTransformer model = new(Patches, new(seed));
            return new(model, count => model.Loss(Images(count), new int[16 * count]), () => model.Predict(Images(2)));
        },
        [nameof(Detector)] = seed =>
        {
            Detector model = new(new(4, 2) { Queries = 2, Width = 4, Heads = 2, Layers = 1, Dropout = 0.3f }, new(seed));
            ObjectInImage[][] objects = [[new(1, new(0.1, 0.2, 0.5, 0.6))], []];
            return new(model, count => model.Loss(Images(count), objects[..count]), () => model.Predict(Images(2)));
        },
        ["Captioner, soft"] = seed => Captioning(CaptionAttention.Soft, seed),
        ["Captioner, hard"] = seed => Captioning(CaptionAttention.Hard, seed),
        [nameof(TextImageModel)] = seed =>
        {
            TextImageModel model = new(new(7, 4, 2) { Context = 4, Width = 4, Heads = 2, Dropout = 0.3f }, new(seed));
            return new(model, count => model.Loss(Sources[..count], Images(count)), () => model.Fit(Sources, Images(2)));
        },
    };

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Keys;

    private static VisionTransformerOptions Patches => new(4, 2, 2) { Width = 4, Heads = 2, Layers = 1, Dropout = 0.3f };

    /// <summary>A new one.</summary>
    public static EveryModel New(string name, ulong seed = 1) => All[name](seed);

    private static EveryModel Recurrent(SequenceToSequenceOptions options, ulong seed)
    {
        SequenceToSequence model = new(options with { EmbeddingWidth = 3, Width = 4, Dropout = 0.3f }, new(seed));
        return new(model, count => model.Loss(Sources[..count], Targets[..count]), () => model.Translate(Sources, 4));
    }

    private static EveryModel Captioning(CaptionAttention attention, ulong seed)
    {
        Captioner model = new(new(5, 3, 0, 1) { Width = 4, Attention = attention }, new(seed));
        return new(model, count => model.Loss(new Draw(7).Of(count, 4, 3), Captions[..count]), () => model.Write(new Draw(7).Of(2, 4, 3), 4));
    }

    private static Tensor Images(int count) => new Draw(9).Of(count, 3, 4, 4);
}
