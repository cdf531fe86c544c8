using static System.FormattableString;

namespace Attention.Models;

/// <summary>Contexts and what followed each: a memory that is asked by attention over the nearest of its keys. Nothing in it is learned.</summary>
/// <remarks>
/// Khandelwal et al. 2020, eq. 2: <c>p(y | q) ∝ Σ over the k nearest (key, value) with value = y of exp(−‖q − key‖² / T)</c>. Since <c>−‖q − key‖² = 2 q · key − ‖key‖² − ‖q‖²</c> and the last term is the
/// same for all keys, this is attention with the scale 2 / T and a bias for every key, cut to its k largest scores, whose values are the tokens.
/// </remarks>
/// <example>
/// <code>
/// RetrievalMemory memory = new(width: 2, vocabulary: 3);
/// memory.Add(Tensor.Of(new float[,] { { 0, 1 }, { 1, 0 }, { 1, 0.1f } }), [0, 2, 2]);
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// Tensor next = memory.Probabilities(Tensor.Of(new float[,] { { 1, 0 } }), neighbours: 2);
/// Console.WriteLine(next[0, 2]); // prints 1
/// Console.WriteLine(recorder["memory"].Shape); // prints [1, 1, 1, 3]
/// </code>
/// </example>
public sealed class RetrievalMemory
{
    private readonly int _width, _vocabulary;
    private readonly List<int> _next = [];
    private float[] _keys = [];

    /// <summary>An empty memory.</summary>
    /// <param name="width">Floats in a key.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    public RetrievalMemory(int width, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        (_width, _vocabulary) = (width, vocabulary);
    }

    /// <summary>How many contexts there are.</summary>
    public int Count => _next.Count;

    /// <summary>Stores contexts. They are copied.</summary>
    /// <param name="contexts">[..., Width]</param>
    /// <param name="next">The token that followed each.</param>
    /// <exception cref="ArgumentException">There are not as many tokens as contexts, the width differs, a token is not in the vocabulary, or a number is NaN; then nothing is stored.</exception>
    public void Add(Tensor contexts, ReadOnlySpan<int> next)
    {
        int rows = Rows(contexts);
        if (next.Length != rows)
        {
            throw new ArgumentException(Invariant($"memory: expected a token for each of {rows} contexts, got {next.Length}"), nameof(next));
        }

        foreach (int token in next)
        {
            if ((uint)token >= (uint)_vocabulary)
            {
                throw new ArgumentException(Invariant($"memory: expected tokens from 0 to {_vocabulary - 1}, got {token}"), nameof(next));
            }
        }

        contexts.WithoutNan("memory", "contexts");
        int used = Count * _width;
        if (used + contexts.Count > _keys.Length)
        {
            Array.Resize(ref _keys, Math.Max(2 * _keys.Length, used + contexts.Count));
        }

        contexts.Values.CopyTo(_keys.AsSpan(used));
        _next.AddRange(next);
    }

    /// <summary>What followed the stored contexts that are nearest.</summary>
    /// <param name="contexts">[..., Width]</param>
    /// <param name="neighbours">k: how many are looked at; all, if there are fewer.</param>
    /// <param name="temperature">T: the larger, the more alike near and far ones count.</param>
    /// <returns>[..., Vocabulary]; each row sums to 1. No gradient goes through it.</returns>
    /// <exception cref="ArgumentException">The width differs, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">Nothing is stored.</exception>
    public Tensor Probabilities(Tensor contexts, int neighbours, float temperature = 1)
    {
        int rows = Rows(contexts);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (Count == 0)
        {
            throw new InvalidOperationException("memory: nothing is stored, so that there is no nearest");
        }

        using var off = Gradients.Off();
        Tensor keys = Tensor.Of(_keys.AsSpan(0, Count * _width), Count, _width);
        Tensor scores = (contexts.Reshape(rows, _width).MatMul(keys, transposeRight: true) * 2) - (keys * keys).Sum(-1);
        Tensor weights = scores.MaskedFill(Farther(scores, neighbours), float.NegativeInfinity).Softmax(temperature: temperature);
        AttentionRecorder.Current?.Write("memory", weights.Reshape(1, 1, rows, Count));
        Tensor next = Tensor.Zeros([.. contexts.Shape.ToReadOnlySpan()[..^1], _vocabulary]);
        for (int i = 0; i < weights.Count; i++)
        {
            next.Values[(i / Count * _vocabulary) + _next[i % Count]] += weights.Values[i];
        }

        return next;
    }

    /// <summary>[rows, Count]; true for all but the largest scores of each row; of equal ones the first are kept.</summary>
    private static bool[] Farther(Tensor scores, int neighbours)
    {
        int count = scores.Shape[1];
        bool[] farther = new bool[scores.Count];
        float[] row = new float[count];
        int[] order = new int[count];
        for (int start = 0; start < farther.Length; start += count)
        {
            for (int i = 0; i < count; i++)
            {
                (row[i], order[i]) = (-scores.Values[start + i], i);
            }

            Array.Sort(order, (one, other) => row[one].CompareTo(row[other]) is var by && by != 0 ? by : one.CompareTo(other));
            foreach (int i in order.AsSpan(Math.Min(neighbours, count)))
            {
                farther[start + i] = true;
            }
        }

        return farther;
    }

    private int Rows(Tensor contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        return contexts.Rank > 0 && contexts.Shape[-1] == _width
            ? contexts.Count / _width
            : throw new ArgumentException(Invariant($"memory: expected contexts [..., {_width}], got {contexts.Shape}"), nameof(contexts));
    }
}
