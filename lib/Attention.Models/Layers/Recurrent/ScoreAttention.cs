namespace Attention.Models;

/// <summary>What attention gives for one query of each sequence.</summary>
/// <param name="Context">[B, Dk]; the mean of the keys by their weights.</param>
/// <param name="Weights">[B, M]; the alignment.</param>
public readonly record struct AttentionContext(Tensor Context, Tensor Weights);

/// <summary>Attention as recurrent decoders have it: one query at a time, by a score and a window of choice.</summary>
/// <remarks>
/// <c>a_s = softmax_s(score(q, k_s))</c>, <c>context = Σ_s a_s k_s</c>: Bahdanau, Cho and Bengio 2015, eq. 5 and 6; Luong, Pham and Manning 2015, eq. 7. In a local window the softmax goes over the
/// window; local-p multiplies by <c>e^(−(s − p)² / 2σ²)</c> with σ = D/2 and <c>p = S · sigmoid(vᵀ tanh(W q))</c>, and as in the paper the weights are not made to sum to one again.
/// While an <see cref="AttentionRecorder"/> is there, every query's weights are written under the layer's name, [B, 1, 1, M].
/// </remarks>
/// <example>
/// <code>
/// RandomSource random = new(1);
/// ScoreAttention attention = new(new ScoreAttentionOptions(QueryWidth: 4, KeyWidth: 6) { Score = AttentionScore.General }, random);
/// AttentionMemory memory = attention.Remember(Tensor.Normal(random, 1, 2, 5, 6)); // two sequences of five keys
/// AttentionContext read = attention.Forward(Tensor.Normal(random, 1, 2, 4), memory);
/// Console.WriteLine($"{read.Context.Shape} {read.Weights.Shape}"); // prints [2, 6] [2, 5]
/// </code>
/// </example>
public sealed class ScoreAttention : Module
{
    private readonly Linear? _query, _key, _vector, _coverage, _centre, _centreVector;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A size is out of range, or two do not go together.</exception>
    public ScoreAttention(ScoreAttentionOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        (int query, int key, int hidden) = (options.QueryWidth, options.KeyWidth, options.ActualHidden);
        _query = options.IsNetwork ? Add("query", new Linear(query, hidden, random, options.Score == AttentionScore.Additive))
            : options.Score == AttentionScore.Location ? Add("query", new Linear(query, options.MostKeys, random, hasBias: false))
            : null;
        _key = options.IsNetwork ? Add("key", new Linear(key, hidden, random, hasBias: false))
            : options.Score == AttentionScore.General ? Add("key", new Linear(key, query, random, hasBias: false))
            : null;
        _vector = options.IsNetwork ? Add("vector", new Linear(hidden, 1, random, hasBias: false)) : null;
        _coverage = options.HasCoverage ? Add("coverage", new Linear(1, hidden, random, hasBias: false)) : null;
        if (options.Window == AttentionWindow.LocalPredictive)
        {
            _centre = Add("centre", new Linear(query, hidden, random, hasBias: false));
            _centreVector = Add("centreVector", new Linear(hidden, 1, random, hasBias: false));
        }
    }

    /// <summary>The sizes.</summary>
    public ScoreAttentionOptions Options { get; }

    /// <summary>Makes keys ready to be attended to.</summary>
    /// <param name="keys">[B, M, Dk]; at least one key.</param>
    /// <param name="lengths">How many keys each sequence has, [B], at least one; what follows is padding. Left out: all have M.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public AttentionMemory Remember(Tensor keys, ReadOnlyMemory<int> lengths = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Rank != 3 || keys.Shape[-1] != Options.KeyWidth || keys.Shape[1] == 0)
        {
            throw new ArgumentException($"Remember: expected keys [B, M, {Options.KeyWidth}], at least one, got {keys.Shape}");
        }

        (int batch, int count, _) = keys.Shape;
        int[] known = lengths.IsEmpty ? [.. Enumerable.Repeat(count, batch)] : lengths.ToArray();
        if (known.Length != batch || known.Any(length => length < 1 || length > count))
        {
            throw new ArgumentException($"Remember: expected {batch} lengths from 1 to {count}, got {string.Join(", ", known)}");
        }

