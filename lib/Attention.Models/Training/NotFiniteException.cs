using static System.FormattableString;

namespace Attention.Models;

/// <summary>A number that should be finite is NaN or infinite. The message says where it came from.</summary>
public sealed class NotFiniteException : ArithmeticException
{
    /// <summary>An exception without a message of its own.</summary>
    public NotFiniteException()
    {
    }

    /// <summary>An exception that says this.</summary>
    public NotFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says this, because of another.</summary>
    public NotFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Looks for the first operation on the way to a loss whose result is not finite, though all that it was computed from is.</summary>
    /// <remarks>−∞ is no finding while there is NaN or +∞: masks write it on purpose.</remarks>
    internal static NotFiniteException InLoss(long step, Tensor loss)
    {
        List<Tensor> order = Tape.Backwards(loss);
        order.Reverse();
        string start = Invariant($"step {step}: the loss is {loss.Value}");
        Tensor[] leaves = [.. order.SelectMany(tensor => tensor.Operation!.Inputs.ToArray()).Where(input => input.Operation is null)];
        if (Array.Find(leaves, leaf => Bad(leaf) is "NaN" or "∞") is { } given)
        {
            return new($"{start}; {given.Name ?? "an input"} {given.Shape} holds {Bad(given)}");
        }

        Tensor? first = order.Find(tensor => Bad(tensor) is "NaN" or "∞") ?? order.Find(HasBad);
        return new(first is null ? start : $"{start}; the first to go wrong is {Describe(first)}, which holds {Bad(first)}");
    }

    /// <summary>Names the parameters whose gradients are not finite.</summary>
    internal static NotFiniteException InGradients(long step, IEnumerable<KeyValuePair<string, Tensor>> parameters)
    {
        const int Named = 5;
        string[] bad = [.. parameters.Where(named => Optimizer.Wanted(named.Value) is { } gradient && HasBad(gradient)).Select(named => named.Key)];
        string more = bad.Length > Named ? $" and {bad.Length - Named} more" : "";
        string names = bad.Length == 0 ? "their norm overflows" : $"NaN or ∞ in {string.Join(", ", bad.Take(Named))}{more}";
        return new(Invariant($"step {step}: the gradients are not finite: {names}; no parameter has been changed. A smaller learning rate, a warm-up or ClipNorm may help"));
    }

    private static string Describe(Tensor tensor)
    {
        string[] parameters = [.. tensor.Operation!.Inputs.ToArray().Where(input => input.Operation is null && input.Name is not null).Select(input => input.Name!)];
        return $"{tensor.Operation.Name} {tensor.Shape}{(parameters.Length == 0 ? "" : $" with {string.Join(", ", parameters)}")}";
    }

    private static bool HasBad(Tensor tensor) => Bad(tensor) is not null;

    private static string? Bad(Tensor tensor)
    {
        string? bad = null;
        foreach (float value in tensor.Values)
        {
            if (float.IsNaN(value))
            {
                return "NaN";
            }

            bad = float.IsPositiveInfinity(value) ? "∞" : bad ?? (float.IsNegativeInfinity(value) ? "−∞" : null);
        }

        return bad;
    }
}
