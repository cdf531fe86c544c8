namespace Attention.Kernels.Tests;

/// <summary>The gradients of attention as the chain rule gives them, in double precision, from the weights of <see cref="AttentionOracle"/>.</summary>
/// <remarks>
/// Every magnitude is what an error of one part in all products and exponents can move: the weights' own magnitudes stand for their errors, and where terms of different sign meet,
/// their absolute values are summed.
/// </remarks>
internal sealed class AttentionBackwardOracle
{
    /// <summary>Of which 2⁻¹²⁶ is one ulp: a weight below that may count as zero, and where all other terms are as small its loss is seen.</summary>
    private static readonly double Underflow = Math.Pow(2, -103);

    private readonly AttentionCase problem;
    private readonly float[] slopes;
    private readonly AttentionOracle forward;
    private readonly Expected weights;

    private AttentionBackwardOracle(AttentionCase problem, float[] slopes)
    {
        (this.problem, this.slopes) = (problem, slopes);
        forward = AttentionOracle.Of(problem);
        weights = problem.Dropout.Rate == 0 ? forward.Weights : AttentionOracle.Of(problem with { Dropout = default }).Weights;
        Query = Zeros(problem.Sizes.Query);
        Key = Zeros(problem.Sizes.Key);
        Value = Zeros(problem.Sizes.Value);
        Scores = Zeros(problem.Sizes.Weights);
    }

    /// <summary>[B, H, N, D]</summary>
    public Expected Query { get; }

    /// <summary>[B, G, M, D]</summary>
    public Expected Key { get; }

    /// <summary>[B, G, M, Dv]</summary>
    public Expected Value { get; }

    /// <summary>[B, H, N, M]; of the scores after scale and bias, zero where hidden.</summary>
    public Expected Scores { get; }

    public static AttentionBackwardOracle Of(AttentionCase problem, float[] slopes)
    {
        AttentionBackwardOracle oracle = new(problem, slopes);
        AttentionShape shape = problem.Shape;
        for (int row = 0; row < problem.Sizes.Rows; row++)
        {
            oracle.Add(row / shape.Queries / shape.Heads, row / shape.Queries % shape.Heads, row % shape.Queries);
        }

        return oracle;
    }

    private static Expected Zeros(int count) => new(new double[count], new double[count]);

    private void Add(int b, int h, int i)
    {
        AttentionShape shape = problem.Shape;
        int row = (((b * shape.Heads) + h) * shape.Queries) + i;
        int keyHead = (b * shape.KeyHeads) + (h / (shape.Heads / shape.KeyHeads));
        double scale = problem.Scale ?? 1 / Math.Sqrt(shape.Width);
        (double delta, double deltaSize) = Dot(shape.ValueWidth, c => forward.Output.Values[(row * shape.ValueWidth) + c], c => slopes[(row * shape.ValueWidth) + c]);
        for (int c = 0; c < shape.ValueWidth; c++)
        {
            deltaSize += Product(Math.Abs(slopes[(row * shape.ValueWidth) + c]), forward.Output.Magnitudes[(row * shape.ValueWidth) + c]);
        }

        for (int j = 0; j < shape.Keys; j++)
        {
            if (!problem.Mask.Visible(b, h, i, j))
            {
                continue;
            }

            int keyRow = (keyHead * shape.Keys) + j;
            double kept = forward.Kept(((long)row * shape.Keys) + j);
            double weight = weights.Values[(row * shape.Keys) + j];
            double weightSize = Math.Max(weight, weights.Magnitudes[(row * shape.Keys) + j]) + Underflow;
            (double product, double productSize) = Dot(shape.ValueWidth, c => problem.Value[(keyRow * shape.ValueWidth) + c], c => slopes[(row * shape.ValueWidth) + c]);
            double slope = weight * ((kept * product) - delta);
            double slopeSize = Product(weightSize, Math.Abs((kept * product) - delta)) + Product(weight, (kept * productSize) + deltaSize);
            Add(Scores, (row * shape.Keys) + j, slope, slopeSize, 1);
            (slope, slopeSize) = ThroughCap(row, keyRow, slope, slopeSize);
            for (int c = 0; c < shape.ValueWidth; c++)
            {
                Add(Value, (keyRow * shape.ValueWidth) + c, kept * weight, kept * weightSize, slopes[(row * shape.ValueWidth) + c]);
            }

            for (int d = 0; d < shape.Width; d++)
            {
                Add(Query, (row * shape.Width) + d, scale * slope, Math.Abs(scale) * slopeSize, problem.Key[(keyRow * shape.Width) + d]);
                Add(Key, (keyRow * shape.Width) + d, scale * slope, Math.Abs(scale) * slopeSize, problem.Query[(row * shape.Width) + d]);
            }
        }
    }

    /// <summary>The gradient of a score before its cap: times 1 − tanh², which cancels where tanh is near one, and moves by twice what tanh does.</summary>
    private (double Slope, double Size) ThroughCap(int row, int keyRow, double slope, double slopeSize)
    {
        if (problem.SoftCap is not { } cap)
        {
            return (slope, slopeSize);
        }

        int width = problem.Shape.Width;
        double scale = problem.Scale ?? 1 / Math.Sqrt(width);
        (double product, double productSize) = Dot(width, d => scale * problem.Query[(row * width) + d], d => problem.Key[(keyRow * width) + d]);
        double tanh = Math.Tanh(product / cap), rest = 1 - (tanh * tanh);
        double size = 1 + (2 * Math.Abs(tanh) * rest * productSize / cap);
        return (slope * rest, (slopeSize * rest) + Product(Math.Abs(slope), size));
    }

    private static void Add(Expected sum, int index, double factor, double factorSize, double other)
    {
        sum.Values[index] += factor * other;
        sum.Magnitudes[index] += Product(factorSize, Math.Abs(other));
    }

    /// <summary>What is nothing moves nothing, not even times infinity.</summary>
    private static double Product(double size, double other) => size == 0 || other == 0 ? 0 : size * other;

    private static (double Value, double Size) Dot(int count, Func<int, double> left, Func<int, double> right)
    {
        (double value, double size) = (0, 0);
        for (int c = 0; c < count; c++)
        {
            value += left(c) * right(c);
            size += Math.Abs(left(c) * right(c));
        }

        return (value, size);
    }
}
