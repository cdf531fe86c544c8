using Attention.Kernels;

namespace Attention.Models;

/// <summary>Reads a text in both directions at once, and tells a hidden word by all others: an encoder of attention.</summary>
/// <remarks>
/// Devlin et al. 2019. A row is the sum of its piece, its position and its segment (figure 2), normalised; layers are post-norm with GELU. Two tasks train it (§ 3.1): masked words, told by a
/// layer of their own and the pieces' embedding, and whether the second sentence follows the first, told by the first piece's row through the pooler. The parameters bear the names of <see cref="BertWeights"/>.
/// </remarks>
/// <example>
/// <code>
/// const int Mask = 0;
/// int[] text = [1, 2, 3, 4, 5, 6]; // a text that is always the same: what is hidden follows from its place
/// Bert bert = new(new BertOptions(Vocabulary: 7) { Positions = 6, Width = 32, Layers = 1 }, new RandomSource(1));
/// RandomSource random = new(2);
/// Trainer trainer = new(bert, new AdamOptimizer(bert.NamedParameters, 3e-3), new() { Steps = 100 });
/// trainer.Run(_ =&gt; bert.Loss(new BertBatch([.. text, .. text], [6, 6]).Masked(random, Mask, vocabulary: 7, special: [])));
/// int[] hidden = [1, 2, Mask, 4, 5, 6];
/// Console.WriteLine(bert.Words(bert.Forward(new BertBatch(hidden, [6]))).ArgMax()[2]); // prints 3
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// bert.Forward(new BertBatch(hidden, [6]));
/// Console.WriteLine(recorder["layers.0.attention"].Shape); // prints [1, 4, 6, 6]
/// </code>
/// </example>
public sealed class Bert : Module
{
    internal const float Epsilon = 1e-12f;

    private readonly TokenEmbedding _words;
    private readonly PositionEmbedding _positions;
    private readonly TokenEmbedding _segments;
    private readonly LayerNormalization _norm;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly Linear _pooler;
    private readonly MaskedWord _maskedWord;
    private readonly Linear _nextSentence;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public Bert(BertOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        Initializer initializer = Initializers.TruncatedNormal();
        _words = Add("wordEmbedding", new TokenEmbedding(options.Vocabulary, options.Width, random, initializer));
        _positions = Add("positionEmbedding", new PositionEmbedding(options.Positions, options.Width, random, initializer));
        _segments = Add("segmentEmbedding", new TokenEmbedding(options.Segments, options.Width, random, initializer));
        _norm = Add("embeddingNorm", new LayerNormalization(options.Width, Epsilon));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _pooler = Add("pooler", new Linear(options.Width, options.Width, random, initializer: initializer));
        _maskedWord = Add("maskedWord", new MaskedWord(options, random));
        _nextSentence = Add("nextSentence", new Linear(options.Width, 2, random, initializer: initializer));
    }

    /// <summary>The sizes and kinds.</summary>
    public BertOptions Options { get; }

