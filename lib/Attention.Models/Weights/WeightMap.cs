using static System.FormattableString;

namespace Attention.Models;

/// <summary>How a published checkpoint's tensors become the parameters of one of our models.</summary>
/// <param name="Model">The model and its sizes, as messages name it.</param>
/// <param name="Weights">Every tensor that the checkpoint holds.</param>
/// <param name="Prefix">A prefix that some files put before names and others leave out, such as <c>transformer.</c>; empty: there is none.</param>
/// <param name="Ignored">Ends of names that published files may hold and that carry nothing learned, such as the causal mask.</param>
/// <remarks>Published names and shapes: <see cref="Gpt2Weights"/>, <see cref="BertWeights"/>.</remarks>
public sealed record WeightMap(string Model, IReadOnlyList<PublishedWeight> Weights, string Prefix, IReadOnlyList<string> Ignored)
{
    /// <summary>Reads a checkpoint as our parameters.</summary>
    /// <returns>Every parameter whose tensor the file holds, in the order of <see cref="Weights"/>.</returns>
    /// <exception cref="InvalidDataException">The file does not fit; the message names every missing, unexpected, misshapen and unreadable tensor.</exception>
    public IReadOnlyList<NamedWeights> Read(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new Dictionary<PublishedWeight, SafetensorsEntry>();
        List<string> problems = Match(file, found);
        if (problems.Count > 0)
        {
            throw new InvalidDataException(Invariant($"{file.FilePath} does not fit {Model}: {problems.Count} of its tensors are wrong\n  ") + string.Join("\n  ", problems));
        }

        return [.. Weights.Where(found.ContainsKey).SelectMany(weight => weight.Split(file.Read(found[weight].Name).Values))];
    }

    /// <summary>Reads a checkpoint for a model whose output layer is its embedding: where the file holds both, they must be the same, and the output is left out.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="output">Our name of the output's weight.</param>
    /// <param name="embedding">Our name of the embedding that it shares.</param>
    /// <exception cref="InvalidDataException">The file does not fit, or its output differs from its embedding; the message says in how many numbers, and where first.</exception>
    internal IReadOnlyList<NamedWeights> ReadTied(SafetensorsFile file, string output, string embedding)
    {
        IReadOnlyList<NamedWeights> read = Read(file);
        if (read.FirstOrDefault(weights => weights.Name == output) is { } own
            && Difference(Name(output), own, Name(embedding), read.Single(weights => weights.Name == embedding)) is { } difference)
        {
            throw new InvalidDataException($"{file.FilePath} does not fit {Model} with an output that shares its embedding: {difference}");
        }

        return [.. read.Where(weights => weights.Name != output)];

        string Name(string ours) => Weights.Single(weight => weight.Parameters.Contains(ours)).Name;
    }

    /// <summary>Our parameters as a checkpoint holds them: published names, published layout.</summary>
    /// <exception cref="ArgumentException">The parameters do not fit; the message names every missing, unexpected and misshapen one.</exception>
    public IReadOnlyList<NamedWeights> Publish(IEnumerable<NamedWeights> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var ours = parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        List<string> problems = [];
        List<PublishedWeight> whole = [];
        foreach (PublishedWeight weight in Weights)
        {
            string[] absent = [.. weight.Parameters.Where(name => !ours.ContainsKey(name))];
            if (absent.Length == 0)
            {
                whole.Add(weight);
                problems.AddRange(weight.Parameters.Where(name => !ours[name].Shape.SequenceEqual(weight.ParameterShape))
                    .Select(name => Misshapen(name, weight.ParameterShape, ours[name].Shape)));
            }
            else if (!weight.Optional || absent.Length < weight.Parameters.Count)
            {
                problems.AddRange(absent.Select(name => Missing(name, weight.ParameterShape)));
            }
        }

        problems.AddRange(ours.Values.Where(parameter => !Weights.Any(weight => weight.Parameters.Contains(parameter.Name))).Select(parameter => Unexpected(parameter.Name, parameter.Shape)));
        return problems.Count == 0 ? [.. whole.Select(weight => weight.Join([.. weight.Parameters.Select(name => ours[name])]))]
            : throw new ArgumentException(Invariant($"parameters: {problems.Count} do not fit {Model}\n  ") + string.Join("\n  ", problems), nameof(parameters));
    }

    private List<string> Match(SafetensorsFile file, Dictionary<PublishedWeight, SafetensorsEntry> found)
    {
        var byName = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in file.Tensors)
        {
            // A file that holds a tensor with and without the prefix keeps both, so that one of them is unexpected.
            string plain = Plain(entry.Name);
            byName[file.Contains(plain) ? entry.Name : plain] = entry;
        }

        List<string> problems = [];
        foreach (PublishedWeight weight in Weights)
        {
            SafetensorsEntry? entry = Take(weight.Name), other = weight.OtherName is null ? null : Take(weight.OtherName);
            if (entry is null && other is null)
            {
                problems.AddRange(weight.Optional ? [] : [Missing(weight.Name, weight.Shape)]);
                continue;
            }

            string[] wrong = [.. new[] { entry, other }.OfType<SafetensorsEntry>().Select(one => Wrong(one, weight)).OfType<string>()];
            problems.AddRange(wrong);
            if (wrong.Length == 0 && entry is not null && other is not null && Difference(entry.Name, file.Read(entry.Name), other.Name, file.Read(other.Name)) is { } difference)
            {
                problems.Add($"contradictory {difference}");
            }

            found[weight] = entry ?? other!;
        }

        SafetensorsEntry? Take(string name) => byName.Remove(Plain(name), out SafetensorsEntry? entry) ? entry : null;

        problems.AddRange(byName.Values.Where(entry => !Ignored.Any(end => entry.Name.EndsWith(end, StringComparison.Ordinal))).Select(entry => Unexpected(entry.Name, entry.Shape)));
        return problems;
    }

    private string Plain(string name) => Prefix.Length > 0 && name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    private static string? Wrong(SafetensorsEntry entry, PublishedWeight weight) =>
        !entry.Shape.SequenceEqual(weight.Shape) ? Misshapen(entry.Name, weight.Shape, entry.Shape)
        : !entry.IsReadable ? $"unreadable {Quoted.Of(entry.Name)}: its numbers are {Quoted.Of(entry.ElementType)}, not F32, F16, BF16 or F64"
        : null;

    /// <summary>In what two tensors of one shape differ, or null.</summary>
    private static string? Difference(string name, NamedWeights one, string otherName, NamedWeights other)
    {
        ReadOnlySpan<float> left = one.Values.Span, right = other.Values.Span;
        int first = left.CommonPrefixLength(right), count = 0;
        for (int i = first; i < left.Length; i++)
        {
            count += left[i].Equals(right[i]) ? 0 : 1;
        }

        return count == 0 ? null
            : Invariant($"{Quoted.Of(name)} and {Quoted.Of(otherName)} differ in {count} of {Shapes.Product(one.Shape)} numbers, first in number {first} of the rows one after another, counted from 0: {left[first]} and {right[first]}");
    }

    private static string Missing(string name, IReadOnlyList<int> shape) => $"missing {Quoted.Of(name)} {Shapes.Text(shape)}";

    private static string Unexpected(string name, IReadOnlyList<int> shape) => $"unexpected {Quoted.Of(name)} {Shapes.Text(shape)}";

    private static string Misshapen(string name, IReadOnlyList<int> expected, IReadOnlyList<int> got) => $"misshapen {Quoted.Of(name)}: expected {Shapes.Text(expected)}, got {Shapes.Text(got)}";
}
