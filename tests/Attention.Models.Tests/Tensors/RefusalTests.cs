namespace Attention.Models.Tests.Tensors;

/// <summary>What each operation says of shapes that do not fit.</summary>
public sealed class RefusalTests
{
    private static readonly Tensor X = Tensor.Zeros(2, 3);

    private static readonly Dictionary<string, Action> Refused = new()
    {
        ["Tensor.Of: [2, 2] holds 4 numbers, got 3"] = () => Tensor.Of([1, 2, 3], 2, 2),
        ["Shape: [2, -3]: a size cannot be negative"] = () => Tensor.Zeros(2, -3),
        ["Shape: [2000000000, 2000000000]: 4000000000000000000 numbers, more than the 2147483591 that one tensor can hold"] = () => Tensor.Zeros(2_000_000_000, 2_000_000_000),
        ["Shape: [1073741824, 1073741824, 1073741824, 1073741824, 1073741824]: 1427247692705959881058285969449495136382746624 numbers, more than the 2147483591 that one tensor can hold"] =
            () => Tensor.Zeros(1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30), // 2^150: 0 in 128 bits
        ["Tensor: [2, 3] needs 2 indices, got [1]"] = () => _ = X[1],
        ["Tensor: [2, 3] has no element [2, 0]"] = () => _ = X[2, 0],
        ["Add: [2, 3] + [2]: at axis -1 the sizes 3 and 2 differ, and neither is 1"] = () => _ = X + Tensor.Zeros(2),
        ["Subtract: [2, 3] − [4, 3]: at axis -2 the sizes 2 and 4 differ, and neither is 1"] = () => _ = X - Tensor.Zeros(4, 3),
        ["MatMul: [2, 3] × [4, 5]: the inner sizes 3 and 4 differ"] = () => X.MatMul(Tensor.Zeros(4, 5)),
        ["MatMul: [2, 3]ᵀ × [5, 4]ᵀ: the inner sizes 2 and 4 differ"] = () => X.MatMul(Tensor.Zeros(5, 4), true, true),
        ["MatMul: [2, 3] × [3]: both need at least two axes"] = () => X.MatMul(Tensor.Zeros(3)),
        ["Reshape: [2, 3] holds 6 numbers, which do not fit [4, -1]"] = () => X.Reshape(4, -1),
        ["Reshape: [2, 3] holds 6 numbers, which do not fit [5]"] = () => X.Reshape(5),
        ["Transpose: [2, 3] has no axis 2"] = () => X.Transpose(0, 2),
        ["Permute: [2, 3] in the order [0, 0]: every axis has to stand there once"] = () => X.Permute(0, 0),
        ["Slice: axis 1 of [2, 3] has no 2 elements from 2 on"] = () => X.Slice(1, 2, 2),
        ["Expand: [2, 3] cannot become [2, 1]"] = () => X.Expand(2, 1),
        ["Expand: [2, 3] to [4]: at axis -1 the sizes 3 and 4 differ, and neither is 1"] = () => X.Expand(4),
        ["Concat: [2, 3] and [3, 3] differ in another axis than 1"] = () => Tensor.Concat(1, X, Tensor.Zeros(3, 3)),
        ["SiluTimes: [2, 3] and [3] differ"] = () => X.SiluTimes(Tensor.Zeros(3)),
        ["Concat: expected at least one tensor, got none"] = () => Tensor.Concat(0),
        ["Stack: [2, 3] and [3, 2] differ"] = () => Tensor.Stack(0, X, Tensor.Zeros(3, 2)),
        ["Stack: expected at least one tensor, got none"] = () => Tensor.Stack(0),
        ["Stack: a stack of [2, 3] has no axis 3"] = () => Tensor.Stack(3, X),
        ["Select: index 1: expected at least 0 and less than 2, got 2"] = () => X.Select(new[] { 0, 2 }),
        ["Select: [] has no axis"] = () => Tensor.Scalar(1).Select(new[] { 0 }),
        ["Pick: [2, 3] has 2 rows, got 1 indices"] = () => X.Pick(new[] { 0 }),
        ["Pick: index 0: expected at least 0 and less than 3, got -1"] = () => X.Pick(new[] { -1, 0 }),
        ["Max: [2, 0]: the axis has no element"] = () => Tensor.Zeros(2, 0).Max(1),
        ["Sum: [2, 3] has no axis -3"] = () => X.Sum(-3),
        ["MaskedFill: [2, 3]: expected a mask of all numbers or those of the last axes, 6 or 3 or 1, got 2"] = () => X.MaskedFill(new bool[2], 0),
        ["Where: [2, 3]: expected a mask of all numbers or those of the last axes, 6 or 3 or 1, got 0"] = () => Tensor.Where(default, X, X),
        ["Where: [2, 3] and [3] differ"] = () => Tensor.Where(new bool[3], X, Tensor.Zeros(3)),
        ["Linear: [2, 3] through [4, 5]: expected a weight [Out, 3]"] = () => X.Linear(Tensor.Zeros(4, 5)),
        ["Linear: expected a bias [4], got [3]"] = () => X.Linear(Tensor.Zeros(4, 3), Tensor.Zeros(3)),
        ["Embedding: expected a table [Vocabulary, Width], got [3]"] = () => Tensor.Embedding(Tensor.Zeros(3), new[] { 0 }),
        ["Embedding: index 1: expected at least 0 and less than 2, got 5"] = () => Tensor.Embedding(X, new[] { 0, 5 }),
        ["Embedding: [3] holds 3 tokens, got 2"] = () => Tensor.Embedding(X, new[] { 0, 1 }, 3),
        ["LayerNorm: expected a gain [3], got [2]"] = () => X.LayerNorm(Tensor.Zeros(2)),
        ["LayerNorm: expected a bias [3], got [1, 3]"] = () => X.LayerNorm(null, Tensor.Zeros(1, 3)),
        ["RmsNorm: expected a gain [3], got [2]"] = () => X.RmsNorm(Tensor.Zeros(2)),
        ["RmsNorm: [] has no axis -1"] = () => Tensor.Scalar(1).RmsNorm(),
        ["CrossEntropy: [2, 3] has 2 rows, got 1 targets"] = () => X.CrossEntropy(new[] { 0 }),
        ["Backward: a loss is a single number, and [2, 3] holds 6; take the sum or the mean, or say the gradient of each"] = () => Tensor.Zeros(2, 3).WithGradient().Backward(),
        ["Backward: [2, 3]: the gradient has the shape [3]"] = () => Tensor.Zeros(2, 3).WithGradient().Backward(Tensor.Zeros(3)),
        ["Backward: nothing that [] was computed from requires a gradient, or gradients were off"] = () => X.Sum().Backward(),
        ["Value: [2, 3] holds 6 numbers, not one"] = () => _ = X.Value,
        ["RequiresGradient: Sum [] was computed, and follows from what it was computed from; Detach() gives a tensor that does not"] =
            () => Tensor.Zeros(2).WithGradient().Sum().RequiresGradient = false,
        ["MaxThreads: expected zero or more, got -1"] = () => Compute.MaxThreads = -1,
    };

    public static TheoryData<string> Messages => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Operation_WrongShapes_AreNamed(string message)
    {
        Exception refused = Assert.ThrowsAny<Exception>(Refused[message]);

        Assert.True(refused is ArgumentException or InvalidOperationException, refused.ToString());
        Assert.Equal(message, refused.Message);
    }
}
