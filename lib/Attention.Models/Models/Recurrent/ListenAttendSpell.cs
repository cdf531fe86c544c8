namespace Attention.Models;

/// <summary>Writes down what is said: a listener that halves the time layer by layer, and a speller that attends to what it heard.</summary>
/// <remarks>
/// Chan, Jaitly, Le and Vinyals 2016, eq. 3–11. The listener is a bidirectional LSTM and, above it, some whose steps read two neighbouring states of the layer below. The speller is an LSTM:
/// <c>s_i = RNN(s_{i−1}, y_{i−1}, c_{i−1})</c>, <c>c_i = Σ_u softmax_u(⟨φ(s_i), ψ(h_u)⟩) h_u</c>, and the letter is told from s_i and c_i by a small network. φ is a layer with a tanh, ψ one without.
/// </remarks>
/// <example>
/// <code>
/// SpokenDigits task = new(fewest: 1, most: 1);
/// SpokenDigitsExample[] spoken = task.Take(Split.Training, 6, seed: 1);
/// float[][,] sounds = [.. spoken.Select(one =&gt; ListenAttendSpell.Standardized(Spectrogram.LogMel(one.Sound, bands: 20)))];
/// int[][] letters = [.. spoken.Select(one =&gt; one.Digits.Select(digit =&gt; SequenceTask.FirstSymbol + digit).ToArray())];
/// ListenAttendSpell model = new(new ListenAttendSpellOptions(Features: 20, Vocabulary: SequenceTask.FirstSymbol + 10), new RandomSource(1));
/// AdamOptimizer optimizer = new(model.NamedParameters, 0.01) { ClipNorm = 1 };
/// new Trainer(model, optimizer, new TrainerOptions { Steps = 40 }).Run(_ =&gt; model.Loss(sounds, letters)); // some 300 steps and ever new examples make it right on others
/// DecodedSequence heard = model.Transcribe([sounds[0]], longest: 5)[0];
/// Console.WriteLine(heard.Tokens.SequenceEqual(letters[0])); // prints True
/// Console.WriteLine(heard.Alignment!.Shape[0]); // prints 1
/// </code>
/// </example>
public sealed class ListenAttendSpell : Module
{
    private readonly RecurrentLayer _listener, _speller;
    private readonly IReadOnlyList<RecurrentLayer> _pyramids;
    private readonly TokenEmbedding _embedding;
    private readonly Linear _query, _inner, _output;
    private readonly ScoreAttention _attention;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public ListenAttendSpell(ListenAttendSpellOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        int width = options.Width, heard = 2 * width;
        _listener = Add("listener", new RecurrentLayer(new(RecurrentKind.Lstm, options.Features, width) { IsBidirectional = true }, random));
        _pyramids = Add("pyramids", options.Pyramids, _ => new RecurrentLayer(new(RecurrentKind.Lstm, 2 * heard, width) { IsBidirectional = true }, random));
        _embedding = Add("embedding", new TokenEmbedding(options.Vocabulary, options.EmbeddingWidth, random, Initializers.Normal(0.1f)));
        _speller = Add("speller", new RecurrentLayer(new(RecurrentKind.Lstm, options.EmbeddingWidth + heard, width) { Layers = options.SpellerLayers }, random));
        _query = Add("query", new Linear(width, width, random));
        _attention = Add("attention", new ScoreAttention(new(width, heard) { Score = AttentionScore.General }, random));
        _inner = Add("inner", new Linear(width + heard, width, random));
        _output = Add("output", new Linear(width, options.Vocabulary, random));
    }

    /// <summary>The sizes.</summary>
    public ListenAttendSpellOptions Options { get; }

    /// <summary>A recording with every feature moved and scaled to mean 0 and deviation 1 over its moments: what the model learns best from.</summary>
    /// <param name="features">[moments, features]</param>
    /// <returns>[moments, features]; a feature that never changes becomes zeros.</returns>
    public static float[,] Standardized(float[,] features)
    {
        ArgumentNullException.ThrowIfNull(features);
        (int moments, int count) = (features.GetLength(0), features.GetLength(1));
        var result = new float[moments, count];
        for (int feature = 0; feature < count; feature++)
        {
            double sum = 0, squares = 0;
            for (int moment = 0; moment < moments; moment++)
            {
                sum += features[moment, feature];
            }

            double mean = sum / moments;
            for (int moment = 0; moment < moments; moment++)
            {
                squares += (features[moment, feature] - mean) * (features[moment, feature] - mean);
            }

            double scale = squares > 0 ? 1 / Math.Sqrt(squares / moments) : 0;
            for (int moment = 0; moment < moments; moment++)
            {
                result[moment, feature] = (float)((features[moment, feature] - mean) * scale);
            }
        }

        return result;
    }

