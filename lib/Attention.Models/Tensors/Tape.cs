namespace Attention.Models;

/// <summary>Everything that a tensor was computed from.</summary>
internal static class Tape
{
    private static long _walks;

    /// <summary>The tensors that some operation computed, each after all those that were computed from it.</summary>
    internal static List<Tensor> Backwards(Tensor result)
    {
        long walk = Interlocked.Increment(ref _walks);
        var order = new List<Tensor>();
        var waiting = new Stack<Tensor>();
        waiting.Push(result);
        while (waiting.TryPop(out Tensor? tensor))
        {
            if (tensor.Operation is not { } operation || operation.Walk == walk)
            {
                continue;
            }

            operation.Walk = walk;
            order.Add(tensor);
            foreach (Tensor input in operation.Inputs)
            {
                waiting.Push(input);
            }
        }

        order.Sort(static (left, right) => right.Operation!.Number.CompareTo(left.Operation!.Number));
        return order;
    }
}