    /// <summary>Reads texts.</summary>
    /// <returns>[Rows, Length, Width]; a row for every piece. Those of padding mean nothing.</returns>
    /// <exception cref="ArgumentException">A text is longer than the positions, or a piece or a segment is unknown.</exception>
    public Tensor Forward(BertBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Tensor x = _words.Forward(batch.Ids, batch.Rows, batch.Length) + _segments.Forward(batch.Segments, batch.Rows, batch.Length);
        x = _dropout.Forward(_norm.Forward(_positions.Forward(x)));
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, Mask.KeyLengths(batch.Lengths));
        }

        return x;
    }

    /// <summary>One row for each text: that of its first piece, through a layer and tanh.</summary>
    /// <param name="rows">[Rows, Length, Width]; what <see cref="Forward"/> gave.</param>
    /// <returns>[Rows, Width]</returns>
    public Tensor Pooled(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return _pooler.Forward(rows.At(1, 0)).Tanh();
    }

    /// <summary>The logits of every word, for rows.</summary>
    /// <param name="rows">[..., Width]</param>
    /// <returns>[..., Vocabulary]</returns>
    public Tensor Words(Tensor rows) => _maskedWord.Forward(rows, _words);

    /// <summary>The logits of whether the second sentence follows the first, or not.</summary>
    /// <param name="rows">[Rows, Length, Width]; what <see cref="Forward"/> gave.</param>
    /// <returns>[Rows, 2]; 0 says that it follows.</returns>
    public Tensor NextSentence(Tensor rows) => _nextSentence.Forward(Pooled(rows));

    /// <summary>The training step's loss: the mean over the words that are asked about, plus that over the texts whose second sentence is. Only rows that are asked about are turned into logits.</summary>
    /// <param name="batch">What is read, and what should be told.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">Nothing is asked, or the answers do not fit the texts.</exception>
    public Tensor Loss(BertBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int[] asked = batch.Words is null ? [] : [.. Enumerable.Range(0, batch.Words.Length).Where(place => batch.Words[place] != BertBatch.NotAsked)];
        if ((asked.Length == 0 && batch.NextSentence is null) || (batch.Words is { } all && all.Length != batch.Ids.Length))
        {
            throw new ArgumentException($"BERT: expected words to be told for {batch.Ids.Length} places, or next sentences; got {batch.Words?.Length ?? 0} places, {asked.Length} of them asked about", nameof(batch));
        }

        Tensor rows = Forward(batch);
        int[] words = [.. asked.Select(place => batch.Words![place])];
        Tensor? hidden = asked.Length > 0 ? Words(rows.Reshape(-1, Options.Width).Select(asked)).CrossEntropy(words) : null;
        Tensor? next = batch.NextSentence is { } labels ? NextSentence(rows).CrossEntropy(labels) : null;
        return hidden is null ? next! : next is null ? hidden : hidden + next;
    }

    /// <summary>Reads weights as BERT's are published, with or without the prefix <c>bert.</c>. Heads that the file goes without stay as they are.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or does not fit; the message names every missing, unexpected and misshapen tensor, and nothing has changed. An output of the masked-word head
    /// (<c>cls.predictions.decoder.weight</c>) that differs from the word embedding, which it shares here, is refused too.
    /// </exception>
    public void LoadPublished(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, Tensor> state = State().ToDictionary(named => named.Key, named => named.Value.Detach());
        foreach (NamedWeights weight in Published.ReadTied(file, "maskedWord.output.weight", "wordEmbedding.weight"))
        {
            state[weight.Name] = Tensor.Of(weight.Values.Span, [.. weight.Shape]);
        }

        Load(state);
    }

    /// <summary>Writes the weights as BERT's are published.</summary>
    /// <param name="path">The file; what was there is replaced once the new one is whole.</param>
    public void SavePublished(string path) =>
        SafetensorsFile.Write(path, Published.Publish(NamedParameters.Select(named => new NamedWeights(named.Key, [.. named.Value.Shape.ToReadOnlySpan()], named.Value.ToArray()))));

    private WeightMap Published => BertWeights.Map(Options.Vocabulary, Options.Positions, Options.Width, Options.Layers, Options.InnerWidth, Options.Segments);

    /// <summary>Tells words by rows: a layer, and then the pieces' embedding with a bias of its own.</summary>
    private sealed class MaskedWord : Module
    {
        private readonly Linear _inner;
        private readonly LayerNormalization _norm;
        private readonly Tensor _bias;

        internal MaskedWord(BertOptions options, RandomSource random)
        {
            _inner = Add("inner", new Linear(options.Width, options.Width, random, initializer: Initializers.TruncatedNormal()));
            _norm = Add("norm", new LayerNormalization(options.Width, Epsilon));
            _bias = Parameter("output.bias", Tensor.Zeros(options.Vocabulary));
        }

        internal Tensor Forward(Tensor rows, TokenEmbedding words) => _norm.Forward(_inner.Forward(rows).Gelu()).Linear(words.Weight, _bias);
    }
}
