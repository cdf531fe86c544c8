namespace Attention.Lab;

/// <summary>A matrix as coloured cells, the first row on top.</summary>
internal sealed partial class HeatMap : Figure
{
    private readonly double[,] _cells;
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly string _measure;
    private readonly int _block;
    private readonly int _decimals;
    private readonly ColourScale _colours;

    public HeatMap(string title, string alternativeText, float[,] values, Axis x, Axis y, string measure)
        : base(title, alternativeText)
    {
        (Rows, Columns) = (values.GetLength(0), values.GetLength(1));
        if (values.Length == 0)
            throw new ArgumentException($"values: expected at least one cell, got {Rows}×{Columns}", nameof(values));
        (_x, _y, _measure) = (x, y, measure);
        _block = (Math.Max(Rows, Columns) + MostCells - 1) / MostCells;
        _cells = Shrink(values, _block);
        _decimals = Numbers.Decimals(_cells.Cast<double>());
        _colours = ColourScale.For(_cells.Cast<double>());
    }

    private int Rows { get; }

    private int Columns { get; }

    private int DrawnRows => _cells.GetLength(0);

    private int DrawnColumns => _cells.GetLength(1);

    private string Value(int row, int column) => Numbers.Fixed(_cells[row, column], _decimals);

    /// <summary>What stands in a cell: two digits are enough to read at a glance, hovering tells the third.</summary>
    private string Printed(int row, int column)
    {
        bool small = Math.Max(Math.Abs(_colours.Lowest), Math.Abs(_colours.Highest)) <= 1;
        return Numbers.Fixed(_cells[row, column], small ? Math.Max(_decimals - 1, 0) : _decimals);
    }

    /// <summary>What hovering over a cell says: "query love → key programming: weight 0.532".</summary>
    private string Hover(int row, int column) =>
        $"{_y.Title} {Name(_y, row, Rows)} → {_x.Title} {Name(_x, column, Columns)}: {_measure} {Numbers.Typeset(Value(row, column))}";

    /// <summary>The name of a drawn row or column: the label, or the range of what was drawn as one.</summary>
    private string Name(Axis axis, int drawn, int count)
    {
        int first = drawn * _block, last = Math.Min(first + _block, count) - 1;
        return first == last ? axis.Label(first) : $"{axis.Label(first)}…{axis.Label(last)}";
    }

    private string BlockNote => $"Each drawn cell is the largest of {_block}×{_block} cells.";

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
