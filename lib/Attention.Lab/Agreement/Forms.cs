using MathNet.Numerics.LinearAlgebra;

namespace Attention.Lab;

/// <summary>The types in which a cell may write rows, matrices and flags.</summary>
internal static class Forms
{
    /// <summary>How to make an argument of this type from a case, or null where nothing fits.</summary>
    public static Func<Case, object?>? Convert(Contract contract, int argument, Type type)
    {
        Parameter parameter = contract.Parameters[argument];
        return parameter.Form switch
        {
            Form.Size when type.IsAssignableFrom(typeof(int)) => given => given.Size(parameter.Axes[0]),
            Form.Count when type.IsAssignableFrom(typeof(int)) => given => given.Number(argument),
            Form.Vector => Vector(type) is { } make ? given => make(given.Floats(argument)) : null,
            Form.Matrix => Matrix(type) is { } make ? given => make(Cells.Matrix(given.Floats(argument), given.Shape(parameter.Axes).Rows, given.Shape(parameter.Axes).Columns)) : null,
            Form.Flags => Flags(type) is { } make ? given => make(Cells.Matrix(given.Flags(argument), given.Shape(parameter.Axes).Rows, given.Shape(parameter.Axes).Columns)) : null,
            _ => null,
        };
    }

    /// <summary>Whether a function that returns this type can be understood.</summary>
    public static bool CanReturn(Form form, Type type) => form switch
    {
        Form.Vector => typeof(IEnumerable<float>).IsAssignableFrom(type) || typeof(IEnumerable<double>).IsAssignableFrom(type),
        _ => type == typeof(float[,]) || type == typeof(double[,]) || typeof(IEnumerable<float[]>).IsAssignableFrom(type) || typeof(IEnumerable<double[]>).IsAssignableFrom(type)
            || typeof(Matrix<float>).IsAssignableFrom(type) || typeof(Matrix<double>).IsAssignableFrom(type),
    };

    /// <summary>Shape and numbers of a value of one of these types; null for null.</summary>
    public static Answer? Read(Form form, object? value) => value switch
    {
        null => null,
        float[,] matrix => Grid(matrix.GetLength(0), matrix.GetLength(1), (row, column) => matrix[row, column]),
        double[,] matrix => Grid(matrix.GetLength(0), matrix.GetLength(1), (row, column) => matrix[row, column]),
        Matrix<float> matrix => Grid(matrix.RowCount, matrix.ColumnCount, (row, column) => matrix[row, column]),
        Matrix<double> matrix => Grid(matrix.RowCount, matrix.ColumnCount, (row, column) => matrix[row, column]),
        IEnumerable<float[]> rows when form != Form.Vector => Ragged([.. rows.Select(row => row?.Select(number => (double)number).ToArray() ?? [])]),
        IEnumerable<double[]> rows when form != Form.Vector => Ragged([.. rows.Select(row => row ?? [])]),
        IEnumerable<float> numbers => Row([.. numbers.Select(number => (double)number)]),
        IEnumerable<double> numbers => Row([.. numbers]),
        _ => throw new ArgumentException($"expected numbers, got {Name(value.GetType())}", nameof(value)),
    };

    /// <summary>How C# writes a type, as far as cells use types.</summary>
    public static string Name(Type type)
    {
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (type.IsGenericType)
            return type.Name.Split('`')[0] + "<" + string.Join(", ", type.GetGenericArguments().Select(Name)) + ">";
        return type == typeof(float) ? "float" : type == typeof(double) ? "double" : type == typeof(int) ? "int" : type == typeof(bool) ? "bool"
            : type == typeof(string) ? "string" : type == typeof(void) ? "void" : type.Name;
    }

    private static Func<float[], object>? Vector(Type type) =>
        type.IsAssignableFrom(typeof(float[])) ? numbers => numbers.Clone()
        : type.IsAssignableFrom(typeof(double[])) ? numbers => Array.ConvertAll(numbers, number => (double)number)
        : type.IsAssignableFrom(typeof(Vector<float>)) ? numbers => numbers.ToVector()
        : type.IsAssignableFrom(typeof(Vector<double>)) ? numbers => Array.ConvertAll(numbers, number => (double)number).ToVector()
        : null;

    private static Func<float[,], object>? Matrix(Type type) =>
        type.IsAssignableFrom(typeof(float[,])) ? matrix => matrix
        : type.IsAssignableFrom(typeof(double[,])) ? matrix => matrix.ToDoubleMatrix().ToArray()
        : type.IsAssignableFrom(typeof(float[][])) ? matrix => Jagged(matrix, number => number)
        : type.IsAssignableFrom(typeof(double[][])) ? matrix => Jagged(matrix, number => (double)number)
        : type.IsAssignableFrom(typeof(Matrix<float>)) ? matrix => matrix.ToMatrix()
        : type.IsAssignableFrom(typeof(Matrix<double>)) ? matrix => matrix.ToDoubleMatrix()
        : null;

    private static Func<bool[,], object>? Flags(Type type) =>
        type.IsAssignableFrom(typeof(bool[,])) ? matrix => matrix
        : type.IsAssignableFrom(typeof(bool[][])) ? matrix => Jagged(matrix, flag => flag)
        : null;

    private static TTo[][] Jagged<TFrom, TTo>(TFrom[,] matrix, Func<TFrom, TTo> convert) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => Enumerable.Range(0, matrix.GetLength(1)).Select(column => convert(matrix[row, column])).ToArray())];

    private static Answer Row(double[] values) => new(Words.Count(values.Length, "number"), values);

    private static Answer Grid(int rows, int columns, Func<int, int, double> at)
    {
        var values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = at(i / columns, i % columns);
        return new Answer($"{rows}×{columns}", values);
    }

    private static Answer Ragged(double[][] rows) =>
        rows.Select(row => row.Length).Distinct().Count() > 1
            ? new Answer($"rows of {string.Join(", ", rows.Select(row => row.Length))}", [.. rows.SelectMany(row => row)])
            : Grid(rows.Length, rows.Length == 0 ? 0 : rows[0].Length, (row, column) => rows[row][column]);
}
