using System.Runtime.CompilerServices;
using Attention.Kernels;

namespace Attention.Models;

/// <summary>Says that weights stay as they are for a while, as they do when a model writes text: linear layers then keep them in the form that the product of a few rows wants.</summary>
/// <remarks>
/// Without it each product brings the weight into that form anew, which for a single row takes several times as long as the product itself. The results have the same bits. Gradients are off
/// meanwhile. What is multiplied by a second time is taken for a weight, and its form is kept as long as its numbers are. Whoever changes a weight all the same will find the layer using the old one.
/// </remarks>
/// <example>
/// <code>
/// Linear layer = new(256, 1024, new RandomSource(1));
/// using (FixedWeights.Start())
/// {
///     Tensor row = Tensor.Ones(1, 256);
///     for (int token = 0; token &lt; 100; token++)
///     {
///         layer.Forward(row); // the weight is brought into form at the second token, once for all that follow
///     }
///
///     Console.WriteLine(Gradients.AreOn); // prints False
/// }
/// </code>
/// </example>
public sealed class FixedWeights : IDisposable
{
    /// <summary>Beyond these rows the form costs little beside the product.</summary>
    private const int MostRows = 64;

    [ThreadStatic]
    private static FixedWeights? _current;

    private readonly FixedWeights? _outer = _current;
    private readonly IDisposable _off = Gradients.Off();
    private readonly ConditionalWeakTable<Storage, Dictionary<(int Start, int Rows, int Columns), PackedMatrix?>> _seen = [];
    private bool _hasEnded;

    private FixedWeights()
    {
    }

    /// <summary>From now on, on this thread, until it is disposed, weights do not change.</summary>
    public static FixedWeights Start()
    {
        var weights = new FixedWeights();
        _current = weights;
        return weights;
    }

    /// <summary>Weights may change again.</summary>
    /// <exception cref="InvalidOperationException">A later one of this thread has not ended.</exception>
    public void Dispose()
    {
        if (_hasEnded)
        {
            return;
        }

        if (_current != this)
        {
            throw new InvalidOperationException("FixedWeights: a later one has not ended; end it first, on the thread that began it");
        }

        (_hasEnded, _current) = (true, _outer);
        _off.Dispose();
    }

    /// <summary>The weight in the form for these rows; null: as it lies. Views of the same numbers share it.</summary>
    internal static PackedMatrix? Find(Tensor weight, MatmulShape shape)
    {
        if (_current is not { } current || shape.Rows > MostRows || weight.Operation is not null || weight.Storage is not { Scope: null, Owners: 0 })
        {
            return null; // numbers that a scope or a gradient will write over are no weight
        }

        Dictionary<(int, int, int), PackedMatrix?> matrices = current._seen.GetOrCreateValue(weight.Storage);
        (int, int, int) place = (weight.Start, weight.Shape[0], weight.Shape[1]);
        if (!matrices.TryGetValue(place, out PackedMatrix? packed))
        {
            matrices.Add(place, null);
        }
        else if (packed is null)
        {
            packed = Matmul.Pack(shape, weight.Values);
            matrices[place] = packed;
        }

        return packed;
    }
}
