namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SoftmaxLargeTests
{
    /// <summary>Results so large that they are written past the caches, at any alignment, are those of small pieces.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Forward_LargerThanTheCaches_GivesTheBitsOfSmallPieces(int misaligned)
    {
        const int Columns = 1001;
        int rows = ((1 << 23) / Columns) + 2, count = rows * Columns;
        float[] source = new Draw(722).Normal(1 << 15);
        float[] scores = new float[count + misaligned], whole = new float[count + misaligned], pieces = new float[count];
        for (int i = 0; i < count; i++)
        {
            scores[i + misaligned] = source[i & 0x7FFF];
        }

        Softmax.Forward(new(rows, Columns), scores.AsSpan(misaligned), whole.AsSpan(misaligned));
        for (int row = 0; row < rows; row += 1000)
        {
            (int first, int length) = (row * Columns, Math.Min(1000, rows - row) * Columns);
            Softmax.Forward(new(length / Columns, Columns), scores.AsSpan(misaligned + first, length), pieces.AsSpan(first, length));
        }

        Bits.Same("softmax", pieces, whole.AsSpan(misaligned));
        Exponential.Forward(scores.AsSpan(misaligned), whole.AsSpan(misaligned));
        for (int first = 0; first < count; first += 1_000_000)
        {
            int length = Math.Min(1_000_000, count - first);
            Exponential.Forward(scores.AsSpan(misaligned + first, length), pieces.AsSpan(first, length));
        }

        Bits.Same("exp", pieces, whole.AsSpan(misaligned));
    }
}
