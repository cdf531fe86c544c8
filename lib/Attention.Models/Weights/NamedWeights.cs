using static System.FormattableString;

namespace Attention.Models;

/// <summary>A model's parameter as files hold it: a name, a shape, and the numbers in row-major order.</summary>
public sealed record NamedWeights
{
    /// <summary>Names numbers and gives them a shape.</summary>
    /// <param name="name">The parameter's path in the model, such as <c>layers.0.attention.query.weight</c>.</param>
    /// <param name="shape">The size of every axis; empty for a single number.</param>
    /// <param name="values">[product of the shape]; not copied.</param>
    /// <exception cref="ArgumentException">A size is negative, or the number of values differs from the product of the shape.</exception>
    public NamedWeights(string name, IReadOnlyList<int> shape, ReadOnlyMemory<float> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(size => size < 0))
        {
            throw new ArgumentException($"{Quoted.Of(name)}: a size in {Shapes.Text(shape)} is negative", nameof(shape));
        }

        if (Shapes.Count(shape) is not { } count || count != values.Length)
        {
            throw new ArgumentException(Invariant($"{Quoted.Of(name)}: expected {Shapes.Product(shape)} floats, got {values.Length}"), nameof(values));
        }

        (Name, Shape, Values) = (name, [.. shape], values);
    }

    /// <summary>The parameter's path in the model.</summary>
    public string Name { get; }

    /// <summary>The size of every axis; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>[product of the shape]; the numbers in row-major order.</summary>
    public ReadOnlyMemory<float> Values { get; }
}
