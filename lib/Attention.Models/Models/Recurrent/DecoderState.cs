namespace Attention.Models;

/// <summary>Where a recurrent decoder stands.</summary>
/// <param name="Cells">The states of its layers, each [S, B, H].</param>
/// <param name="Fed">[B, ...]; what its last step hands to the next besides, or null.</param>
/// <param name="Coverage">[B, M]; how much attention each key has had, or null where nobody asks.</param>
internal readonly record struct DecoderState(IReadOnlyList<Tensor> Cells, Tensor? Fed = null, Tensor? Coverage = null)
{
    /// <summary>The hidden state of the top layer, [B, H].</summary>
    internal Tensor Top => RecurrentCell.Hidden(Cells[^1]);

    /// <summary>Some of the sequences, such as one of them several times.</summary>
    internal DecoderState Select(int[] rows) =>
        new([.. Cells.Select(cell => Tensor.Stack(0, [.. Enumerable.Range(0, cell.Shape[0]).Select(part => cell.At(0, part).Select(rows))]))], Fed?.Select(rows), Coverage?.Select(rows));

    /// <summary>The same in memory that no scope takes away.</summary>
    internal DecoderState ToLasting() => new([.. Cells.Select(cell => cell.ToLasting())], Fed?.ToLasting(), Coverage?.ToLasting());
}

/// <summary>What one step of a recurrent decoder gives.</summary>
/// <param name="Readout">[B, ...]; what the next word is told from.</param>
/// <param name="Weights">[B, M]; the alignment, or null.</param>
/// <param name="State">Where the decoder stands now.</param>
internal readonly record struct DecoderStep(Tensor Readout, Tensor? Weights, DecoderState State);
