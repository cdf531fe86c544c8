using System.Globalization;

namespace Attention.Course.Execution;

/// <summary>Arrays of two or more dimensions, aligned, with their shape; the middle of a large one is left out.</summary>
internal static class MatrixText
{
    private const int MaxShown = 12;
    private const int ShownAtEnds = 5;
    private const int MaxSlices = 4;

    /// <summary>float[2, 3]</summary>
    public static string Shape(Array array)
    {
        string lengths = string.Join(", ", Enumerable.Range(0, array.Rank).Select(array.GetLength));
        return $"{TypeNames.Of(array.GetType().GetElementType()!)}[{lengths}]";
    }

    /// <summary>The shape, and below it the elements.</summary>
    public static string Of(Array array)
    {
        var lines = new List<string> { Shape(array) };
        if (array.Length > 0)
            AddSlices(array, new int[array.Rank], 0, lines);
        return string.Join('\n', lines);
    }

    private static void AddSlices(Array array, int[] index, int dimension, List<string> lines)
    {
        if (dimension == array.Rank - 2)
        {
            if (array.Rank > 2)
                lines.Add($"[{string.Join(", ", index[..dimension])}, …]");
            AddMatrix(array, index, lines);
            return;
        }

        int length = array.GetLength(dimension);
        for (int position = 0; position < Math.Min(length, MaxSlices); position++)
        {
            index[dimension] = position;
            AddSlices(array, index, dimension + 1, lines);
        }

        if (length > MaxSlices)
            lines.Add("⋮");
    }

    private static void AddMatrix(Array array, int[] index, List<string> lines)
    {
        int?[] rows = Shown(array.GetLength(array.Rank - 2)), columns = Shown(array.GetLength(array.Rank - 1));
        string?[,] cells = new string?[rows.Length, columns.Length];
        Func<object?, string> format = NumberFormat(array);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                if (rows[row] is not { } i || columns[column] is not { } j)
                {
                    cells[row, column] = rows[row] is null ? "⋮" : "…";
                    continue;
                }

                index[^2] = i;
                index[^1] = j;
                cells[row, column] = format(array.GetValue(index));
            }
        }

        bool isText = array.GetType().GetElementType() is { IsPrimitive: false };
        int[] widths = [.. Enumerable.Range(0, columns.Length).Select(column => Enumerable.Range(0, rows.Length).Max(row => cells[row, column]!.Length))];
        for (int row = 0; row < rows.Length; row++)
        {
            IEnumerable<string> aligned = Enumerable.Range(0, columns.Length)
                .Select(column => isText ? cells[row, column]!.PadRight(widths[column]) : cells[row, column]!.PadLeft(widths[column]));
            lines.Add("  " + string.Join("  ", aligned).TrimEnd());
        }
    }

    /// <summary>The indices to show, null where some are left out.</summary>
    private static int?[] Shown(int length) => length <= MaxShown
        ? [.. Enumerable.Range(0, length).Select(index => (int?)index)]
        : [.. Enumerable.Range(0, ShownAtEnds).Select(index => (int?)index), null, .. Enumerable.Range(length - ShownAtEnds, ShownAtEnds).Select(index => (int?)index)];

    /// <summary>One format for the whole array: whole numbers as such, others with four decimals or, when that says too little, an exponent.</summary>
    private static Func<object?, string> NumberFormat(Array array)
    {
        if (array is not (float[,] or double[,] or float[,,] or double[,,] or float[,,,] or double[,,,]))
            return static value => PlainText.Item(value, 1);
        double largest = 0;
        bool isWhole = true;
        foreach (object element in array)
        {
            double value = Convert.ToDouble(element, CultureInfo.InvariantCulture);
            if (!double.IsFinite(value))
                continue;
            largest = Math.Max(largest, Math.Abs(value));
            isWhole &= Math.Floor(value) == value;
        }

        string format = isWhole && largest < 1e9 ? "F0" : largest is < 1e-2 or >= 1e6 ? "0.0000e+00" : "F4";
        return element =>
        {
            double value = Convert.ToDouble(element, CultureInfo.InvariantCulture);
            string text = value.ToString(format, CultureInfo.InvariantCulture);
            return double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "∞" : "-∞") : IsZero(text) ? text.TrimStart('-') : text;
        };

        static bool IsZero(string text) => text.All(character => character is '-' or '0' or '.');
    }
}
