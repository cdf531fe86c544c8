using Attention.Kernels;
using static Attention.Benchmarks.ElementOperations;

namespace Attention.Benchmarks;

/// <summary>What tells a model where a row stands.</summary>
internal static class PositionOperations
{
    private static readonly RotaryShape Turning = new(1, 32, 1024, 128);
    private static readonly PositionShape Learned = new(8, 512, 1024, 512);

    internal static IEnumerable<Operation> All =>
    [
        Turn("RotaryPositions.Forward", RotaryPairs.Halves, backward: false),
        Turn("RotaryPositions.Forward", RotaryPairs.Neighbours, backward: false) with { Variant = "neighbours" },
        Turn("RotaryPositions.Backward", RotaryPairs.Halves, backward: true),
        new("SinusoidalPositions.Forward", "4096x1024", Work.Memory(0, Count), b =>
        {
            FloatBuffer encoding = b.Result(Count);
            return () => SinusoidalPositions.Forward(Sizes, encoding.Span, options: b.Options);
        }),
        new("LearnedPositions.Forward", "8x512x1024", Work.Memory(Count, Count), b =>
        {
            FloatBuffer input = b.Normal(Count), table = b.Normal(512 * 1024), output = b.Result(Count);
            return () => LearnedPositions.Forward(Learned, input.Span, table.Span, output.Span, options: b.Options);
        }),
        new("LearnedPositions.Backward", "8x512x1024", Work.Memory(Count, 512 * 1024), b =>
        {
            FloatBuffer g = b.Normal(Count), dTable = b.Result(512 * 1024);
            return () => LearnedPositions.Backward(Learned, g.Span, dTable.Span, options: b.Options);
        }),
        new("AlibiSlopes.Forward", "128", Work.Memory(0, 128), b =>
        {
            FloatBuffer slopes = b.Result(128);
            return () => AlibiSlopes.Forward(slopes.Span);
        }),
    ];

    private static Operation Turn(string member, RotaryPairs pairs, bool backward) => new(member, "1x32x1024x128", Work.Memory(Count, Count), b =>
    {
        var table = new RotaryTable(Turning.Length, Turning.Width, pairs);
        FloatBuffer input = b.Normal(Count), output = b.Result(Count);
        return () =>
        {
            if (backward)
            {
                RotaryPositions.Backward(Turning, table, input.Span, output.Span, options: b.Options);
            }
            else
            {
                RotaryPositions.Forward(Turning, table, input.Span, output.Span, options: b.Options);
            }
        };
    });
}
