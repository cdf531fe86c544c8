using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>A caption, and where the captioner looked for each word.</summary>
/// <param name="Words">Without start and end.</param>
/// <param name="Weights">[words, places]; of hard attention a 1 at the place that was taken.</param>
public sealed record Caption(int[] Words, float[,] Weights);

/// <summary>Show, Attend and Tell: an LSTM writes a caption word by word, and looks at a place of the image for each (Xu et al. 2015).</summary>
/// <remarks>
/// The state begins from the mean feature (§ 3.1.2); the score is additive; the gate β scales what was seen (§ 4.2.1); words follow from word, state and context (eq. 7, with a tanh as in the published code). The features
/// [B, places, FeatureWidth] are anyone's: those of a network that was trained before, or a part of the model that is trained with it.
/// Hard attention learns by REINFORCE: a drawn place becomes likelier if its word and those after it had a smaller loss than the running mean of the losses (§ 4.1, eq. 11 and 12). In the paper the whole
/// caption's loss counts for each of its places; the words before a draw do not depend on it, and without them the gradient is the same in expectation and scatters less.
/// </remarks>
/// <example>
/// <code>
/// Tensor features = Tensor.Of([1, 0, 0, 0, 0, 0, 0, 1], 2, 2, 2); // two images of two places: one has what is to be told at the first, one at the second
/// int[][] captions = [[3], [4]];
/// Captioner model = new(new CaptionerOptions(Vocabulary: 5, FeatureWidth: 2, Start: 0, End: 1) { Width = 16 }, new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 0.02), new TrainerOptions { Steps = 60 });
/// trainer.Run(_ =&gt; model.Loss(features, captions));
/// IReadOnlyList&lt;Caption&gt; written = model.Write(features, longest: 5);
/// Console.WriteLine(string.Join(" ", written.Select(caption =&gt; caption.Words[0]))); // prints 3 4
/// Console.WriteLine(written[0].Weights.GetLength(1)); // prints 2
/// </code>
/// </example>
public sealed class Captioner : Module
{
    private readonly Linear _firstHidden, _firstCell, _gate, _hidden, _context, _output;
    private readonly TokenEmbedding _words;
    private readonly ScoreAttention _attention;
    private readonly LstmCell _cell;
    private readonly RandomSource _random;
    private readonly Tensor _baseline;

