namespace Attention.Models;

/// <summary>A tensor as a published checkpoint names and lays it out, and the parameters of ours that it becomes.</summary>
/// <param name="Name">Its published name, without a prefix that some files put before all names.</param>
/// <param name="Shape">Its published shape.</param>
/// <param name="Parameters">Our parameters, in order: more than one when the checkpoint stores several side by side, along its last axis if it is transposed and along its first otherwise, in equal parts.</param>
/// <param name="Transposed">Whether the checkpoint holds [in, out] where our linear layers hold [out, in].</param>
/// <param name="OtherName">A second name under which some files hold it; null: there is none.</param>
/// <param name="Optional">Whether a file may go without it.</param>
public sealed record PublishedWeight(string Name, IReadOnlyList<int> Shape, IReadOnlyList<string> Parameters, bool Transposed = false, string? OtherName = null, bool Optional = false)
{
    /// <summary>The shape of each of our parameters.</summary>
    public IReadOnlyList<int> ParameterShape => Transposed ? [Shape[1] / Parameters.Count, Shape[0]] : [Shape[0] / Parameters.Count, .. Shape.Skip(1)];

    /// <summary>Cuts a published tensor into our parameters.</summary>
    internal IEnumerable<NamedWeights> Split(ReadOnlyMemory<float> published)
    {
        if (!Transposed)
        {
            int count = published.Length / Parameters.Count;
            return Parameters.Select((name, part) => new NamedWeights(name, ParameterShape, published.Slice(part * count, count)));
        }

        float[] turned = Turn(published.Span, Shape[0], Shape[1]);
        int size = turned.Length / Parameters.Count;
        return Parameters.Select((name, part) => new NamedWeights(name, ParameterShape, turned.AsMemory(part * size, size)));
    }

    /// <summary>Joins our parameters into the published tensor.</summary>
    internal NamedWeights Join(IReadOnlyList<NamedWeights> parameters)
    {
        float[] joined = [.. parameters.SelectMany(parameter => parameter.Values.ToArray())];
        return new NamedWeights(Name, Shape, Transposed ? Turn(joined, Shape[1], Shape[0]) : joined);
    }

    private static float[] Turn(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        float[] turned = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                turned[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return turned;
    }
}
