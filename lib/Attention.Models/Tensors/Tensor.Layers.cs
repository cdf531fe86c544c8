using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>A linear layer: <c>y = x Wᵀ + b</c>, for every row of this.</summary>
    /// <param name="weight">[Out, In]; this: [..., In].</param>
    /// <param name="bias">[Out]; null: none.</param>
    /// <returns>[..., Out]</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    /// <remarks><c>dx = dy W</c>, <c>dW = dyᵀ x</c>, <c>db = Σ dy</c>; each is added to what is there as it is computed.</remarks>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (Rank == 0 || weight.Rank != 2 || weight.Shape[1] != Shape[-1])
        {
            throw new ArgumentException($"Linear: {Shape} through {weight.Shape}: expected a weight [Out, {(Rank == 0 ? "In" : Shape[-1])}]");
        }

        int output = weight.Shape[0], input = weight.Shape[1], rows = Shape.Product(0, Rank - 1);
        CheckRow("Linear", "bias", bias, output);
        var shape = new MatmulShape(rows, output, input) { TransposeRight = true };
        Tensor y = Uninitialized(Shape.With(Rank - 1, output));
        if (FixedWeights.Find(weight, shape) is { } packed)
        {
            Matmul.Forward(shape, Values, packed, y.Values, ValuesOf(bias), Compute.Options);
            return y;
        }

        Matmul.Forward(shape, Values, weight.Values, y.Values, ValuesOf(bias), Compute.Options);
        return y.Recorded(
            "Linear",
            dy =>
            {
                if (RequiresGradient)
                {
                    Span<float> dx = AccumulateGradient(out bool holds);
                    Matmul.Forward(new(rows, input, output) { Accumulate = holds }, dy, weight.Values, dx, options: Compute.Options);
                }

                if (weight.RequiresGradient)
                {
                    Span<float> dw = weight.AccumulateGradient(out bool holds);
                    Matmul.Forward(new(output, input, rows) { TransposeLeft = true, Accumulate = holds }, dy, Values, dw, options: Compute.Options);
                }

                using GradientTarget db = GradientTarget.Of(bias);
                Matmul.Backward(shape, Values, weight.Values, dy, default, default, db.Values, Compute.Options);
            },
            this,
            weight,
            bias);
    }

    /// <summary>Rows of a table, one per token.</summary>
    /// <param name="table">[Vocabulary, Width]</param>
    /// <param name="tokens">Each from 0 to Vocabulary − 1; not copied, and to stay as they are until <see cref="Backward()"/>.</param>
    /// <param name="shape">How the tokens are laid out, such as [batch, length]; left out: [tokens].</param>
    /// <returns>[..., Width]</returns>
    /// <exception cref="ArgumentException">The table is no matrix, a token is not in it, or the shape holds more or fewer tokens.</exception>
    public static Tensor Embedding(Tensor table, ReadOnlyMemory<int> tokens, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Rank != 2)
        {
            throw new ArgumentException($"Embedding: expected a table [Vocabulary, Width], got {table.Shape}");
        }

        CheckIndices("Embedding", tokens.Span, table.Shape[0]);
        Tensor rows = table.Select(tokens);
        Shape sizes = shape.IsEmpty ? [tokens.Length] : Shape.Create(shape);
        return sizes.Elements == tokens.Length
            ? rows.Reshape([.. sizes.Sizes, table.Shape[1]])
            : throw new ArgumentException($"Embedding: {sizes} holds {sizes.Elements} tokens, got {tokens.Length}");
    }

    /// <summary>Moves and scales every row to mean 0 and deviation 1, and then by gain and bias (Ba, Kiros and Hinton 2016, eq. 4).</summary>
    /// <param name="gain">[Width]; null: ones. This: [..., Width].</param>
    /// <param name="bias">[Width]; null: zeros.</param>
    /// <param name="epsilon">Keeps a row of equal numbers finite.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Tensor LayerNorm(Tensor? gain = null, Tensor? bias = null, float epsilon = 1e-5f)
    {
        RowShape rows = RowsOf("LayerNorm");
        CheckRow("LayerNorm", "gain", gain, rows.Columns);
        CheckRow("LayerNorm", "bias", bias, rows.Columns);
        Tensor y = Uninitialized(Shape), mean = Uninitialized([rows.Rows]), reciprocal = Uninitialized([rows.Rows]);
        Kernels.LayerNorm.Forward(rows, Values, ValuesOf(gain), ValuesOf(bias), y.Values, mean.Values, reciprocal.Values, epsilon, Compute.Options);
        return y.Recorded(
            "LayerNorm",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this), dg = GradientTarget.Of(gain), db = GradientTarget.Of(bias);
                Kernels.LayerNorm.Backward(
                    rows, Values, ValuesOf(gain), mean.Values, reciprocal.Values, dy, dx.Values, dg.Values, db.Values, Compute.Options);
            },
            this,
            gain,
            bias);
    }

    /// <summary>Scales every row to a root mean square of 1, and then by the gain (Zhang and Sennrich 2019, eq. 4).</summary>
    /// <param name="gain">[Width]; null: ones. This: [..., Width].</param>
    /// <param name="epsilon">Keeps a row of zeros finite.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Tensor RmsNorm(Tensor? gain = null, float epsilon = 1e-5f)
    {
        RowShape rows = RowsOf("RmsNorm");
        CheckRow("RmsNorm", "gain", gain, rows.Columns);
        Tensor y = Uninitialized(Shape), reciprocal = Uninitialized([rows.Rows]);
        Kernels.RmsNorm.Forward(rows, Values, ValuesOf(gain), y.Values, reciprocal.Values, epsilon, Compute.Options);
        return y.Recorded(
            "RmsNorm",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this), dg = GradientTarget.Of(gain);
                Kernels.RmsNorm.Backward(rows, Values, ValuesOf(gain), reciprocal.Values, dy, dx.Values, dg.Values, Compute.Options);
            },
            this,
            gain);
    }

    /// <summary>How surprised rows of logits are by their targets: the mean of <c>−log softmax(logits)[target]</c>, in one step.</summary>
    /// <param name="targets">One per row, from 0 to Classes − 1; not copied, and to stay as they are until <see cref="Backward()"/>. This: [..., Classes].</param>
    /// <param name="ignoreIndex">The target of rows that do not count, such as padding.</param>
    /// <param name="smoothing">The share of the probability that is spread over all classes alike, from 0 to 1 (Szegedy et al. 2016, § 7).</param>
    /// <param name="reduction">The mean over the rows that count, or the sum.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">There is not one target per row, or a target is no class; the message says where.</exception>
    public Tensor CrossEntropy(ReadOnlyMemory<int> targets, int? ignoreIndex = null, float smoothing = 0, LossReduction reduction = LossReduction.Mean)
    {
        RowShape rows = RowsOf("CrossEntropy");
        if (targets.Length != rows.Rows)
        {
            throw new ArgumentException($"CrossEntropy: {Shape} has {rows.Rows} rows, got {targets.Length} targets");
        }

        CrossEntropyOptions loss = new() { IgnoreIndex = ignoreIndex, LabelSmoothing = smoothing, Reduction = reduction };
        Tensor y = Scalar(Kernels.CrossEntropy.Forward(rows, Values, targets.Span, default, loss, Compute.Options));
        return y.Recorded(
            "CrossEntropy",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.CrossEntropy.Backward(rows, Values, targets.Span, default, dx.Values, loss, Compute.Options);
                if (dy[0] != 1)
                {
                    Arithmetic.Scale(dx.Values, dy[0], dx.Values);
                }
            },
            this);
    }

    private static ReadOnlySpan<float> ValuesOf(Tensor? tensor) => tensor is null ? default : tensor.Values;

    private static void CheckRow(string operation, string name, Tensor? row, int width)
    {
        if (row is not null && (row.Rank != 1 || row.Shape[0] != width))
        {
            throw new ArgumentException($"{operation}: expected a {name} [{width}], got {row.Shape}");
        }
    }

    /// <summary>The last axis as rows.</summary>
    private RowShape RowsOf(string operation) => new(Shape.Product(0, Shape.Axis(-1, operation)), Shape[-1]);
}
