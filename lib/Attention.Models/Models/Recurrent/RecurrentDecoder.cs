namespace Attention.Models;

/// <summary>A recurrent decoder: from the word before and its state, what the next word is told from.</summary>
internal abstract class RecurrentDecoder : Module
{
    /// <summary>Floats in a readout.</summary>
    internal abstract int ReadoutWidth { get; }

    internal static RecurrentDecoder Create(SequenceToSequenceOptions options, RandomSource random) => options.Attention switch
    {
        DecoderAttention.None => new PlainDecoder(options, random),
        DecoderAttention.Bahdanau => new BahdanauDecoder(options, random),
        DecoderAttention.Luong => new LuongDecoder(options, random),
        _ => throw new ArgumentException($"{nameof(options.Attention)}: there is no {options.Attention}"),
    };

    /// <summary>Makes the encoder's hidden states ready to be attended to; null if nobody does.</summary>
    internal virtual AttentionMemory? Remember(Tensor hidden, int[] lengths) => null;

    /// <summary>Where to begin from.</summary>
    internal virtual DecoderState Begin(IReadOnlyList<Tensor> cells) => new(cells);

    /// <summary>One step.</summary>
    /// <param name="word">[B, E]; the vector of the word before.</param>
    /// <param name="state">Where the decoder stands.</param>
    /// <param name="memory">The source.</param>
    /// <param name="step">Which step, from 0.</param>
    internal abstract DecoderStep Step(Tensor word, DecoderState state, AttentionMemory? memory, int step);
}

/// <summary>Without attention: <c>s_t = f(y_{t−1}, s_{t−1})</c>, and the word is told from s_t (Sutskever, Vinyals and Le 2014).</summary>
internal sealed class PlainDecoder : RecurrentDecoder
{
    private readonly RecurrentLayer _layers;

    internal PlainDecoder(SequenceToSequenceOptions options, RandomSource random)
    {
        _layers = Add("layers", new RecurrentLayer(options.Encoder with { IsBidirectional = false }, random));
        ReadoutWidth = options.Width;
    }

    internal override int ReadoutWidth { get; }

    internal override DecoderStep Step(Tensor word, DecoderState state, AttentionMemory? memory, int step)
    {
        DecoderState next = new(_layers.Continue(word, state.Cells));
        return new(next.Top, null, next);
    }
}

/// <summary>Attention before the step: <c>c_t = Σ a(s_{t−1}, h_j) h_j</c>, <c>s_t = f([y_{t−1}; c_t], s_{t−1})</c>, and the word is told from a maxout layer over s_{t−1}, y_{t−1} and c_t.</summary>
/// <remarks>
/// Bahdanau, Cho and Bengio 2015, appendix A.1.2 and A.2.2: <c>t̃ = U s_{t−1} + V y_{t−1} + C c_t</c>, <c>t = max of each pair of t̃</c>. With several layers, s_{t−1} is the top one's.
/// </remarks>
internal sealed class BahdanauDecoder : RecurrentDecoder
{
    private readonly RecurrentLayer _layers;
    private readonly ScoreAttention _attention;
    private readonly Linear _readout;

    internal BahdanauDecoder(SequenceToSequenceOptions options, RandomSource random)
    {
        _attention = Add("attention", new ScoreAttention(options.Scores, random));
        _layers = Add("layers", new RecurrentLayer(options.Encoder with { IsBidirectional = false, InputWidth = options.EmbeddingWidth + options.KeyWidth }, random));
        _readout = Add("readout", new Linear(options.Width + options.EmbeddingWidth + options.KeyWidth, 2 * options.Width, random));
        ReadoutWidth = options.Width;
    }

    internal override int ReadoutWidth { get; }

    internal override AttentionMemory? Remember(Tensor hidden, int[] lengths) => _attention.Remember(hidden, lengths);

    internal override DecoderStep Step(Tensor word, DecoderState state, AttentionMemory? memory, int step)
    {
        Tensor before = state.Top;
        AttentionContext read = _attention.Forward(before, memory!, step);
        DecoderState next = new(_layers.Continue(Tensor.Concat(-1, word, read.Context), state.Cells));
        Tensor pairs = _readout.Forward(Tensor.Concat(-1, before, word, read.Context)).Reshape(-1, ReadoutWidth, 2);
        return new(pairs.Max(-1), read.Weights, next);
    }
}

/// <summary>Attention after the step: <c>h_t = f(y_{t−1}, h_{t−1})</c>, <c>c_t = Σ a(h_t, h_s) h_s</c>, and the word is told from <c>h̃_t = tanh(W [c_t; h_t])</c>.</summary>
/// <remarks>Luong, Pham and Manning 2015, eq. 5; with input feeding (§ 3.3) the step reads h̃_{t−1} beside the word.</remarks>
internal sealed class LuongDecoder : RecurrentDecoder
{
    private readonly RecurrentLayer _layers;
    private readonly ScoreAttention _attention;
    private readonly Linear _readout;
    private readonly bool _hasInputFeeding;

    internal LuongDecoder(SequenceToSequenceOptions options, RandomSource random)
    {
        _hasInputFeeding = options.HasInputFeeding;
        ReadoutWidth = options.Width;
        int inputWidth = options.EmbeddingWidth + (_hasInputFeeding ? ReadoutWidth : 0);
        _layers = Add("layers", new RecurrentLayer(options.Encoder with { IsBidirectional = false, InputWidth = inputWidth }, random));
        _attention = Add("attention", new ScoreAttention(options.Scores, random));
        _readout = Add("readout", new Linear(options.KeyWidth + options.Width, ReadoutWidth, random, hasBias: false));
    }

    internal override int ReadoutWidth { get; }

    internal override AttentionMemory? Remember(Tensor hidden, int[] lengths) => _attention.Remember(hidden, lengths);

    internal override DecoderState Begin(IReadOnlyList<Tensor> cells) => new(cells, _hasInputFeeding ? Tensor.Zeros(cells[0].Shape[1], ReadoutWidth) : null);

    internal override DecoderStep Step(Tensor word, DecoderState state, AttentionMemory? memory, int step)
    {
        IReadOnlyList<Tensor> cells = _layers.Continue(state.Fed is null ? word : Tensor.Concat(-1, word, state.Fed), state.Cells);
        Tensor hidden = RecurrentCell.Hidden(cells[^1]);
        AttentionContext read = _attention.Forward(hidden, memory!, step);
        Tensor readout = _readout.Forward(Tensor.Concat(-1, read.Context, hidden)).Tanh();
        return new(readout, read.Weights, new(cells, _hasInputFeeding ? readout : null));
    }
}
