namespace Attention.Models.Tests.Tensors;

/// <summary>Tensors of varied numbers, from a seed that the test names.</summary>
internal sealed class Draw(ulong seed)
{
    private readonly RandomSource _random = new(seed);

    /// <summary>Numbers from −1 to 1.</summary>
    internal Tensor Of(params ReadOnlySpan<int> shape) => Tensor.Uniform(_random, -1, 1, shape);

    /// <summary>Numbers from 0.5 to 2: where logarithms, roots and quotients are tame.</summary>
    internal Tensor Positive(params ReadOnlySpan<int> shape) => Tensor.Uniform(_random, 0.5f, 2, shape);

    /// <summary>Numbers from −1 to 1, none nearer to 0 than 0.1: for functions with a kink there.</summary>
    internal Tensor AwayFromZero(params ReadOnlySpan<int> shape)
    {
        Tensor x = Tensor.Uniform(_random, 0.1f, 1, shape);
        foreach (ref float value in x.Values)
        {
            value *= _random.NextInt(2) == 0 ? 1 : -1;
        }

        return x;
    }
}
