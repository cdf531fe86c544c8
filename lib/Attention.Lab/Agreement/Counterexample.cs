using System.Text;

namespace Attention.Lab;

/// <summary>Writes down a failed case: input, expected, got, and where they first differ.</summary>
internal static class Counterexample
{
    private const int MostRows = 12, MostColumns = 12;

    public static string Describe(Contract contract, Failure failure)
    {
        (int rows, int columns) = Shape(failure.Case, contract.Result);
        double[] expected = failure.Expected.Values;
        string wanted = Block(contract, "expected", rows, columns, i => Wanted(expected[i], 4));
        string inputs = Inputs(contract, failure.Case);
        return failure.Kind switch
        {
            FailureKind.Threw => $"{inputs}{wanted}got: {failure.Thrown!.GetType().Name}: {failure.Thrown.Message}\n",
            FailureKind.Null => $"{inputs}{wanted}got: null\n",
            FailureKind.Shape => $"{inputs}{wanted}got: {failure.Got!.Shape}, expected {failure.Detail}\n",
            FailureKind.Changed => $"{inputs}got the right answer, but changed its input {failure.Detail}: whoever calls it loses what was there\n",
            _ => $"{inputs}{wanted}{Block(contract, "got", rows, columns, i => Got(failure, i))}first difference at {Place(contract, columns, failure.Index)}: {Difference(failure)}\n",
        };
    }

    /// <summary>The arguments of a case, each under its name.</summary>
    public static string Inputs(Contract contract, Case given)
    {
        var text = new StringBuilder();
        for (int i = 0; i < contract.Parameters.Count; i++)
        {
            Parameter parameter = contract.Parameters[i];
            (int rows, int columns) = Shape(given, parameter);
            int argument = i;
            text.Append(parameter.Form switch
            {
                Form.Size => Block(contract, parameter.Name, 1, 1, _ => Words.Number(given.Size(parameter.Axes[0]))),
                Form.Count => Block(contract, parameter.Name, 1, 1, _ => Words.Number(given.Number(argument))),
                Form.Flags => Block(contract, parameter.Name, rows, columns, at => given.Flags(argument)[at] ? "true" : "false"),
                _ => Block(contract, parameter.Name, rows, columns, at => Input(given.Floats(argument)[at])),
            });
        }

        return text.ToString();
    }

    // What float cannot hold is infinite to a cell.
    private static string Wanted(double value, int digits) =>
        Math.Abs(value) > float.MaxValue ? Numbers.NameOfNonFinite(Math.CopySign(double.PositiveInfinity, value))! : Numbers.Significant(value, digits);

    // Inputs are shown exactly, so that a reader can try them again.
    private static string Input(float value) =>
        Numbers.NameOfNonFinite(value) ?? value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static string Got(Failure failure, int i) => Numbers.Significant(failure.Got!.Values[i], Digits(failure));

    private static string Difference(Failure failure)
    {
        double wanted = failure.Expected.Values[failure.Index], got = failure.Got!.Values[failure.Index];
        int digits = Digits(failure);
        return $"expected {Wanted(wanted, digits)}, got {Numbers.Significant(got, digits)}";
    }

    /// <summary>Enough digits to see the first difference, and at least four.</summary>
    private static int Digits(Failure failure)
    {
        double wanted = failure.Expected.Values[failure.Index], got = failure.Got!.Values[failure.Index];
        int digits = 4;
        while (digits < 9 && Numbers.Significant(wanted, digits) == Numbers.Significant(got, digits))
            digits++;
        return digits;
    }

    private static string Place(Contract contract, int columns, int index) =>
        contract.Result.Form == Form.Vector ? $"[{index}]" : $"[{index / columns}, {index % columns}]";

    private static (int Rows, int Columns) Shape(Case given, Parameter parameter) =>
        parameter.Form == Form.Vector ? (1, given.Size(parameter.Axes[0])) : given.Shape(parameter.Axes);

    private static string Block(Contract contract, string name, int rows, int columns, Func<int, string> cell)
    {
        int shownRows = Math.Min(rows, MostRows), shownColumns = Math.Min(columns, MostColumns);
        bool cut = shownColumns < columns;
        string[][] cells = [.. Enumerable.Range(0, shownRows).Select(row =>
            Enumerable.Range(0, shownColumns).Select(column => cell((row * columns) + column)).Concat(cut ? ["…"] : []).ToArray())];
        // All blocks of a case stand in one column, to the right of the longest name.
        int margin = Math.Max("expected".Length, contract.Parameters.Max(parameter => parameter.Name.Length)) + 2;
        string indent = new(' ', margin);
        var text = new StringBuilder();
        int[] widths = [.. Enumerable.Range(0, shownColumns + (cut ? 1 : 0)).Select(column => cells.Max(row => row[column].Length))];
        for (int row = 0; row < shownRows; row++)
            text.Append(row == 0 ? Glyphs.Pad(name, margin, right: false) : indent).Append(string.Join("  ", cells[row].Select((number, column) => Glyphs.Pad(number, widths[column], right: true)))).Append('\n');
        return shownRows < rows ? text.Append(indent).Append("… ").Append(Words.Count(rows - shownRows, "more row")).Append('\n').ToString() : text.ToString();
    }
}
