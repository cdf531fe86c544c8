namespace Attention.Lab;

/// <summary>A matrix as coloured cells, the first row on top.</summary>
internal sealed partial class HeatMap : Figure
{
    private readonly double[,] cells;
    private readonly Axis x;
    private readonly Axis y;
    private readonly string measure;
    private readonly int block;
    private readonly int decimals;
    private readonly ColourScale colours;

    public HeatMap(string title, string alternativeText, float[,] values, Axis x, Axis y, string measure)
        : base(title, alternativeText)
    {
        (Rows, Columns) = (values.GetLength(0), values.GetLength(1));
        if (values.Length == 0)
            throw new ArgumentException($"values: expected at least one cell, got {Rows}×{Columns}", nameof(values));
        (this.x, this.y, this.measure) = (x, y, measure);
        block = (Math.Max(Rows, Columns) + MostCells - 1) / MostCells;
        cells = Shrink(values, block);
        decimals = Numbers.Decimals(cells.Cast<double>());
        colours = ColourScale.For(cells.Cast<double>());
    }

    private int Rows { get; }

    private int Columns { get; }

    private int DrawnRows => cells.GetLength(0);

    private int DrawnColumns => cells.GetLength(1);

    private string Value(int row, int column) => Numbers.Fixed(cells[row, column], decimals);

    /// <summary>What hovering over a cell says: "query love → key programming: weight 0.532".</summary>
    private string Hover(int row, int column) =>
        $"{y.Title} {Name(y, row, Rows)} → {x.Title} {Name(x, column, Columns)}: {measure} {Numbers.Typeset(Value(row, column))}";

    /// <summary>The name of a drawn row or column: the label, or the range of what was drawn as one.</summary>
    private string Name(Axis axis, int drawn, int count)
    {
        int first = drawn * block, last = Math.Min(first + block, count) - 1;
        return first == last ? axis.Label(first) : $"{axis.Label(first)}…{axis.Label(last)}";
    }

    private string BlockNote => $"Each drawn cell is the largest of {block}×{block} cells.";

    /// <summary>Draws neighbouring cells as one: the one that differs most from zero, so that no peak and no odd value is lost.</summary>
    private static double[,] Shrink(float[,] values, int block)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        var drawn = new double[(rows + block - 1) / block, (columns + block - 1) / block];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                ref double cell = ref drawn[row / block, column / block];
                double value = values[row, column];
                bool first = row % block == 0 && column % block == 0;
                if (first || Weight(value) > Weight(cell))
                    cell = value;
            }
        }

        return drawn;

        static double Weight(double value) => double.IsFinite(value) ? Math.Abs(value) : double.IsNaN(value) ? double.PositiveInfinity : double.MaxValue;
    }
}
