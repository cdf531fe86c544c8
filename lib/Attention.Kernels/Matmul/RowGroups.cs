using System.Runtime.Intrinsics;

namespace Attention.Kernels;

/// <summary>
/// Left operands that are stored as columns, laid out as the register tiles read them, in memory that somebody else owns: the rows of one tile side by side, step after step.
/// </summary>
/// <param name="start">The first group; null: there are none.</param>
/// <param name="matrices">How many; a single one serves any batch.</param>
/// <param name="rows">Rows of a matrix.</param>
/// <param name="depth">Columns of a matrix.</param>
/// <param name="group">Rows of a group.</param>
internal readonly unsafe struct RowGroups(float* start, int matrices, int rows, int depth, int group)
{
    /// <summary>The most rows that a group has.</summary>
    internal const int MostRows = 8;

    private const int StripRows = 64;
    private const int Padding = 16; // groups whose distance is a power of two would all want the same places of the cache

    internal bool Exist => start != null;

    /// <summary>Rows of a group for registers of so many bits: those of the tallest register tile.</summary>
    internal static int SizeFor(int bits) => bits == 512 ? MostRows : MostRows / 2;

    /// <summary>From one step to the next.</summary>
    internal nint StepStride => group;

    /// <summary>From one group to the next.</summary>
    internal nint GroupStride => ((nint)group * depth) + Padding;

    /// <summary>Floats that matrices of these sizes take at most, whatever the group.</summary>
    internal static Int128 CountOf(int matrices, int rows, int depth) =>
        (Int128)matrices * (((long)rows + MostRows - 1) / MostRows) * (((long)MostRows * depth) + (MostRows * Padding));

    /// <summary>The group that begins at this row, from a step on.</summary>
    internal float* At(int matrix, int row, int step) => Matrix(matrix) + (row / group * GroupStride) + ((long)step * group);

    /// <summary>Packs some steps of all rows of one matrix.</summary>
    /// <param name="matrix">Which.</param>
    /// <param name="firstStep">The first step.</param>
    /// <param name="steps">How many.</param>
    /// <param name="source">The first row's element of the first step.</param>
    /// <param name="stride">From one step to the next.</param>
    internal void Pack(int matrix, int firstStep, int steps, float* source, nint stride)
    {
        // A strip at a time: so few pages are written at once that their addresses are kept at hand.
        for (int row = 0; row < rows; row += StripRows)
        {
            PackStrip(Math.Min(StripRows, rows - row), steps, source + row, stride, At(matrix, row, firstStep));
        }
    }

    private void PackStrip(int count, int steps, float* source, nint stride, float* first)
    {
        for (int step = 0; step < steps; step++, source += stride, first += group)
        {
            float* place = first;
            int row = 0;
            for (; row <= count - group; row += group, place += GroupStride)
            {
                for (int i = 0; i < group; i += Vector128<float>.Count)
                {
                    Vector128.Load(source + row + i).Store(place + i);
                }
            }

            for (; row < count; row++, place++)
            {
                *place = source[row];
            }
        }
    }

    private float* Matrix(int matrix) => start + ((matrices == 1 ? 0 : matrix) * (((long)rows + group - 1) / group) * GroupStride);
}