    /// <summary>How surprised the model is by the transcripts, letter for letter, each time told the letters before: the mean cross-entropy of a letter.</summary>
    /// <param name="sounds">What it hears, each [moments, Features].</param>
    /// <param name="transcripts">What it should write.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">There are not as many transcripts as sounds, none, or an empty or misshapen sound.</exception>
    public Tensor Loss(IReadOnlyList<float[,]> sounds, IReadOnlyList<int[]> transcripts)
    {
        ArgumentNullException.ThrowIfNull(transcripts);
        (DecoderState state, AttentionMemory memory) = Listen(sounds);
        if (transcripts.Count != sounds.Count)
        {
            throw new ArgumentException($"Loss: {sounds.Count} sounds and {transcripts.Count} transcripts");
        }

        var steps = TargetSteps.Of(transcripts, Options.Start, Options.End);
        Tensor letters = _embedding.Forward(steps.Given, steps.Length, steps.Batch);
        var readouts = new Tensor[steps.Length];
        for (int i = 0; i < readouts.Length; i++)
        {
            (readouts[i], _, state) = Step(letters.At(0, i), state, memory);
        }

        return Logits(Tensor.Stack(0, readouts)).CrossEntropy(steps.Expected, ignoreIndex: TargetSteps.Ended);
    }

    /// <summary>Writes the likeliest letter, again and again, for all sounds at once.</summary>
    /// <param name="sounds">What to hear, each [moments, Features].</param>
    /// <param name="longest">The most letters to write: a transcript that has not ended by then is cut there.</param>
    /// <returns>Transcripts; an alignment's columns are the listener's top states, of which each stands for 2^Pyramids moments.</returns>
    /// <exception cref="ArgumentException">There is no sound, or an empty or misshapen one.</exception>
    public IReadOnlyList<DecodedSequence> Transcribe(IReadOnlyList<float[,]> sounds, int longest = 50)
    {
        using Prediction prediction = Predict();
        return Search(sounds).Greedy(sounds.Count, longest);
    }

    /// <summary>Writes what a beam search finds likeliest.</summary>
    /// <param name="sound">What to hear, [moments, Features].</param>
    /// <param name="beams">How many texts are kept at each step.</param>
    /// <param name="longest">The most letters to write: a transcript that has not ended by then is cut there.</param>
    /// <param name="lengthPenalty">See <see cref="BeamSearch"/>.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ArgumentException">The sound is empty or misshapen, or a number is out of range.</exception>
    public IReadOnlyList<DecodedSequence> Search(float[,] sound, int beams = 4, int longest = 50, double lengthPenalty = 0)
    {
        using Prediction prediction = Predict();
        return Search([sound]).Beam(beams, longest, lengthPenalty);
    }

    private RecurrentSearch Search(IReadOnlyList<float[,]> sounds)
    {
        (DecoderState begin, AttentionMemory memory) = Listen(sounds);
        return new(Next, begin, memory, Options.Start, Options.End);

        DecoderStep Next(int[] tokens, DecoderState state, AttentionMemory? heard, int step)
        {
            DecoderStep next = Step(_embedding.Forward(tokens), state, heard!);
            return next with { Readout = Logits(next.Readout) };
        }
    }

    private (DecoderState State, AttentionMemory Memory) Listen(IReadOnlyList<float[,]> sounds)
    {
        (Tensor x, int[] lengths) = Padded(sounds);
        Tensor hidden = _listener.Forward(x, lengths).Hidden;
        foreach (RecurrentLayer layer in _pyramids)
        {
            (int batch, int length, int width) = hidden.Shape;
            Tensor even = length % 2 == 0 ? hidden : Tensor.Concat(1, hidden, Tensor.Zeros(batch, 1, width));
            lengths = Array.ConvertAll(lengths, one => (one + 1) / 2);
            hidden = layer.Forward(even.Reshape(batch, (length + 1) / 2, 2 * width), lengths).Hidden;
        }

        return (new(_speller.Zero(sounds.Count), Tensor.Zeros(sounds.Count, 2 * Options.Width)), _attention.Remember(hidden, lengths));
    }

    private DecoderStep Step(Tensor letter, DecoderState state, AttentionMemory memory)
    {
        IReadOnlyList<Tensor> cells = _speller.Continue(Tensor.Concat(-1, letter, state.Fed!), state.Cells);
        Tensor hidden = RecurrentCell.Hidden(cells[^1]);
        AttentionContext read = _attention.Forward(_query.Forward(hidden).Tanh(), memory);
        return new(Tensor.Concat(-1, hidden, read.Context), read.Weights, new(cells, read.Context));
    }

    private Tensor Logits(Tensor readout) => _output.Forward(_inner.Forward(readout).Tanh());

    private (Tensor Sounds, int[] Lengths) Padded(IReadOnlyList<float[,]> sounds)
    {
        ArgumentNullException.ThrowIfNull(sounds);
        for (int i = 0; i < sounds.Count; i++)
        {
            if (sounds[i].GetLength(0) == 0 || sounds[i].GetLength(1) != Options.Features)
            {
                throw new ArgumentException($"sounds: number {i}: expected [moments, {Options.Features}], at least one moment, got [{sounds[i].GetLength(0)}, {sounds[i].GetLength(1)}]");
            }
        }

        if (sounds.Count == 0)
        {
            throw new ArgumentException("sounds: expected at least one, got none");
        }

        int[] lengths = [.. sounds.Select(sound => sound.GetLength(0))];
        Tensor padded = Tensor.Zeros(sounds.Count, lengths.Max(), Options.Features);
        for (int i = 0; i < sounds.Count; i++)
        {
            Tensor.Of(sounds[i]).Values.CopyTo(padded.At(0, i).Values);
        }

        return (padded, lengths);
    }
}
