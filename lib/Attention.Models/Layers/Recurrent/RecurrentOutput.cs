namespace Attention.Models;

/// <summary>What a recurrent layer gives.</summary>
/// <param name="Hidden">[B, T, H], or both directions side by side [B, T, 2H]: the top layer's hidden state at every step; zeros in the padding.</param>
/// <param name="States">The state after the last step, [S, B, H], of every layer from the bottom; of two directions, forward and then backward, whose last step is the first of the sequence.</param>
public sealed record RecurrentOutput(Tensor Hidden, IReadOnlyList<Tensor> States);
