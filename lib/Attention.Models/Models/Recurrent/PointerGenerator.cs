namespace Attention.Models;

/// <summary>Summarises: at every step it either writes a word of its vocabulary or copies one of the source, which may be a word that it has never seen.</summary>
/// <remarks>
/// See, Liu and Manning 2017, eq. 1–13: <c>P(w) = p_gen P_vocab(w) + (1 − p_gen) Σ_{i: source_i = w} a_i</c>. An id that is V or more stands for a word outside of the vocabulary: all such words
/// share one vector, but equal ids are the same word, to be copied. With coverage, attention sees the sum of its weights so far, c, and the loss grows by <c>λ Σ_i min(a_i, c_i)</c>. As in the
/// published code, the decoder begins from a layer over the encoder's last states, and each step reads the last context beside the word.
/// </remarks>
/// <example>
/// <code>
/// PointerGenerator model = new(new PointerGeneratorOptions(Vocabulary: 10) { HasCoverage = true }, new RandomSource(1));
/// int[] source = [4, 5, 17, 6], summary = [5, 17]; // 17 is no word of the vocabulary
/// AdamOptimizer optimizer = new(model.NamedParameters, 0.01) { ClipNorm = 2 };
/// new Trainer(model, optimizer, new TrainerOptions { Steps = 60 }).Run(step =&gt; model.Loss([source], [summary]));
/// Console.WriteLine(string.Join(" ", model.Summarize([source])[0].Tokens)); // prints 5 17
/// </code>
/// </example>
public sealed class PointerGenerator : Module
{
    private const float Least = 1e-12f; // keeps the logarithm of a probability that underflowed finite

    private readonly TokenEmbedding _embedding;
    private readonly RecurrentLayer _encoder, _decoder;
    private readonly IReadOnlyList<Linear> _bridge;
    private readonly ScoreAttention _attention;
    private readonly Linear _input, _readout, _output, _generates;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public PointerGenerator(PointerGeneratorOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        (int embedding, int width) = (options.EmbeddingWidth, options.Width);
        _embedding = Add("embedding", new TokenEmbedding(options.Vocabulary, embedding, random, Initializers.Normal(0.1f)));
        _encoder = Add("encoder", new RecurrentLayer(new(RecurrentKind.Lstm, embedding, width) { IsBidirectional = true }, random));
        _bridge = Add("bridge", 2, _ => new Linear(2 * width, width, random)); // of the hidden state, and of the cell
        _input = Add("input", new Linear(embedding + (2 * width), embedding, random));
        _decoder = Add("decoder", new RecurrentLayer(new(RecurrentKind.Lstm, embedding, width), random));
        _attention = Add("attention", new ScoreAttention(options.Scores, random));
        _generates = Add("generates", new Linear((3 * width) + embedding, 1, random));
        _readout = Add("readout", new Linear(3 * width, width, random));
        _output = Add("output", new Linear(width, options.Vocabulary, random));
    }

    /// <summary>The sizes.</summary>
    public PointerGeneratorOptions Options { get; }

    /// <summary>How surprised the model is by the summaries, word for word, each time told the words before; and what coverage costs. The mean over words.</summary>
    /// <param name="sources">What it reads; words outside of the vocabulary have ids from V on.</param>
    /// <param name="summaries">What it should write, with the same ids. A word outside of the vocabulary that is not in the source counts as unknown.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">There are not as many summaries as sources, none, an empty source, or a negative id.</exception>
    public Tensor Loss(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        (DecoderState state, AttentionMemory memory) = Read(sources);
        if (summaries.Count != sources.Count)
        {
            throw new ArgumentException($"Loss: {sources.Count} sources and {summaries.Count} summaries");
        }

        Check("summaries", summaries);
        var steps = TargetSteps.Of(summaries, Options.Start, Options.End);
        Tensor words = _embedding.Forward(Known(steps.Given), steps.Length, steps.Batch);
        Tensor[] readouts = new Tensor[steps.Length], generates = new Tensor[steps.Length], weights = new Tensor[steps.Length], repeats = new Tensor[steps.Length];
        for (int i = 0; i < readouts.Length; i++)
        {
            Tensor? before = state.Coverage;
            (readouts[i], generates[i], weights[i], state) = Step(words.At(0, i), state, memory);
            repeats[i] = before is null ? Tensor.Zeros(steps.Batch) : (weights[i] + before - (weights[i] - before).Abs()).Sum(-1) * 0.5f; // Σ min(a, c)
        }

        Choice choice = Choice.Of(steps, sources, memory.Keys.Shape[1], Options);
        Tensor written = _output.Forward(Tensor.Stack(0, readouts)).Softmax().Pick(choice.Words) * choice.IsWord;
        Tensor copied = (Tensor.Stack(0, weights) * choice.IsSame).Sum(-1);
        Tensor generate = Tensor.Stack(0, generates).Reshape(steps.Length, steps.Batch);
        Tensor loss = (copied + (generate * (written - copied)) + Least).Log() * -1;
        return ((loss + (Tensor.Stack(0, repeats) * Options.CoverageWeight)) * choice.Counts).Sum() / steps.Count;
    }

