using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Answers questions from a memory of facts, which it reads several times: by the keys it finds, and by the values it goes on.</summary>
/// <remarks>
/// Miller et al. 2016, § 3.1: <c>q₁ = A Φ(x)</c>; at every hop <c>pᵢ = softmax(qᵀ A Φ(kᵢ))</c>, <c>o = Σᵢ pᵢ A Φ(vᵢ)</c>, <c>q ← R (q + o)</c>; at last <c>softmax(qᵀ B Φ(y))</c> over the answers y. Φ
/// counts words, so A Φ sums their rows. A hop is attention with the scale 1, keys and values being different rows.
/// </remarks>
/// <example>
/// <code>
/// // words: 0 anna, 1 bob, 2 paris, 3 rome
/// MemoryFact anna = new([0], 2), bob = new([1], 3), moved = new([0], 3), back = new([1], 2);
/// MemoryQuestion[] questions = [new([0], [anna, bob], 2), new([1], [anna, bob], 3), new([0], [back, moved], 3), new([1], [back, moved], 2)];
/// KeyValueMemoryNetwork network = new(new KeyValueMemoryOptions(Vocabulary: 4) { Width = 16, Hops = 1 }, new RandomSource(1));
/// Trainer trainer = new(network, new AdamOptimizer(network.NamedParameters, 2e-2), new() { Steps = 150 });
/// trainer.Run(_ =&gt; network.Loss(questions));
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// Console.WriteLine(string.Join(" ", network.Answer(questions))); // prints 2 3 3 2
/// Console.WriteLine(recorder["hops.0"].Shape); // prints [4, 1, 1, 2]
/// </code>
/// </example>
public sealed class KeyValueMemoryNetwork : Module
{
    private readonly TokenEmbedding _words, _answers;
    private readonly IReadOnlyList<Linear> _hops;

    /// <summary>A network of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public KeyValueMemoryNetwork(KeyValueMemoryOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        Initializer initializer = Initializers.Normal(1 / MathF.Sqrt(options.Width));
        _words = Add("words", new TokenEmbedding(options.Vocabulary, options.Width, random, initializer));
        _hops = Add("hops", options.Hops, _ => new Linear(options.Width, options.Width, random, hasBias: false));
        _answers = Add("answers", new TokenEmbedding(options.Vocabulary, options.Width, random, initializer));
    }

    /// <summary>The sizes.</summary>
    public KeyValueMemoryOptions Options { get; }

    /// <summary>The logits of every answer.</summary>
    /// <param name="questions">Each with its memory; they may differ in length.</param>
    /// <returns>[questions, Vocabulary]</returns>
    /// <exception cref="ArgumentException">There is no question, or a word is not in the vocabulary.</exception>
    public Tensor Forward(IReadOnlyList<MemoryQuestion> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        int batch = questions.Count;
        if (batch == 0)
        {
            throw new ArgumentException("key–value memory: expected at least 1 question, got none", nameof(questions));
        }

        int[] counts = [.. questions.Select(question => question.Facts.Count)];
        int most = counts.Max();

        // What fills up the shorter memories has no words, and is hidden.
        IEnumerable<MemoryFact?> facts = questions.SelectMany(question => question.Facts.Concat(Enumerable.Repeat<MemoryFact?>(null, most - question.Facts.Count)));
        Tensor keys = Bags([.. facts.Select(fact => fact?.Key ?? [])]).Reshape(batch, most, 1, Options.Width);
        Tensor values = Bags([.. facts.Select(fact => fact is null ? (int[])[] : [fact.Value])]).Reshape(batch, most, 1, Options.Width);
        Tensor query = Bags([.. questions.Select(question => question.Words)]).Reshape(batch, 1, 1, Options.Width);
        AttentionOptions options = new() { Layout = AttentionLayout.LengthFirst, Scale = 1 };
        foreach (Linear hop in _hops)
        {
            AttentionRecorder.Current?.Write(hop.Name, Tensor.AttentionWeights(query, keys, Mask.KeyLengths(counts), options));
            query = hop.Forward(query + Tensor.Attention(query, keys, values, Mask.KeyLengths(counts), options));
        }

        return _answers.Logits(query.Reshape(batch, Options.Width));
    }

    /// <summary>The training step's loss: how surprised the network is by the right answers, on average.</summary>
    /// <param name="questions">Each with its answer.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">There is no question, or a word is not in the vocabulary.</exception>
    public Tensor Loss(IReadOnlyList<MemoryQuestion> questions)
    {
        Tensor logits = Forward(questions);
        return logits.CrossEntropy(questions.Select(question => question.Answer).ToArray());
    }

    /// <summary>The likeliest answer to each question.</summary>
    /// <param name="questions">Each with its memory.</param>
    /// <returns>[questions]</returns>
    /// <exception cref="ArgumentException">There is no question, a word is not in the vocabulary, or a logit is NaN.</exception>
    public int[] Answer(IReadOnlyList<MemoryQuestion> questions)
    {
        using Prediction prediction = Predict();
        return Forward(questions).Likeliest("key–value memory");
    }

    /// <summary>[texts, Width]; for every text the sum of its words' rows.</summary>
    private Tensor Bags(IReadOnlyList<int[]> texts)
    {
        foreach (int[] text in texts)
        {
            if (text.Any(word => (uint)word >= (uint)Options.Vocabulary))
            {
                throw new ArgumentException(Invariant($"key–value memory: expected words from 0 to {Options.Vocabulary - 1}, got [{string.Join(", ", text)}]"));
            }
        }

        PaddedIds words = PaddedIds.Of(texts, padding: 0);
        return (_words.Forward(words.Ids, words.Rows, words.Width) * Tensor.Of(words.Mask(), words.Rows, words.Width, 1)).Sum(1);
    }
}
