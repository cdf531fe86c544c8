using System.Globalization;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>An edge of a graph, as a line of a file gives it.</summary>
/// <param name="From">The node it leaves.</param>
/// <param name="To">The node it enters.</param>
/// <param name="Weight">Its weight; 1 where the file gives none.</param>
public readonly record struct NamedEdge(string From, string To, float Weight);

/// <summary>Graphs as lists of edges: two names a line, and perhaps a weight, with white space or a comma between them.</summary>
/// <remarks>Lines that begin with # or % are comments, and empty ones are passed over.</remarks>
public static class EdgeList
{
    private static readonly char[] s_separators = [' ', '\t', ','];

    /// <summary>Reads the edges of a file, as they are asked for.</summary>
    /// <exception cref="InvalidDataException">A line has no two or three fields, or a weight is no finite number.</exception>
    public static IEnumerable<NamedEdge> Edges(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Lines(path);
    }

    /// <summary>Reads a graph whole; nodes are numbered in the order in which they first appear.</summary>
    /// <param name="path">The file.</param>
    /// <param name="directed">Whether an edge leads one way only.</param>
    /// <exception cref="InvalidDataException">A line has no two or three fields, or a weight is no finite number.</exception>
    public static EdgeGraph Read(string path, bool directed = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        List<string> names = [];
        List<Edge> edges = [];
        foreach (NamedEdge edge in Lines(path))
        {
            edges.Add(new Edge(Id(edge.From), Id(edge.To), edge.Weight));
        }

        return new EdgeGraph(names, edges, directed);

        int Id(string name)
        {
            if (ids.TryAdd(name, names.Count))
            {
                names.Add(name);
            }

            return ids[name];
        }
    }

    private static IEnumerable<NamedEdge> Lines(string path)
    {
        foreach ((int line, string text) in TextLines.Read(path))
        {
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart()[0] is '#' or '%')
            {
                continue;
            }

            string[] fields = text.Split(s_separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length is not (2 or 3))
            {
                throw TextLines.Bad(path, line, Invariant($"expected two nodes and perhaps a weight, got {fields.Length} fields"));
            }

            float weight = 1;
            if (fields.Length == 3 && !(float.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && float.IsFinite(weight)))
            {
                throw TextLines.Bad(path, line, $"weight {Quoted.Of(fields[2])} is no finite number");
            }

            yield return new NamedEdge(fields[0], fields[1], weight);
        }
    }
}
