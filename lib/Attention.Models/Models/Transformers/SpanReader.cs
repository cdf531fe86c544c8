using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Answers a question by pointing at the words of a passage that answer it: at the first and at the last.</summary>
/// <remarks>
/// Pointers to a start and an end are of Wang and Jiang 2017, § 2.2 (the boundary model); each is a softmax over the passage's rows, <c>Pₛ(i) = softmax(S · Tᵢ)</c>, as in Devlin et al. 2019,
/// § 4.2, and the loss is the mean of the two surprises. The rows come of Transformer layers: one encoder reads question and passage, then the passage's rows attend to each other and to the
/// question. A learned row stands before the passage; pointing at it says that the passage has no answer (Devlin et al. 2019, § 4.3).
/// </remarks>
/// <example>
/// <code>
/// // words: 0 who, 1 sat, 2 slept, 3 cat, 4 dog
/// SpanQuestion[] questions = [new([0, 1], [3, 1, 4, 2], new(0, 0)), new([0, 2], [3, 1, 4, 2], new(2, 2)), new([0, 1], [3, 2, 4, 1], new(2, 2)), new([0, 2], [3, 2, 4, 1], new(0, 0)), new([0, 1], [4, 2])];
/// SpanReader reader = new(new SpanReaderOptions(Vocabulary: 5) { Context = 8, Width = 16, CrossLayers = 1 }, new RandomSource(1));
/// Trainer trainer = new(reader, new AdamOptimizer(reader.NamedParameters, 1e-2), new() { Steps = 100 });
/// trainer.Run(_ =&gt; reader.Loss(questions));
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// Console.WriteLine(reader.Answer(questions)[1]); // prints TokenSpan { First = 2, Last = 2 }
/// Console.WriteLine(reader.Answer(questions)[4] is null); // prints True
/// Console.WriteLine(recorder["crossLayers.0.crossAttention"].Shape); // prints [5, 4, 5, 2]
/// </code>
/// </example>
public sealed class SpanReader : Module
{
    private readonly TokenEmbedding _tokens;
    private readonly PositionEmbedding _positions;
    private readonly Tensor _noAnswer;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly IReadOnlyList<DecoderLayer> _crossLayers;
    private readonly LayerNormalization _questionNorm, _finalNorm;
    private readonly Linear _pointers;

