namespace Attention.Models;

/// <summary>Reads a sequence, and then writes another: a recurrent encoder and decoder, without attention or with Bahdanau's or Luong's.</summary>
/// <remarks>
/// Sutskever, Vinyals and Le 2014 (without attention); Bahdanau, Cho and Bengio 2015 (additive attention before the step); Luong, Pham and Manning 2015 (attention after the step, four scores, local
/// windows, input feeding). The options choose; those named after a paper are as it has them. Sequences are given without start and end.
/// </remarks>
/// <example>
/// <code>
/// SequenceTask task = SequenceTask.Reverse(symbols: 6, shortest: 2, longest: 4);
/// SequenceToSequence model = new(SequenceToSequenceOptions.Luong(task.VocabularySize, task.VocabularySize) with { Width = 32 }, new RandomSource(1));
/// AdamOptimizer optimizer = new(model.NamedParameters, 0.01) { ClipNorm = 1 };
/// Trainer trainer = new(model, optimizer, new TrainerOptions { Steps = 3 }); // some 400 make it right
/// trainer.Run(step =&gt;
/// {
///     SequenceExample[] batch = task.Take(Split.Training, 32, (ulong)step);
///     return model.Loss([.. batch.Select(example =&gt; example.Source)], [.. batch.Select(example =&gt; example.Target)]);
/// });
/// DecodedSequence written = model.Translate([[3, 4, 5]])[0];
/// Console.WriteLine(written.Alignment!.Shape[1]); // prints 3
/// </code>
/// </example>
public sealed class SequenceToSequence : Module
{
    private readonly TokenEmbedding _sourceEmbedding, _targetEmbedding;
    private readonly RecurrentLayer _encoder;
    private readonly IReadOnlyList<Linear> _bridge;
    private readonly RecurrentDecoder _decoder;
    private readonly Linear _output;
    private readonly DropoutLayer _dropout;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range, or two do not go together.</exception>
    public SequenceToSequence(SequenceToSequenceOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        Initializer vectors = Initializers.Normal(0.1f);
        _sourceEmbedding = Add("sourceEmbedding", new TokenEmbedding(options.SourceVocabulary, options.EmbeddingWidth, random, vectors));
        _encoder = Add("encoder", new RecurrentLayer(options.Encoder, random));
        _bridge = options.IsBidirectional ? Add("bridge", options.Layers, _ => new Linear(options.Width, options.Width, random)) : [];
        _targetEmbedding = Add("targetEmbedding", new TokenEmbedding(options.TargetVocabulary, options.EmbeddingWidth, random, vectors));
        _decoder = Add("decoder", RecurrentDecoder.Create(options, random));
        _output = Add("output", new Linear(_decoder.ReadoutWidth, options.TargetVocabulary, random));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
    }

    /// <summary>The sizes.</summary>
    public SequenceToSequenceOptions Options { get; }

    /// <summary>How surprised the model is by the targets, word for word, each time told the words before: the mean cross-entropy of a word.</summary>
    /// <param name="sources">What it reads.</param>
    /// <param name="targets">What it should write.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">There are not as many targets as sources, none, or an empty source.</exception>
    public Tensor Loss(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        (DecoderState state, AttentionMemory? memory) = Read(sources);
        if (targets.Count != sources.Count)
        {
            throw new ArgumentException($"Loss: {sources.Count} sources and {targets.Count} targets");
        }

        var steps = TargetSteps.Of(targets, Options.Start, Options.End);
        Tensor words = _dropout.Forward(_targetEmbedding.Forward(steps.Given, steps.Length, steps.Batch));
        var readouts = new Tensor[steps.Length];
        for (int i = 0; i < readouts.Length; i++)
        {
            (readouts[i], _, state) = _decoder.Step(words.At(0, i), state, memory, i);
        }

        Tensor logits = _output.Forward(_dropout.Forward(Tensor.Stack(0, readouts)));
        return logits.CrossEntropy(steps.Expected, ignoreIndex: TargetSteps.Ended);
    }

    /// <summary>Writes the likeliest word, again and again, for all sources at once. Dropout is off.</summary>
    /// <param name="sources">What to read.</param>
    /// <param name="longest">The most words to write: a text that has not ended by then is cut there.</param>
    /// <exception cref="ArgumentException">There is no source, or an empty one.</exception>
    public IReadOnlyList<DecodedSequence> Translate(IReadOnlyList<int[]> sources, int longest = 50)
    {
        using Prediction prediction = Predict();
        return [.. Search(sources).Greedy(sources.Count, longest).Select(Ordered)];
    }

    /// <summary>Writes what a beam search finds likeliest. Dropout is off.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="beams">How many texts are kept at each step.</param>
    /// <param name="longest">The most words to write: a text that has not ended by then is cut there.</param>
    /// <param name="lengthPenalty">See <see cref="BeamSearch"/>.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ArgumentException">The source is empty, or a number is out of range.</exception>
    public IReadOnlyList<DecodedSequence> Search(int[] source, int beams = 4, int longest = 50, double lengthPenalty = 0)
    {
        using Prediction prediction = Predict();
        return [.. Search([source]).Beam(beams, longest, lengthPenalty).Select(Ordered)];
    }

    private RecurrentSearch Search(IReadOnlyList<int[]> sources)
    {
        (DecoderState begin, AttentionMemory? memory) = Read(sources);
        return new(Step, begin, memory, Options.Start, Options.End);

        DecoderStep Step(int[] tokens, DecoderState state, AttentionMemory? read, int step)
        {
            DecoderStep next = _decoder.Step(_targetEmbedding.Forward(tokens), state, read, step);
            return next with { Readout = _output.Forward(next.Readout) };
        }
    }

    private (DecoderState State, AttentionMemory? Memory) Read(IReadOnlyList<int[]> sources)
    {
        Sources.Check(sources);
        PaddedIds padded = PaddedIds.Of(Options.ReversesSource ? [.. sources.Select(source => source.Reverse().ToArray())] : sources, Options.Padding);
        Tensor words = _dropout.Forward(_sourceEmbedding.Forward(padded.Ids, padded.Rows, padded.Width));
        RecurrentOutput encoded = _encoder.Forward(words, padded.Lengths);
        IReadOnlyList<Tensor> cells = _bridge.Count == 0 ? encoded.States : [.. _bridge.Select((layer, i) => layer.Forward(encoded.States[(2 * i) + 1]).Tanh())];
        return (_decoder.Begin(cells), _decoder.Remember(encoded.Hidden, padded.Lengths));
    }

    /// <summary>With the source's words in the order in which they were given.</summary>
    private DecodedSequence Ordered(DecodedSequence decoded)
    {
        if (!Options.ReversesSource || decoded.Alignment is not { } alignment)
        {
            return decoded;
        }

        for (int row = 0; row < alignment.Shape[0]; row++)
        {
            alignment.At(0, row).Values.Reverse();
        }

        return decoded;
    }
}
