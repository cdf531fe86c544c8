using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>A language model that sees the text before each token and tells the next: layers of causal attention, as GPT-2 has them.</summary>
/// <remarks>
/// Radford et al. 2019, § 2.3, after Radford et al. 2018, eq. 2: <c>h₀ = U We + Wp</c>, <c>hₗ = layer(hₗ₋₁)</c>, <c>P(u) = softmax(Norm(h_L) Weᵀ)</c>. Norms stand before each part and once more at the end;
/// weights begin normal with the deviation 0.02, and those that write into the residual stream with <c>0.02 / √(2 L)</c>.
/// </remarks>
/// <example>
/// <code>
/// Gpt gpt = new(new GptOptions(Vocabulary: 5) { Context = 16, Width = 32, Layers = 1 }, new RandomSource(1));
/// int[] text = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2];
/// Trainer trainer = new(gpt, new AdamOptimizer(gpt.NamedParameters, 1e-2), new() { Steps = 100 });
/// trainer.Run(_ =&gt; gpt.Loss(text, batch: 1));
/// Console.WriteLine(string.Join(" ", gpt.Generate([0, 1], 6, Sampling.Greedy))); // prints 2 3 4 0 1 2
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// gpt.Forward(text, 1, text.Length);
/// Console.WriteLine(recorder["layers.0.attention"].Shape); // prints [1, 4, 13, 13]
/// </code>
/// </example>
public sealed partial class Gpt : Module
{
    private readonly TokenEmbedding _tokens;
    private readonly PositionEmbedding _positions;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly LayerNormalization _finalNorm;
    private readonly Linear? _output;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public Gpt(GptOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        _tokens = Add("tokenEmbedding", new TokenEmbedding(options.Vocabulary, options.Width, random));
        _positions = Add("positionEmbedding", new PositionEmbedding(options.Context, options.Width, random));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _finalNorm = Add("finalNorm", new LayerNormalization(options.Width));
        _output = options.IsTied ? null : Add("output", new Linear(options.Width, options.Vocabulary, random, hasBias: false, Initializers.Normal()));
        foreach ((string name, Tensor weight) in NamedParameters)
        {
            if (name.EndsWith("attention.output.weight", StringComparison.Ordinal) || name.EndsWith("feedForward.outer.weight", StringComparison.Ordinal))
            {
                float factor = 1 / MathF.Sqrt(2 * options.Layers);
                foreach (ref float value in weight.Values)
                {
                    value *= factor;
                }
            }
        }
    }

    /// <summary>The sizes and kinds.</summary>
    public GptOptions Options { get; }

    /// <summary>The logits of every token after each token of the texts.</summary>
    /// <param name="tokens">[batch, length]; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="length">Tokens in each, at most the context.</param>
    /// <returns>[batch, length, Vocabulary]; row i says what follows token i.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or a token is not in the vocabulary.</exception>
    public Tensor Forward(ReadOnlyMemory<int> tokens, int batch, int length) => Output(Contexts(tokens, batch, length));

    /// <summary>The row of every token that the logits are made of: what the model knows of the text so far.</summary>
    /// <param name="tokens">[batch, length]; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="length">Tokens in each, at most the context.</param>
    /// <returns>[batch, length, Width]</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or a token is not in the vocabulary.</exception>
    public Tensor Contexts(ReadOnlyMemory<int> tokens, int batch, int length)
    {
        Tensor x = _dropout.Forward(_positions.Forward(_tokens.Forward(tokens, batch, length)));
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, Mask.Causal);
        }

        return _finalNorm.Forward(x);
    }

    /// <summary>The training step's loss: how surprised the model is by each next token, on average.</summary>
    /// <param name="text">[batch, length + 1]; each text is shown without its last token and told without its first.</param>
    /// <param name="batch">How many texts.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">The texts do not share the tokens evenly, are shorter than 2 or longer than the context + 1.</exception>
    public Tensor Loss(ReadOnlyMemory<int> text, int batch)
    {
        if (batch < 1 || text.Length % batch != 0 || text.Length / batch < 2)
        {
            throw new ArgumentException(Invariant($"GPT: {batch} texts of equal length, 2 tokens or more, are not made of {text.Length} tokens"), nameof(batch));
        }

        int length = (text.Length / batch) - 1;
        int[] inputs = new int[batch * length], targets = new int[batch * length];
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<int> one = text.Span.Slice(b * (length + 1), length + 1);
            one[..^1].CopyTo(inputs.AsSpan(b * length));
            one[1..].CopyTo(targets.AsSpan(b * length));
        }

        return Loss(inputs, targets, batch);
    }

    /// <summary>The loss, where inputs and targets lie apart, or some targets do not count.</summary>
    /// <param name="inputs">[batch, length]; not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="targets">[batch, length]; what follows each token; likewise.</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="ignoreIndex">The target of positions that do not count, such as padding.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Tensor Loss(ReadOnlyMemory<int> inputs, ReadOnlyMemory<int> targets, int batch, int? ignoreIndex = null) =>
        batch >= 1 && inputs.Length % batch == 0
            ? Forward(inputs, batch, inputs.Length / batch).CrossEntropy(targets, ignoreIndex)
            : throw new ArgumentException(Invariant($"GPT: {batch} texts of equal length are not made of {inputs.Length} tokens"), nameof(batch));

    /// <summary>[..., Vocabulary]</summary>
    private Tensor Logits(Tensor x) => Output(_finalNorm.Forward(x));

    /// <summary>The logits that contexts make: [..., Width] to [..., Vocabulary].</summary>
    internal Tensor Output(Tensor contexts) => _output is null ? _tokens.Logits(contexts) : _output.Forward(contexts);
}
