using Attention.Kernels;

namespace Attention.Models;

/// <summary>Reads a text and writes another: an encoder and a decoder of attention alone.</summary>
/// <remarks>
/// Vaswani et al. 2017. Embeddings are multiplied by √Width, and sines tell positions (§ 3.4, 3.5); the output layer shares the target's embedding (§ 3.4); the decoder sees what it wrote and
/// all that the encoder gave (§ 3.1). Norms stand after each part, as in the paper, or before it.
/// </remarks>
/// <example>
/// <code>
/// SequenceTask task = SequenceTask.Copy(symbols: 4, shortest: 2, longest: 3);
/// SequenceExample[] examples = task.Take(Split.Training, 16, seed: 1);
/// int[][] sources = [.. examples.Select(one =&gt; one.Source)], targets = [.. examples.Select(one =&gt; one.Target)];
/// Transformer transformer = new(new TransformerOptions(task.VocabularySize, task.VocabularySize) { Width = 32, Layers = 1 }, new RandomSource(1));
/// Trainer trainer = new(transformer, new AdamOptimizer(transformer.NamedParameters, 3e-3), new() { Steps = 150 });
/// trainer.Run(_ =&gt; transformer.Loss(sources, targets));
/// Console.WriteLine(transformer.Translate([sources[0]])[0].SequenceEqual(targets[0])); // prints True
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// transformer.Loss([[3, 4, 5]], [[3, 4, 5]]);
/// Console.WriteLine(recorder["decoder.0.crossAttention"].Shape); // prints [1, 4, 4, 3]
/// </code>
/// </example>
public sealed partial class Transformer : Module
{
    private readonly TokenEmbedding _target;
    private readonly TokenEmbedding _source;
    private readonly SinusoidalEncoding _positions;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _encoder;
    private readonly IReadOnlyList<DecoderLayer> _decoder;
    private readonly LayerNormalization? _encoderNorm;
    private readonly LayerNormalization? _decoderNorm;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public Transformer(TransformerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        // Rows are multiplied by √Width: with this deviation they come out with deviation one.
        Initializer small = Initializers.Normal(1 / MathF.Sqrt(options.Width));
        _target = Add("targetEmbedding", new TokenEmbedding(options.TargetVocabulary, options.Width, random, small));
        _source = options.SharesEmbedding ? _target : Add("sourceEmbedding", new TokenEmbedding(options.SourceVocabulary, options.Width, random, small));
        _positions = Add("positions", new SinusoidalEncoding(options.Positions, options.Width));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _encoder = Add("encoder", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _decoder = Add("decoder", options.Layers, _ => new DecoderLayer(options.Layer, random));
        if (options.IsPreNorm)
        {
            _encoderNorm = Add("encoderNorm", new LayerNormalization(options.Width));
            _decoderNorm = Add("decoderNorm", new LayerNormalization(options.Width));
        }
    }

    /// <summary>The sizes and kinds.</summary>
    public TransformerOptions Options { get; }

    /// <summary>Reads texts.</summary>
    /// <param name="sources">The texts, filled up at their ends.</param>
    /// <returns>[B, M, Width]; what the decoder attends to.</returns>
    /// <exception cref="ArgumentException">A text is longer than the positions, or a token is not in the vocabulary.</exception>
    public Tensor Encode(PaddedIds sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        Tensor x = Embed(_source, sources.Ids, sources.Rows, 0);
        foreach (EncoderLayer layer in _encoder)
        {
            x = layer.Forward(x, Mask.KeyLengths(sources.Lengths));
        }

        return _encoderNorm?.Forward(x) ?? x;
    }

    /// <summary>The logits of every token after each token of what has been written.</summary>
    /// <param name="written">[B, N]; each text begins with the start token.</param>
    /// <param name="memory">[B, M, Width]; what <see cref="Encode"/> gave.</param>
    /// <param name="sourceLengths">[B]; how much of each row of the memory is no padding.</param>
    /// <returns>[B, N, TargetVocabulary]</returns>
    public Tensor Decode(ReadOnlyMemory<int> written, Tensor memory, ReadOnlyMemory<int> sourceLengths)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Tensor x = Embed(_target, written, memory.Shape[0], 0);
        foreach (DecoderLayer layer in _decoder)
        {
            x = layer.Forward(x, memory, Mask.Causal, Mask.KeyLengths(sourceLengths));
        }

        return Logits(x);
    }

    /// <summary>The training step's loss: how surprised the model is by each token of the targets, and by their ends, when it has seen the source and the target's tokens before it.</summary>
    /// <param name="sources">What is read; without special tokens.</param>
    /// <param name="targets">What should be written; without special tokens.</param>
    /// <returns>[]; in nats, over all tokens that are no padding.</returns>
    /// <exception cref="ArgumentException">There are not as many targets as sources, or none; a source is empty; a text is longer than the positions.</exception>
    public Tensor Loss(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        if (sources.Count == 0 || sources.Count != targets.Count)
        {
            throw new ArgumentException($"Transformer: expected as many targets as sources, and one at least; got {sources.Count} sources and {targets.Count} targets", nameof(targets));
        }

        Sources.Check(sources);
        var read = PaddedIds.Of(sources, Options.Padding);
        var shown = PaddedIds.Of([.. targets.Select(target => (int[])[Options.Start, .. target])], Options.Padding);
        int[] told = PaddedIds.Of([.. targets.Select(target => (int[])[.. target, Options.End])], -1).Ids;
        return Decode(shown.Ids, Encode(read), read.Lengths).CrossEntropy(told, ignoreIndex: -1, Options.LabelSmoothing);
    }

    private Tensor Embed(TokenEmbedding embedding, ReadOnlyMemory<int> tokens, int batch, int firstPosition) =>
        _dropout.Forward(_positions.Forward(embedding.Forward(tokens, batch, tokens.Length / batch) * MathF.Sqrt(Options.Width), firstPosition));

    /// <summary>[..., TargetVocabulary]</summary>
    private Tensor Logits(Tensor x) => _target.Logits(_decoderNorm?.Forward(x) ?? x);
}
