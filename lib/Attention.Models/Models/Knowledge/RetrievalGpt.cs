using static System.FormattableString;

namespace Attention.Models;

/// <summary>How a language model and its memory are mixed.</summary>
public sealed record RetrievalOptions
{
    /// <summary>k: how many of the nearest contexts are looked at; 1024 in the paper.</summary>
    public int Neighbours { get; init; } = 8;

    /// <summary>What distances are divided by; 1 in the paper.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>λ: the memory's share of the prediction, from 0 to 1; 0.25 in the paper.</summary>
    public float Share { get; init; } = 0.25f;

    internal void Check()
    {
        if (Neighbours < 1 || !(Temperature > 0) || !(Share >= 0 && Share <= 1))
        {
            throw new ArgumentException(Invariant($"retrieval: expected at least 1 neighbour, a positive temperature and a share from 0 to 1, got {Neighbours}, {Temperature} and {Share}"));
        }
    }
}

/// <summary>A language model that remembers texts word for word: its prediction is mixed with what followed the nearest contexts that it has read.</summary>
/// <remarks>
/// kNN-LM, Khandelwal et al. 2020, eq. 3: <c>p(y | x) = λ p_memory(y | x) + (1 − λ) p_model(y | x)</c>. The model is trained as any other, and not changed by reading: what it learns afterwards is in
/// the memory alone. The paper's keys are what goes into the last feed-forward part; here they are the rows that logits are made of (<see cref="Gpt.Contexts"/>).
/// </remarks>
/// <example>
/// <code>
/// Gpt gpt = new(new GptOptions(Vocabulary: 8) { Context = 16, Width = 16, Layers = 1 }, new RandomSource(1));
/// int[] text = [3, 1, 4, 1, 5, 2, 6, 5];
/// RetrievalGpt model = new(gpt, new RetrievalOptions { Neighbours = 1, Temperature = 0.1f, Share = 0.9f });
/// model.Read(text, batch: 1);
/// Console.WriteLine(model.Datastore.Count); // prints 7
/// Console.WriteLine(string.Join(" ", model.Probabilities(text[..7], 1, 7).ArgMax())); // prints 1 4 1 5 2 6 5
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// model.Probabilities(text[..7], 1, 7);
/// Console.WriteLine(recorder["memory"].Shape); // prints [1, 1, 7, 7]
/// </code>
/// </example>
public sealed class RetrievalGpt
{
    private readonly RetrievalOptions _options;

    /// <summary>A model with an empty memory.</summary>
    /// <param name="model">A trained model.</param>
    /// <param name="options">How it is mixed with the memory.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public RetrievalGpt(Gpt model, RetrievalOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (Model, _options) = (model, options);
        Datastore = new RetrievalMemory(model.Options.Width, model.Options.Vocabulary);
    }

    /// <summary>The language model.</summary>
    public Gpt Model { get; }

    /// <summary>What has been read.</summary>
    public RetrievalMemory Datastore { get; }

    /// <summary>Reads texts, and remembers what followed after every token.</summary>
    /// <param name="text">[batch, length]</param>
    /// <param name="batch">How many texts.</param>
    /// <exception cref="ArgumentException">The texts do not share the tokens evenly, are shorter than 2 or longer than the context + 1.</exception>
    public void Read(ReadOnlyMemory<int> text, int batch)
    {
        (int[] inputs, int[] next) = Shifted(text, batch);
        using Prediction prediction = Model.Predict();
        using MemoryScope scope = Memory.Scope();
        Datastore.Add(Model.Contexts(inputs, batch, inputs.Length / batch), next);
    }

    /// <summary>How probable every token is after each token of the texts.</summary>
    /// <param name="tokens">[batch, length]</param>
    /// <param name="batch">How many texts.</param>
    /// <param name="length">Tokens in each, at most the context.</param>
    /// <returns>[batch, length, Vocabulary]</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or a token is not in the vocabulary.</exception>
    public Tensor Probabilities(ReadOnlyMemory<int> tokens, int batch, int length)
    {
        using Prediction prediction = Model.Predict();
        Tensor contexts = Model.Contexts(tokens, batch, length), own = Model.Output(contexts).Softmax();
        return Datastore.Count == 0
            ? own
            : (Datastore.Probabilities(contexts, _options.Neighbours, _options.Temperature) * _options.Share) + (own * (1 - _options.Share));
    }

    /// <summary>How surprised the model is by each next token, on average; e to this is the perplexity.</summary>
    /// <param name="text">[batch, length + 1]; each text is shown without its last token and told without its first.</param>
    /// <param name="batch">How many texts.</param>
    /// <returns>In nats.</returns>
    /// <exception cref="ArgumentException">The texts do not share the tokens evenly, are shorter than 2 or longer than the context + 1.</exception>
    public double Surprise(ReadOnlyMemory<int> text, int batch)
    {
        (int[] inputs, int[] next) = Shifted(text, batch);
        using MemoryScope scope = Memory.Scope();
        Tensor right = Probabilities(inputs, batch, inputs.Length / batch).Reshape(inputs.Length, Model.Options.Vocabulary).Pick(next);
        return -right.ToArray().Average(probability => Math.Log(probability));
    }

    private static (int[] Inputs, int[] Next) Shifted(ReadOnlyMemory<int> text, int batch)
    {
        int length = batch < 1 || text.Length % batch != 0 ? 0 : text.Length / batch;
        if (length < 2)
        {
            throw new ArgumentException(Invariant($"retrieval: {batch} texts of equal length, 2 tokens or more, are not made of {text.Length} tokens"), nameof(batch));
        }

        int[] all = text.ToArray();
        return ([.. all.Where((_, i) => i % length < length - 1)], [.. all.Where((_, i) => i % length > 0)]);
    }
}
