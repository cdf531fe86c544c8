namespace Attention.Models;

/// <summary>Writes down the weights of every attention layer that runs while it is there: what a picture of a model's attention is made of.</summary>
/// <remarks>
/// Weights are written down for this alone: a layer otherwise never has them all at once, and runs slower while it does. Rows that go on from a cache (<see cref="AttentionLayer.Continue"/>) are not
/// written down: for a picture of a text that was generated, let the model read it whole.
/// </remarks>
/// <example>
/// <code>
/// EncoderLayer layer = new(new TransformerLayerOptions(16, 4), new RandomSource(1));
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// layer.Forward(Tensor.Ones(2, 5, 16), Mask.Causal);
/// Tensor weights = recorder["attention"]; // [batch, heads, queries, keys]
/// Console.WriteLine(weights.Shape); // prints [2, 4, 5, 5]
/// Console.WriteLine(weights[0, 0, 0, 0]); // prints 1
/// </code>
/// </example>
public sealed class AttentionRecorder : IDisposable
{
    [ThreadStatic]
    private static AttentionRecorder? _current;

    private readonly AttentionRecorder? _outer = _current;
    private readonly List<(string Layer, Tensor Weights)> _entries = [];
    private bool _hasEnded;

    private AttentionRecorder()
    {
    }

    /// <summary>What was written down, in the order in which the layers ran; a layer that ran several times stands there as often.</summary>
    public IReadOnlyList<(string Layer, Tensor Weights)> Entries => _entries;

    internal static AttentionRecorder? Current => _current;

    /// <summary>The weights of a layer when it last ran.</summary>
    /// <param name="layer">Its path in the model.</param>
    /// <returns>[batch, heads, queries, keys]</returns>
    /// <exception cref="ArgumentException">No such layer ran; the message names those that did.</exception>
    public Tensor this[string layer]
    {
        get
        {
            int last = _entries.FindLastIndex(entry => entry.Layer == layer);
            return last >= 0
                ? _entries[last].Weights
                : throw new ArgumentException($"{layer}: no such attention layer ran; those that did: {string.Join(", ", _entries.Select(entry => entry.Layer).Distinct())}");
        }
    }

    /// <summary>Begins to write down, on this thread, until it is disposed.</summary>
    public static AttentionRecorder Start()
    {
        var recorder = new AttentionRecorder();
        _current = recorder;
        return recorder;
    }

    /// <summary>Ends the writing down. What was written stays.</summary>
    /// <exception cref="InvalidOperationException">A later one of this thread has not ended.</exception>
    public void Dispose()
    {
        if (_hasEnded)
        {
            return;
        }

        if (_current != this)
        {
            throw new InvalidOperationException("AttentionRecorder: a later one has not ended; end it first, on the thread that began it");
        }

        (_hasEnded, _current) = (true, _outer);
    }

    /// <summary>Writes one layer's weights down, in memory that no scope takes away.</summary>
    internal void Write(string layer, Tensor weights) => _entries.Add((layer, weights.ToLasting()));
}
