using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>A tensor of these numbers, which are copied.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">The sizes of the axes; left out: one axis.</param>
    /// <exception cref="ArgumentException">The shape holds more or fewer numbers.</exception>
    public static Tensor Of(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        Shape sizes = shape.IsEmpty ? [values.Length] : Shape.Create(shape);
        if (sizes.Elements != values.Length)
        {
            throw new ArgumentException($"Tensor.Of: {sizes} holds {sizes.Elements} numbers, got {values.Length}");
        }

        Tensor tensor = Uninitialized(sizes);
        values.CopyTo(tensor.Values);
        return tensor;
    }

    /// <summary>A matrix of these numbers, which are copied.</summary>
    /// <param name="matrix">[rows, columns]</param>
    public static Tensor Of(float[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return OfArray(matrix);
    }

    /// <summary>Matrices of these numbers, which are copied.</summary>
    /// <param name="matrices">[batch, rows, columns]</param>
    public static Tensor Of(float[,,] matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        return OfArray(matrices);
    }

    /// <summary>A single number, of shape [].</summary>
    public static Tensor Scalar(float value) => Full(value, []);

    /// <summary>Zeros.</summary>
    /// <param name="shape">The sizes of the axes.</param>
    public static Tensor Zeros(params ReadOnlySpan<int> shape) => Full(0, shape);

    /// <summary>Ones.</summary>
    /// <param name="shape">The sizes of the axes.</param>
    public static Tensor Ones(params ReadOnlySpan<int> shape) => Full(1, shape);

    /// <summary>The same number everywhere.</summary>
    /// <param name="value">The number.</param>
    /// <param name="shape">The sizes of the axes.</param>
    public static Tensor Full(float value, params ReadOnlySpan<int> shape)
    {
        Tensor tensor = Uninitialized(Shape.Create(shape));
        tensor.Values.Fill(value);
        return tensor;
    }

    /// <summary>The numbers 0, 1, 2 ...</summary>
    /// <param name="count">How many.</param>
    /// <returns>[count]</returns>
    public static Tensor Range(int count)
    {
        Tensor tensor = Uninitialized([count]);
        Span<float> values = tensor.Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i;
        }

        return tensor;
    }

    /// <summary>Numbers of a normal distribution.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="deviation">The standard deviation around 0.</param>
    /// <param name="shape">The sizes of the axes.</param>
    public static Tensor Normal(RandomSource random, float deviation, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        Tensor tensor = Uninitialized(Shape.Create(shape));
        foreach (ref float value in tensor.Values)
        {
            value = (float)(deviation * random.NextNormal());
        }

        return tensor;
    }

    /// <summary>Numbers from <paramref name="low"/> to below <paramref name="high"/>, each as likely as the other.</summary>
    /// <param name="random">Where they come from.</param>
    /// <param name="low">The smallest.</param>
    /// <param name="high">Above the largest.</param>
    /// <param name="shape">The sizes of the axes.</param>
    public static Tensor Uniform(RandomSource random, float low, float high, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(random);
        Tensor tensor = Uninitialized(Shape.Create(shape));
        foreach (ref float value in tensor.Values)
        {
            value = (float)(low + ((high - low) * random.NextDouble()));
        }

        return tensor;
    }

    /// <summary>A copy that belongs to no scope and remembers nothing: what a parameter is made of.</summary>
    internal Tensor ToLasting()
    {
        var copy = new Tensor(Storage.Lasting(Count), 0, Shape) { Name = Name };
        Values.CopyTo(copy.Values);
        return copy;
    }

    private static Tensor OfArray(Array array)
    {
        Span<int> sizes = stackalloc int[array.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = array.GetLength(axis);
        }

        Tensor tensor = Uninitialized(Shape.Create(sizes));
        Floats(array).CopyTo(tensor.Values);
        return tensor;
    }

    /// <summary>The floats of an array of any rank, row-major.</summary>
    private static Span<float> Floats(Array array) => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);
}
