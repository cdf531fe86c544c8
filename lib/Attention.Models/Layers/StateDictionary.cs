namespace Attention.Models;

/// <summary>Numbers by name, copied from one owner's tensors to another's: all of them, or none.</summary>
internal static class StateDictionary
{
    /// <summary>Copies where names and shapes agree.</summary>
    /// <exception cref="ArgumentException">They don't; the message names every missing, unexpected and misshapen tensor, and nothing has been copied.</exception>
    internal static void Copy(IReadOnlyDictionary<string, Tensor> from, IReadOnlyDictionary<string, Tensor> to)
    {
        ArgumentNullException.ThrowIfNull(from);
        Check(to.ToDictionary(own => own.Key, own => own.Value.Shape), from.ToDictionary(given => given.Key, given => given.Value.Shape));
        foreach (Tensor given in from.Values)
        {
            given.ThrowIfExpired();
        }

        foreach ((string name, Tensor tensor) in to)
        {
            from[name].Values.CopyTo(tensor.Values);
        }
    }

    /// <summary>Compares names and shapes.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    internal static void Check(IReadOnlyDictionary<string, Shape> expected, IReadOnlyDictionary<string, Shape> given)
    {
        List<string> problems = [];
        foreach ((string name, Shape shape) in expected)
        {
            if (!given.TryGetValue(name, out Shape found))
            {
                problems.Add($"missing {name} {shape}");
            }
            else if (found != shape)
            {
                problems.Add($"misshapen {name}: expected {shape}, got {found}");
            }
        }

        problems.AddRange(given.Where(named => !expected.ContainsKey(named.Key)).Select(named => $"unexpected {named.Key} {named.Value}"));
        if (problems.Count > 0)
        {
            throw new ArgumentException($"Load: {(problems.Count == 1 ? "1 tensor does" : $"{problems.Count} tensors do")} not fit\n  {string.Join("\n  ", problems)}");
        }
    }
}