        return Options.Score != AttentionScore.Location || count <= Options.MostKeys
            ? new(keys, _key is null ? keys : _key.Forward(keys), known)
            : throw new ArgumentException($"Remember: a location score of {Options.MostKeys} places, got {count} keys");
    }

    /// <summary>Attends.</summary>
    /// <param name="query">[B, Dq]; one of each sequence.</param>
    /// <param name="memory">What to attend to.</param>
    /// <param name="step">The query's place in its own sequence, from 0: local-m's centre.</param>
    /// <param name="coverage">[B, M]; how much attention each key has had, if the score sees it.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public AttentionContext Forward(Tensor query, AttentionMemory memory, int step = 0, Tensor? coverage = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(memory);
        (int batch, int keys, int width) = memory.Keys.Shape;
        if (!query.Shape.Is(batch, Options.QueryWidth))
        {
            throw new ArgumentException($"ScoreAttention: expected queries [{batch}, {Options.QueryWidth}], got {query.Shape}");
        }

        if ((coverage is not null) != Options.HasCoverage)
        {
            throw new ArgumentException(Options.HasCoverage ? "ScoreAttention: expected a coverage, got none" : "ScoreAttention: got a coverage, which the score does not see");
        }

        Tensor? centre = _centre is null ? null : Centre(query, memory);
        Tensor weights = Scores(query, memory, coverage).MaskedFill(Unseen(memory, step, centre), float.NegativeInfinity).Softmax();
        if (centre is not null)
        {
            Tensor distance = Tensor.Range(keys) - centre;
            weights *= (distance * distance * (-2f / (Options.Radius * Options.Radius))).Exp(); // 1 / 2σ² with σ = D / 2
        }

        AttentionRecorder.Current?.Write(Name, weights.Reshape(batch, 1, 1, keys));
        return new(weights.Reshape(batch, 1, keys).MatMul(memory.Keys).Reshape(batch, width), weights);
    }

    /// <summary>[B, M]</summary>
    private Tensor Scores(Tensor query, AttentionMemory memory, Tensor? coverage)
    {
        (int batch, int keys, _) = memory.Keys.Shape;
        switch (Options.Score)
        {
            case AttentionScore.Location:
                return _query!.Forward(query).Slice(-1, 0, keys);
            case AttentionScore.Dot or AttentionScore.General:
                return query.Reshape(batch, 1, -1).MatMul(memory.Scored, transposeRight: true).Reshape(batch, keys);
            default:
                Tensor sum = memory.Scored + _query!.Forward(query).Reshape(batch, 1, -1);
                sum = coverage is null ? sum : sum + _coverage!.Forward(coverage.Reshape(batch, keys, 1));
                return _vector!.Forward(sum.Tanh()).Reshape(batch, keys);
        }
    }

    /// <summary>[B, 1]; local-p's p.</summary>
    private Tensor Centre(Tensor query, AttentionMemory memory)
    {
        Tensor lengths = Tensor.Of([.. memory.Lengths.Select(length => (float)length)], memory.Lengths.Count, 1);
        return _centreVector!.Forward(_centre!.Forward(query).Tanh()).Sigmoid() * lengths;
    }

    /// <summary>Padding, and what is outside of the window; a window that would lie behind the end is at the end.</summary>
    private bool[] Unseen(AttentionMemory memory, int step, Tensor? centre)
    {
        (int batch, int keys, _) = memory.Keys.Shape;
        var unseen = new bool[batch * keys];
        for (int row = 0; row < batch; row++)
        {
            int length = memory.Lengths[row];
            float middle = centre is null ? Math.Min(step, length - 1) : centre.Values[row];
            for (int key = 0; key < keys; key++)
            {
                unseen[(row * keys) + key] = key >= length || (Options.Window != AttentionWindow.Global && Math.Abs(key - middle) > Options.Radius);
            }
        }

        return unseen;
    }
}
