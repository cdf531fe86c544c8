using System.Text;

namespace Attention.Models;

/// <summary>A tensor in a <see cref="Graph"/>.</summary>
/// <param name="Number">From 1, in the order of computation.</param>
/// <param name="Label">Its name; or, where it has none, the operation that computed it; or "input".</param>
/// <param name="Operation">What computed it; null for what was given.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="RequiresGradient">Whether a gradient reaches it.</param>
public sealed record GraphNode(int Number, string Label, string? Operation, Shape Shape, bool RequiresGradient);

/// <summary>How a tensor was computed, to be read or drawn: the tape, from what was given to the result.</summary>
/// <remarks>
/// <c>Graph.Of(loss).ToString()</c> has a line per tensor:
/// <code>
/// %1 = x [1, 2]
/// %2 = weight [2, 2], learned
/// %3 = MatMul(%1, %2) [1, 2]
/// %4 = Sum(%3) []
/// </code>
/// What was computed while gradients were off, or from nothing that requires one, counts as given: nobody wrote down how it came about.
/// </remarks>
public sealed class Graph
{
    private Graph(List<GraphNode> nodes, List<(int From, int To)> edges) => (Nodes, Edges) = (nodes, edges);

    /// <summary>Every tensor, each after those that it was computed from.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>From a tensor to one that was computed from it, by their numbers; an operation's inputs stand in its order.</summary>
    public IReadOnlyList<(int From, int To)> Edges { get; }

    /// <summary>How a tensor was computed.</summary>
    public static Graph Of(Tensor result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        List<GraphNode> nodes = [];
        List<(int From, int To)> edges = [];
        List<Tensor> order = Tape.Backwards(result);
        order.Reverse();
        foreach (Tensor tensor in order)
        {
            foreach (Tensor input in tensor.Operation!.Inputs)
            {
                Include(input); // what an operation computed stands there already
            }

            int number = Include(tensor);
            foreach (Tensor input in tensor.Operation.Inputs)
            {
                edges.Add((numbers[input], number));
            }
        }

        Include(result);
        return new(nodes, edges);

        int Include(Tensor tensor)
        {
            if (!numbers.TryGetValue(tensor, out int number))
            {
                number = nodes.Count + 1;
                numbers.Add(tensor, number);
                nodes.Add(new(number, tensor.Name ?? tensor.Operation?.Name ?? "input", tensor.Operation?.Name, tensor.Shape, tensor.RequiresGradient));
            }

            return number;
        }
    }

    /// <summary>A line per tensor.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        ILookup<int, string> inputs = Edges.ToLookup(edge => edge.To, edge => FormattableString.Invariant($"%{edge.From}"));
        foreach (GraphNode node in Nodes)
        {
            string what = node.Operation is null ? node.Label : $"{node.Operation}({string.Join(", ", inputs[node.Number])})";
            string name = node.Operation is null || node.Label == node.Operation ? "" : $", {node.Label}";
            string learned = node.Operation is null && node.RequiresGradient ? ", learned" : "";
            text.Append(text.Length == 0 ? "" : "\n").Append(FormattableString.Invariant($"%{node.Number} = {what} {node.Shape}{name}{learned}"));
        }

        return text.ToString();
    }
}