    /// <summary>Writes the likeliest word, again and again, for all sources at once.</summary>
    /// <param name="sources">What to read; words outside of the vocabulary have ids from V on.</param>
    /// <param name="longest">The most words to write: a text that has not ended by then is cut there.</param>
    /// <returns>Summaries; a copied word outside of the vocabulary has the id that it has in the source.</returns>
    /// <exception cref="ArgumentException">There is no source, an empty one, or a negative id.</exception>
    public IReadOnlyList<DecodedSequence> Summarize(IReadOnlyList<int[]> sources, int longest = 50)
    {
        using Prediction prediction = Predict();
        int[] extras = Extras(sources);
        return [.. Search(sources, extras).Greedy(sources.Count, longest).Select(decoded => Named(decoded, extras))];
    }

    /// <summary>Writes what a beam search finds likeliest.</summary>
    /// <param name="source">What to read; words outside of the vocabulary have ids from V on.</param>
    /// <param name="beams">How many texts are kept at each step.</param>
    /// <param name="longest">The most words to write: a text that has not ended by then is cut there.</param>
    /// <param name="lengthPenalty">See <see cref="BeamSearch"/>.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ArgumentException">The source is empty, has a negative id, or a number is out of range.</exception>
    public IReadOnlyList<DecodedSequence> Search(int[] source, int beams = 4, int longest = 50, double lengthPenalty = 0)
    {
        using Prediction prediction = Predict();
        int[] extras = Extras([source]);
        return [.. Search([source], extras).Beam(beams, longest, lengthPenalty).Select(decoded => Named(decoded, extras))];
    }

    private static void Check(string name, IReadOnlyList<int[]> sequences)
    {
        for (int i = 0; i < sequences.Count; i++)
        {
            int negative = Array.FindIndex(sequences[i], id => id < 0);
            if (negative >= 0)
            {
                throw new ArgumentException($"{name}: number {i}, word {negative}: expected an id of at least 0, got {sequences[i][negative]}");
            }
        }
    }

    private RecurrentSearch Search(IReadOnlyList<int[]> sources, int[] extras)
    {
        (DecoderState begin, AttentionMemory memory) = Read(sources);
        int vocabulary = Options.Vocabulary + extras.Length;
        int keys = memory.Keys.Shape[1];

        // [B, M, vocabulary]; one where a place of the source holds a word: copying is a product with it.
        Tensor places = Tensor.Zeros(sources.Count, keys, vocabulary);
        for (int row = 0; row < sources.Count; row++)
        {
            for (int place = 0; place < sources[row].Length; place++)
            {
                int id = sources[row][place];
                int column = id < Options.Vocabulary ? id : Options.Vocabulary + Array.IndexOf(extras, id);
                places.Values[(((row * keys) + place) * vocabulary) + column] = 1;
            }
        }

        return new(Next, begin, memory, Options.Start, Options.End);

        DecoderStep Next(int[] tokens, DecoderState state, AttentionMemory? source, int step)
        {
            (Tensor readout, Tensor generates, Tensor weights, DecoderState next) = Step(_embedding.Forward(Known(tokens)), state, source!);
            int batch = tokens.Length;
            Tensor own = batch == sources.Count ? places : places.Select(new int[batch]); // a beam's texts have one source
            Tensor copied = weights.Reshape(batch, 1, keys).MatMul(own).Reshape(batch, vocabulary);
            Tensor written = Tensor.Concat(-1, _output.Forward(readout).Softmax(), Tensor.Zeros(batch, extras.Length));
            return new((copied + (generates * (written - copied)) + Least).Log(), weights, next);
        }
    }

