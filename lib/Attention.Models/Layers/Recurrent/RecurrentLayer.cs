namespace Attention.Models;

/// <summary>A recurrent network over sequences: one or several layers of cells, in one or both directions.</summary>
/// <example>
/// <code>
/// RandomSource random = new(1);
/// RecurrentLayer encoder = new(new RecurrentOptions(RecurrentKind.Lstm, InputWidth: 3, Width: 4) { IsBidirectional = true }, random);
/// Tensor sentences = Tensor.Normal(random, 1, 2, 5, 3); // two of them, five steps long
/// int[] lengths = [5, 2]; // the second has three steps of padding
/// RecurrentOutput output = encoder.Forward(sentences, lengths);
/// Console.WriteLine(output.Hidden.Shape); // prints [2, 5, 8]
/// Console.WriteLine(output.States[0].Shape); // prints [2, 2, 4]
/// </code>
/// </example>
public sealed class RecurrentLayer : Module
{
    private readonly IReadOnlyList<RecurrentCell> _forward, _backward;
    private readonly DropoutLayer? _dropout;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public RecurrentLayer(RecurrentOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        _forward = Add("forward", options.Layers, NewCell);
        _backward = options.IsBidirectional ? Add("backward", options.Layers, NewCell) : [];
        _dropout = options.Dropout != 0 ? Add("dropout", new DropoutLayer(options.Dropout, random)) : null;

        RecurrentCell NewCell(int layer) => RecurrentCell.Create(options.Kind, layer == 0 ? options.InputWidth : options.Directions * options.Width, options.Width, random);
    }

    /// <summary>The sizes.</summary>
    public RecurrentOptions Options { get; }

    /// <summary>Reads whole sequences.</summary>
    /// <param name="x">[B, T, In]</param>
    /// <param name="lengths">How long each sequence is, [B]; what follows is padding, and changes nothing. Left out: all are T long.</param>
    /// <param name="states">The states to begin from, as <see cref="RecurrentOutput.States"/> has them; null: zeros.</param>
    /// <exception cref="ArgumentException">A size does not fit, or a length is out of range.</exception>
    public RecurrentOutput Forward(Tensor x, ReadOnlyMemory<int> lengths = default, IReadOnlyList<Tensor>? states = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3 || x.Shape[-1] != Options.InputWidth || x.Shape[1] == 0)
        {
            throw new ArgumentException($"RecurrentLayer: expected rows [B, T, {Options.InputWidth}] of at least one step, got {x.Shape}");
        }

        Padding padding = Padding.Of(x.Shape[0], x.Shape[1], Options.Width, lengths.Span);
        states ??= Zero(x.Shape[0]);
        CheckStates(states);
        var last = new List<Tensor>();
        Tensor rows = x.Transpose(0, 1); // [T, B, In]: what a step reads lies together
        for (int layer = 0; layer < Options.Layers; layer++)
        {
            rows = layer > 0 && _dropout is not null ? _dropout.Forward(rows) : rows;
            Tensor hidden = Read(_forward[layer], rows, states[last.Count], padding, isReversed: false, last);
            rows = Options.IsBidirectional ? Tensor.Concat(-1, hidden, Read(_backward[layer], rows, states[last.Count], padding, isReversed: true, last)) : hidden;
        }

        return new(rows.Transpose(0, 1), last);
    }

    /// <summary>Reads one more step of each sequence.</summary>
    /// <param name="x">[B, In]</param>
    /// <param name="states">[S, B, H] of every layer, from the bottom.</param>
    /// <returns>The states after it; the hidden state of the last is the layer's output.</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    /// <exception cref="InvalidOperationException">The layer reads backwards, too, and cannot begin before the end is known.</exception>
    public IReadOnlyList<Tensor> Continue(Tensor x, IReadOnlyList<Tensor> states)
    {
        if (Options.IsBidirectional)
        {
            throw new InvalidOperationException("Continue: a layer that reads from both ends needs the whole sequence");
        }

        ArgumentNullException.ThrowIfNull(states);
        CheckStates(states);
        var next = new Tensor[states.Count];
        for (int layer = 0; layer < next.Length; layer++)
        {
            next[layer] = _forward[layer].Forward(x, states[layer]);
            x = RecurrentCell.Hidden(next[layer]);
            x = layer < next.Length - 1 && _dropout is not null ? _dropout.Forward(x) : x;
        }

        return next;
    }

    /// <summary>The states before anything was read.</summary>
    /// <param name="batch">B: sequences.</param>
    /// <returns>Zeros, [S, B, H] of every layer and direction.</returns>
    public IReadOnlyList<Tensor> Zero(int batch) => [.. Enumerable.Range(0, Options.Layers * Options.Directions).Select(_ => _forward[0].Zero(batch))];

    private static Tensor Read(RecurrentCell cell, Tensor rows, Tensor state, Padding padding, bool isReversed, List<Tensor> last)
    {
        Tensor projected = cell.Project(rows); // of all steps, in one product
        var hidden = new Tensor[rows.Shape[0]];
        for (int i = 0; i < hidden.Length; i++)
        {
            int step = isReversed ? hidden.Length - 1 - i : i;
            Tensor next = cell.Step(projected.At(0, step), state);
            state = padding.IsAt(step) ? Tensor.Where(padding.Runs(step), next, state) : next;
            hidden[step] = RecurrentCell.Hidden(state);
        }

        last.Add(state);
        return padding.IsAnywhere ? Tensor.Stack(0, hidden).MaskedFill(padding.IsPadding, 0) : Tensor.Stack(0, hidden);
    }

    private void CheckStates(IReadOnlyList<Tensor> states)
    {
        int expected = Options.Layers * Options.Directions;
        if (states.Count != expected)
        {
            throw new ArgumentException($"RecurrentLayer: expected {expected} states, got {states.Count}");
        }
    }

    /// <summary>Where sequences have ended, for every number of a step's hidden states.</summary>
    private readonly record struct Padding(bool[] IsPadding, int Shortest, int RowCount)
    {
        internal bool IsAnywhere => IsPadding.Length > 0;

        internal static Padding Of(int batch, int length, int width, ReadOnlySpan<int> lengths)
        {
            if (lengths.IsEmpty)
            {
                return new([], length, 0);
            }

            if (lengths.Length != batch)
            {
                throw new ArgumentException($"lengths: expected {batch}, one per sequence, got {lengths.Length}");
            }

            int shortest = length;
            foreach (int one in lengths)
            {
                shortest = one >= 0 && one <= length ? Math.Min(shortest, one) : throw new ArgumentException($"lengths: expected 0 to {length}, got {one}");
            }

            if (shortest == length)
            {
                return new([], length, 0);
            }

            var padding = new bool[length * batch * width];
            for (int step = shortest; step < length; step++)
            {
                for (int row = 0; row < batch; row++)
                {
                    padding.AsSpan(((step * batch) + row) * width, width).Fill(step >= lengths[row]);
                }
            }

            return new(padding, shortest, batch * width);
        }

        /// <summary>Whether some sequence has ended before this step.</summary>
        internal bool IsAt(int step) => step >= Shortest;

        /// <summary>True where a sequence goes on.</summary>
        internal bool[] Runs(int step) => Array.ConvertAll(IsPadding.AsSpan(step * RowCount, RowCount).ToArray(), isPadding => !isPadding);
    }
}
