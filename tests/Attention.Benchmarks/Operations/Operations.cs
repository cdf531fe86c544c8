namespace Attention.Benchmarks;

/// <summary>Everything that can be measured: at least one operation for each kernel of the library.</summary>
internal static class Operations
{
    internal static IReadOnlyList<Operation> All { get; } =
    [
        .. ScoreOperations.All, .. WeightOperations.All, .. AttentionOperations.All, .. OtherAttentionOperations.All, .. LayeredAttentionOperations.All,
        .. LayerOperations.All, .. PositionOperations.All, .. ElementOperations.All, .. ArithmeticOperations.All, .. TrainingOperations.All,
    ];
}
