using static System.FormattableString;

namespace Attention.Models;

/// <summary>What a Transformer-XL remembers of the segments that it has read: the newest rows that went into each layer. No gradient goes through them.</summary>
public sealed class TransformerXlMemory
{
    internal TransformerXlMemory(Tensor[] layers) => Layers = layers;

    /// <summary>How many rows of each text.</summary>
    public int Length => Layers[0].Shape[1];

    /// <summary>[B, Length, Width] for each layer.</summary>
    internal IReadOnlyList<Tensor> Layers { get; }
}

/// <summary>A language model that reads a long text segment by segment, and attends to what it remembers of the segments before.</summary>
/// <remarks>
/// Dai et al. 2019, § 3. <c>h̃ = [stop-gradient(m) ∘ h]</c> gives keys and values, h alone the queries (§ 3.2); scores depend on distances (§ 3.3), with u and v shared by all layers. Embeddings are
/// multiplied by √Width and shared with the output, as in the published code.
/// An <see cref="AttentionRecorder"/> is given "layers.i.attention": [B, Heads, tokens, memory + tokens].
/// </remarks>
/// <example>
/// <code>
/// TransformerXl model = new(new TransformerXlOptions(Vocabulary: 5) { Segment = 4, Memory = 4, Width = 32, Layers = 1 }, new RandomSource(1));
/// int[] first = [0, 1, 2, 3], second = [4, 0, 1, 2];
/// using IDisposable off = Gradients.Off();
/// (Tensor logits, TransformerXlMemory memory) = model.Forward(first, batch: 1);
/// (logits, memory) = model.Forward(second, batch: 1, memory); // sees the first segment too
/// Console.WriteLine(logits.Shape); // prints [1, 4, 5]
/// Console.WriteLine(memory.Length); // prints 4
/// </code>
/// </example>
public sealed class TransformerXl : Module
{
    private readonly TokenEmbedding _tokens;
    private readonly SinusoidalEncoding _distances;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<TransformerXlLayer> _layers;
    private readonly Tensor _contentBias, _positionBias, _bias;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public TransformerXl(TransformerXlOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        _tokens = Add("tokenEmbedding", new TokenEmbedding(options.Vocabulary, options.Width, random));
        _contentBias = Parameter("contentBias", Tensor.Normal(random, 0.02f, options.Heads, options.Width / options.Heads));
        _positionBias = Parameter("positionBias", Tensor.Normal(random, 0.02f, options.Heads, options.Width / options.Heads));
        _distances = Add("distances", new SinusoidalEncoding(options.Memory + options.Segment, options.Width));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new TransformerXlLayer(options, random));
        _bias = Parameter("outputBias", Tensor.Zeros(options.Vocabulary));
    }

    /// <summary>The sizes and kinds.</summary>
    public TransformerXlOptions Options { get; }

    /// <summary>Reads a segment: the logits of every token after each of its tokens.</summary>
    /// <param name="tokens">[batch, length]; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="memory">What was remembered of the segments before; null: this is the first.</param>
    /// <returns>[batch, length, Vocabulary], and what is remembered now. The memory outlives memory scopes.</returns>
    /// <exception cref="ArgumentException">The texts do not share the tokens evenly, the segment is too long, or the memory is of other texts.</exception>
    public (Tensor Logits, TransformerXlMemory Memory) Forward(ReadOnlyMemory<int> tokens, int batch, TransformerXlMemory? memory = null)
    {
        int length = batch < 1 ? 0 : tokens.Length / batch;
        if (length < 1 || tokens.Length % batch != 0 || length > Options.Segment)
        {
            throw new ArgumentException(Invariant($"Transformer-XL: {batch} segments of 1 to {Options.Segment} tokens are not made of {tokens.Length}"), nameof(tokens));
        }

        if (memory is not null && (memory.Layers.Count != _layers.Count || memory.Layers[0].Shape[0] != batch || memory.Layers[0].Shape[2] != Options.Width))
        {
            throw new ArgumentException(Invariant($"Transformer-XL: the memory has {memory.Layers.Count} layers of {memory.Layers[0].Shape}, this is {_layers.Count} layers, {batch} texts and the width {Options.Width}"), nameof(memory));
        }

        Tensor x = _dropout.Forward(_tokens.Forward(tokens, batch, length) * MathF.Sqrt(Options.Width));
        var next = new Tensor[_layers.Count];
        for (int i = 0; i < next.Length; i++)
        {
            Tensor? before = memory is { Length: > 0 } ? memory.Layers[i] : null;
            next[i] = Remembered(before, x);
            x = _layers[i].Forward(x, before, _distances.Table, _contentBias, _positionBias);
        }

        return (_dropout.Forward(x).Linear(_tokens.Weight, _bias), new(next));
    }

    /// <summary>The training step's loss: how surprised the model is by each next token of a segment, on average.</summary>
    /// <param name="inputs">[batch, length]; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="targets">[batch, length]; what follows each token; likewise.</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="memory">What was remembered of the segments before; what is remembered now takes its place.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Tensor Loss(ReadOnlyMemory<int> inputs, ReadOnlyMemory<int> targets, int batch, ref TransformerXlMemory? memory, int? ignoreIndex = null)
    {
        (Tensor logits, memory) = Forward(inputs, batch, memory);
        return logits.CrossEntropy(targets, ignoreIndex);
    }

    /// <summary>Writes a text on, of any length: what is older than the memory is forgotten.</summary>
    /// <param name="prompt">The beginning; at least one token.</param>
    /// <param name="count">How many tokens to write at most.</param>
    /// <param name="sampling">How each is drawn.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="endToken">The token after which nothing more is written; it is the last one given back. Null: none.</param>
    /// <returns>What was written, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, or the count is negative.</exception>
    public int[] Generate(IReadOnlyList<int> prompt, int count, Sampling sampling, RandomSource random, int? endToken = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(sampling);
        if (prompt.Count == 0 || count < 0)
        {
            throw new ArgumentException(Invariant($"Transformer-XL: expected a prompt of at least 1 token, and no negative count, got {prompt.Count} and {count}"), nameof(prompt));
        }

        using Prediction prediction = Predict();
        TransformerXlMemory? memory = null;
        Queue<int[]> unread = new(prompt.Chunk(Options.Segment));
        List<int> written = [];
        while (written.Count < count && (written.Count == 0 || written[^1] != endToken))
        {
            using MemoryScope scope = Memory.Scope();
            Tensor logits;
            do
            {
                (logits, memory) = Forward(unread.Dequeue(), 1, memory);
            }
            while (unread.Count > 0);

            written.Add(sampling.Next(logits.At(1, logits.Shape[1] - 1).Values, random));
            unread.Enqueue([written[^1]]);
        }

        return [.. written];
    }

    /// <summary>[B, at most Memory, Width]; the newest rows, without their history.</summary>
    private Tensor Remembered(Tensor? before, Tensor x)
    {
        using IDisposable off = Gradients.Off();
        Tensor all = before is null ? x : Tensor.Concat(1, before, x);
        int kept = Math.Min(Options.Memory, all.Shape[1]);
        return all.Slice(1, all.Shape[1] - kept, kept).ToLasting();
    }
}
