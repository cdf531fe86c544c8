namespace Attention.Lab;

/// <summary>What a function takes or gives at one place.</summary>
internal enum Form
{
    /// <summary>A row of numbers.</summary>
    Vector,

    /// <summary>Rows of numbers.</summary>
    Matrix,

    /// <summary>Rows of true and false.</summary>
    Flags,

    /// <summary>A number of the first positions along an axis, from none to all.</summary>
    Count,

    /// <summary>The size of an axis.</summary>
    Size,
}

/// <summary>One argument of a kernel: its name, its form, and the letters of its axes, the first one for its rows and the others for its columns.</summary>
/// <param name="Name">What the field calls it.</param>
/// <param name="Form">What it is.</param>
/// <param name="Axes">One letter per axis: n queries, m keys, d key width, e value width, h heads, g key heads.</param>
internal sealed record Parameter(string Name, Form Form, string Axes)
{
    /// <summary>How a cell writes it.</summary>
    public string Type => Form switch
    {
        Form.Vector => "float[]",
        Form.Matrix => "float[,]",
        Form.Flags => "bool[,]",
        _ => "int",
    };
}

/// <summary>One problem to solve: the sizes of its axes and the numbers of its arguments.</summary>
/// <param name="Kinds">What makes it hard, in words for the report.</param>
/// <param name="Sizes">The size of each axis.</param>
/// <param name="Data">One entry per parameter: float[] or bool[] in row-major order, or int.</param>
internal sealed record Case(IReadOnlyList<string> Kinds, IReadOnlyDictionary<char, int> Sizes, object[] Data)
{
    public int Size(char axis) => Sizes[axis];

    public float[] Floats(int argument) => (float[])Data[argument];

    public bool[] Flags(int argument) => (bool[])Data[argument];

    public int Number(int argument) => (int)Data[argument];

    /// <summary>How many rows and columns an argument with these axes has.</summary>
    public (int Rows, int Columns) Shape(string axes) => (Sizes[axes[0]], axes.Skip(1).Aggregate(1, (columns, axis) => columns * Sizes[axis]));
}