    private (DecoderState State, AttentionMemory Memory) Read(IReadOnlyList<int[]> sources)
    {
        Sources.Check(sources);
        Check("sources", sources);
        var padded = PaddedIds.Of(sources, Options.Padding);
        RecurrentOutput encoded = _encoder.Forward(_embedding.Forward(Known(padded.Ids), padded.Rows, padded.Width), padded.Lengths);
        Tensor both = Tensor.Concat(-1, encoded.States[0], encoded.States[1]);
        Tensor begin = Tensor.Stack(0, _bridge[0].Forward(both.At(0, 0)).Relu(), _bridge[1].Forward(both.At(0, 1)).Relu());
        AttentionMemory memory = _attention.Remember(encoded.Hidden, padded.Lengths);
        return (new([begin], Tensor.Zeros(padded.Rows, 2 * Options.Width), Options.HasCoverage ? Tensor.Zeros(padded.Rows, padded.Width) : null), memory);
    }

    private (Tensor Readout, Tensor Generates, Tensor Weights, DecoderState State) Step(Tensor word, DecoderState state, AttentionMemory memory)
    {
        Tensor x = _input.Forward(Tensor.Concat(-1, word, state.Fed!));
        IReadOnlyList<Tensor> cells = _decoder.Continue(x, state.Cells);
        Tensor hidden = RecurrentCell.Hidden(cells[^1]);
        AttentionContext read = _attention.Forward(hidden, memory, coverage: state.Coverage);
        Tensor generates = _generates.Forward(Tensor.Concat(-1, read.Context, hidden, x)).Sigmoid(); // eq. 8
        Tensor readout = _readout.Forward(Tensor.Concat(-1, hidden, read.Context)); // the inner layer of eq. 4
        return (readout, generates, read.Weights, new(cells, read.Context, state.Coverage is null ? null : state.Coverage + read.Weights));
    }

    /// <summary>Words outside of the vocabulary as the unknown one.</summary>
    private int[] Known(int[] ids) => Array.ConvertAll(ids, id => id < Options.Vocabulary ? id : Options.Unknown);

    /// <summary>The words outside of the vocabulary in some sources.</summary>
    private int[] Extras(IReadOnlyList<int[]> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return [.. sources.SelectMany(source => source).Where(id => id >= Options.Vocabulary).Distinct().Order()];
    }

    private DecodedSequence Named(DecodedSequence decoded, int[] extras) =>
        decoded with { Tokens = [.. decoded.Tokens.Select(token => token < Options.Vocabulary ? token : extras[token - Options.Vocabulary])] };

    /// <summary>Of every expected word: which word of the vocabulary it is, if it is one, and where the source has it.</summary>
    /// <param name="Words">[T, B]</param>
    /// <param name="IsWord">[T, B]; 1 where the vocabulary can write it, or 0.</param>
    /// <param name="IsSame">[T, B, M]; 1 where copying writes it, or 0.</param>
    /// <param name="Counts">[T, B]; 0 where a summary has ended, or 1.</param>
    private readonly record struct Choice(int[] Words, Tensor IsWord, Tensor IsSame, Tensor Counts)
    {
        internal static Choice Of(TargetSteps steps, IReadOnlyList<int[]> sources, int keys, PointerGeneratorOptions options)
        {
            var choice = new Choice(
                new int[steps.Expected.Length],
                Tensor.Zeros(steps.Length, steps.Batch),
                Tensor.Zeros(steps.Length, steps.Batch, keys),
                Tensor.Zeros(steps.Length, steps.Batch));
            for (int i = 0; i < steps.Expected.Length; i++)
            {
                int expected = steps.Expected[i];
                int[] source = sources[i % steps.Batch];
                if (expected == TargetSteps.Ended)
                {
                    continue;
                }

                choice.Counts.Values[i] = 1;
                bool isWord = expected < options.Vocabulary, isCopied = false;
                for (int place = 0; place < source.Length; place++)
                {
                    if (source[place] == expected)
                    {
                        choice.IsSame.Values[(i * keys) + place] = 1;
                        isCopied = true;
                    }
                }

                choice.Words[i] = isWord ? expected : options.Unknown;
                choice.IsWord.Values[i] = isWord || !isCopied ? 1 : 0;
            }

            return choice;
        }
    }
}