    /// <summary>A reader of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SpanReader(SpanReaderOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        Initializer initializer = Initializers.Normal(1 / MathF.Sqrt(options.Width));
        _tokens = Add("tokenEmbedding", new TokenEmbedding(options.Vocabulary, options.Width, random, initializer));
        _positions = Add("positionEmbedding", new PositionEmbedding(options.Context, options.Width, random, initializer));
        _noAnswer = Parameter("noAnswer", initializer(random, [1, 1, options.Width]));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _questionNorm = Add("questionNorm", new LayerNormalization(options.Width));
        _crossLayers = Add("crossLayers", options.CrossLayers, _ => new DecoderLayer(options.Layer, random));
        _finalNorm = Add("finalNorm", new LayerNormalization(options.Width));
        _pointers = Add("pointers", new Linear(options.Width, 2, random));
    }

    /// <summary>The sizes.</summary>
    public SpanReaderOptions Options { get; }

    /// <summary>The logits of where each answer begins and ends.</summary>
    /// <param name="questions">Each with its passage; they may differ in length.</param>
    /// <returns>[2, questions, 1 + length]: starts, then ends. Place 0 says that there is no answer, and place i + 1 is the passage's token i; −∞ after a passage's end.</returns>
    /// <exception cref="ArgumentException">There is no question, a question or a passage has no token or too many, or a token is not in the vocabulary.</exception>
    public Tensor Forward(IReadOnlyList<SpanQuestion> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        if (questions.Count == 0)
        {
            throw new ArgumentException("reader: expected at least 1 question, got none", nameof(questions));
        }

        PaddedIds asked = Padded("question", questions.Select(question => question.Question)), told = Padded("passage", questions.Select(question => question.Passage));
        int batch = questions.Count, places = told.Width + 1;
        int[] lengths = [.. told.Lengths.Select(length => length + 1)];
        Mask seesQuestion = Mask.KeyLengths(asked.Lengths), seesPassage = Mask.KeyLengths(lengths);

        Tensor question = Embedded(asked), passage = Tensor.Concat(1, _noAnswer.Expand(batch, 1, Options.Width), Embedded(told));
        foreach (EncoderLayer layer in _layers)
        {
            (question, passage) = (layer.Forward(question, seesQuestion), layer.Forward(passage, seesPassage));
        }

        question = _questionNorm.Forward(question);
        foreach (DecoderLayer layer in _crossLayers)
        {
            passage = layer.Forward(passage, question, seesPassage, seesQuestion);
        }

        bool[] isPadding = [.. Enumerable.Range(0, batch * places).Select(i => i % places >= lengths[i / places])];
        return _pointers.Forward(_finalNorm.Forward(passage)).Permute(2, 0, 1).MaskedFill(isPadding, float.NegativeInfinity);
    }

    /// <summary>The training step's loss: how surprised the reader is by where the answers begin and end, on average.</summary>
    /// <param name="questions">Each with its passage and its answer.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">A question does not fit, or an answer lies outside of its passage.</exception>
    public Tensor Loss(IReadOnlyList<SpanQuestion> questions)
    {
        Tensor logits = Forward(questions);
        int[] targets = new int[2 * questions.Count];
        for (int i = 0; i < questions.Count; i++)
        {
            TokenSpan answer = questions[i].Answer ?? new(-1, -1);
            if (questions[i].Answer is not null && (answer.First < 0 || answer.Last < answer.First || answer.Last >= questions[i].Passage.Length))
            {
                throw new ArgumentException(Invariant($"reader: question {i} has a passage of {questions[i].Passage.Length} tokens and an answer from {answer.First} to {answer.Last}"), nameof(questions));
            }

            (targets[i], targets[questions.Count + i]) = (answer.First + 1, answer.Last + 1);
        }

        return logits.CrossEntropy(targets);
    }

    /// <summary>The likeliest answer to each question: the start and end with the largest sum of logits, the end not before the start.</summary>
    /// <param name="questions">Each with its passage.</param>
    /// <returns>[questions]; null where the passage does not say.</returns>
    /// <exception cref="ArgumentException">A question does not fit, or a logit is NaN.</exception>
    public TokenSpan?[] Answer(IReadOnlyList<SpanQuestion> questions)
    {
        using Prediction prediction = Predict();
        Tensor logits = Forward(questions).WithoutNan("reader");
        return [.. questions.Select((question, i) => Best(logits, i, question.Passage.Length))];
    }

    private TokenSpan? Best(Tensor logits, int question, int length)
    {
        TokenSpan? answer = null;
        float best = logits[0, question, 0] + logits[1, question, 0];
        for (int first = 0; first < length; first++)
        {
            for (int last = first; last < Math.Min(length, first + Options.LongestAnswer); last++)
            {
                float score = logits[0, question, first + 1] + logits[1, question, last + 1];
                (answer, best) = score > best ? (new TokenSpan(first, last), score) : (answer, best);
            }
        }

        return answer;
    }

    private PaddedIds Padded(string what, IEnumerable<int[]> texts)
    {
        int[][] all = [.. texts];
        int wrong = Array.FindIndex(all, text => text.Length < 1 || text.Length > Options.Context);
        return wrong < 0
            ? PaddedIds.Of(all, padding: 0)
            : throw new ArgumentException(Invariant($"reader: expected from 1 to {Options.Context} tokens, and {what} {wrong} has {all[wrong].Length}"));
    }

    private Tensor Embedded(PaddedIds text) => _dropout.Forward(_positions.Forward(_tokens.Forward(text.Ids, text.Rows, text.Width)));
}