    /// <summary>A captioner of these sizes.</summary>
    /// <param name="options">The sizes and kinds.</param>
    /// <param name="random">For the first weights, and for the places that are drawn.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public Captioner(CaptionerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        (int width, int features) = (options.Width, options.FeatureWidth);
        _firstHidden = Add("firstHidden", new Linear(features, width, random));
        _firstCell = Add("firstCell", new Linear(features, width, random));
        _words = Add("words", new TokenEmbedding(options.Vocabulary, width, random, Initializers.Normal(0.1f)));
        _attention = Add("attention", new ScoreAttention(new(width, features), random));
        _gate = Add("gate", new Linear(width, 1, random));
        _cell = Add("cell", new LstmCell(width + features, width, random));
        _hidden = Add("hidden", new Linear(width, width, random, hasBias: false));
        _context = Add("context", new Linear(features, width, random, hasBias: false));
        _output = Add("output", new Linear(width, options.Vocabulary, random));
        _random = Source("random", random);
        _baseline = Constant("baseline", Tensor.Full(MathF.Log(options.Vocabulary), 1));
    }

    /// <summary>The sizes and kinds.</summary>
    public CaptionerOptions Options { get; }

    /// <summary>The loss that a word had lately, in the mean: what a drawn place's loss is compared with (b of eq. 11, of which a tenth is new with every step).</summary>
    public float Baseline => _baseline[0];

    /// <summary>The training step's loss: the mean cross-entropy of the words, the end among them; with soft attention the doubly stochastic penalty, with hard attention what REINFORCE asks for.</summary>
    /// <param name="features">[B, places, FeatureWidth]</param>
    /// <param name="captions">Of every image the words, without start and end.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">A size does not fit, or a word does not exist.</exception>
    public Tensor Loss(Tensor features, IReadOnlyList<int[]> captions)
    {
        ArgumentNullException.ThrowIfNull(captions);
        (int batch, int places) = Check(features, captions);
        int steps = captions.Max(caption => caption.Length) + 1, counted = captions.Sum(caption => caption.Length + 1);
        AttentionMemory memory = _attention.Remember(features);
        Tensor state = First(features), looked = Tensor.Zeros(batch, places), loss = Tensor.Scalar(0), entropies = Tensor.Scalar(0);
        List<(Tensor Chance, Tensor Excess)> draws = [];
        int[] before = [.. Enumerable.Repeat(Options.Start, batch)];
        for (int step = 0; step < steps; step++)
        {
            float[] counts = [.. captions.Select(caption => step <= caption.Length ? 1f : 0f)];
            int[] words = [.. captions.Select(caption => step < caption.Length ? caption[step] : Options.End)];
            Tensor seen = Tensor.Of(counts, batch);
            Look look = LookAt(memory, state, isDrawn: IsTraining);
            (Tensor logits, state) = Next(before, state, look.Context);
            Tensor surprise = logits.LogSoftmax().Pick(words) * -1 * seen;
            loss += surprise.Sum();
            looked += look.Weights * seen.Reshape(batch, 1);
            if (look.Chosen is { } chosen)
            {
                Tensor logs = (look.Weights + 1e-30f).Log();
                draws.Add((logs.Pick(Array.ConvertAll(chosen, place => Math.Max(place, 0))), (surprise.Detach() - Baseline) * seen));
                entropies += ((look.Weights * logs).Sum(-1) * seen).Sum() * -1;
            }

            before = words;
        }

        if (Options.Attention == CaptionAttention.Soft)
        {
            return (loss / counted) + (Options.DoublyStochastic * (1 - looked).Power(2).Sum(-1).Mean());
        }

        // The gradient of a drawn place's log-probability counts as often as the loss of its word and of those after it exceeds the baseline's.
        Tensor reinforced = Options.Entropy * -entropies, excess = Tensor.Zeros(batch);
        foreach ((Tensor chance, Tensor own) in draws.AsEnumerable().Reverse())
        {
            excess += own;
            reinforced += Options.Reward * (chance * excess).Sum();
        }

        Tensor result = (loss + reinforced - reinforced.Detach()) / counted;
        if (IsTraining && Gradients.AreOn && float.IsFinite(loss.Value)) // a step that is refused must not stay in the mean
        {
            _baseline.Values[0] = (0.9f * Baseline) + (0.1f * loss.Value / counted);
        }

        return result;
    }

    /// <summary>Writes captions: at every step the likeliest word.</summary>
    /// <param name="features">[B, places, FeatureWidth]</param>
    /// <param name="longest">The most words of a caption: one that has not ended by then is cut there.</param>
    /// <exception cref="ArgumentException">The features have another shape, or a logit is NaN.</exception>
    public IReadOnlyList<Caption> Write(Tensor features, int longest = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        (int batch, int places) = Check(features, null);
        AttentionMemory memory = _attention.Remember(features);
        Tensor state = First(features);
        int[] words = [.. Enumerable.Repeat(Options.Start, batch)];
        List<int>[] captions = [.. words.Select(_ => new List<int>())];
        List<float[]> weights = [];
        bool[] isDone = new bool[batch];
        for (int step = 0; step < longest && isDone.Contains(false); step++)
        {
            Look look = LookAt(memory, state, isDrawn: false);
            look.Weights.WithoutNan("captioner");
            (Tensor logits, state) = Next(words, state, look.Context);
            words = logits.Likeliest("captioner");
            weights.Add(look.Chosen is { } chosen ? OneHot(chosen, places) : look.Weights.ToArray());
            for (int image = 0; image < batch; image++)
            {
                isDone[image] |= words[image] == Options.End;
                if (!isDone[image])
                {
                    captions[image].Add(words[image]);
                }
            }
        }

        return [.. captions.Select((caption, image) => new Caption([.. caption], Rows(weights, image, caption.Count, places)))];
    }

    private static float[] OneHot(int[] chosen, int places)
    {
        float[] weights = new float[chosen.Length * places];
        for (int i = 0; i < chosen.Length; i++)
        {
            weights[(i * places) + chosen[i]] = 1;
        }

        return weights;
    }

    private static float[,] Rows(List<float[]> weights, int image, int words, int places)
    {
        float[,] rows = new float[words, places];
        for (int i = 0; i < words * places; i++)
        {
            rows[i / places, i % places] = weights[i / places][(image * places) + (i % places)];
        }

        return rows;
    }

    /// <summary>[2, B, Width]: hidden state and cell, from the mean feature.</summary>
    private Tensor First(Tensor features)
    {
        Tensor mean = features.Mean(1);
        return Tensor.Stack(0, _firstHidden.Forward(mean).Tanh(), _firstCell.Forward(mean).Tanh());
    }

    private (Tensor Logits, Tensor State) Next(int[] before, Tensor state, Tensor context)
    {
        Tensor words = _words.Forward(before);
        state = _cell.Forward(Tensor.Concat(-1, words, context), state);
        return (_output.Forward((words + _hidden.Forward(RecurrentCell.Hidden(state)) + _context.Forward(context)).Tanh()), state);
    }

    private Look LookAt(AttentionMemory memory, Tensor state, bool isDrawn)
    {
        Tensor hidden = RecurrentCell.Hidden(state);
        (Tensor context, Tensor weights) = _attention.Forward(hidden, memory);
        Tensor gate = _gate.Forward(hidden).Sigmoid();
        if (Options.Attention == CaptionAttention.Soft)
        {
            return new(context * gate, weights, null);
        }

        (int batch, int places, int width) = memory.Keys.Shape;
        int[] chosen = new int[batch];
        var shape = new HardAttentionShape(batch, 1, places, width);
        Tensor taken = Tensor.Uninitialized([batch, width]), scores = weights.Detach().Log(); // their softmax is the weights
        if (isDrawn)
        {
            HardAttention.ForwardSampled(shape, scores.Values, memory.Keys.Values, _random.NextSeed(), chosen, taken.Values, Compute.Options);
        }
        else
        {
            HardAttention.Forward(shape, scores.Values, memory.Keys.Values, chosen, taken.Values, Compute.Options);
        }

        taken = taken.Recorded(
            "HardAttention",
            dy =>
            {
                using GradientTarget target = GradientTarget.Of(memory.Keys);
                HardAttention.Backward(shape, chosen, dy, target.Values, Compute.Options);
            },
            memory.Keys);
        return new(taken * gate, weights, chosen);
    }

    private (int Batch, int Places) Check(Tensor features, IReadOnlyList<int[]>? captions)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Rank != 3 || features.Shape[-1] != Options.FeatureWidth || features.Shape[0] == 0 || features.Shape[1] == 0)
        {
            throw new ArgumentException(Invariant($"captioner: expected features [batch, places, {Options.FeatureWidth}], got {features.Shape}"));
        }

        if (captions is not null && captions.Count != features.Shape[0])
        {
            throw new ArgumentException(Invariant($"captioner: expected {features.Shape[0]} captions, got {captions.Count}"));
        }

        foreach (int word in captions?.SelectMany(caption => caption) ?? [])
        {
            if ((uint)word >= (uint)Options.Vocabulary || word == Options.Start || word == Options.End)
            {
                throw new ArgumentException(Invariant($"captioner: expected words below {Options.Vocabulary} that are neither start nor end, got {word}"));
            }
        }

        return (features.Shape[0], features.Shape[1]);
    }

    /// <summary>What was seen: the context [B, FeatureWidth], the weights [B, places], and of hard attention the places; −1 for weights that are NaN.</summary>
    private readonly record struct Look(Tensor Context, Tensor Weights, int[]? Chosen);
}
