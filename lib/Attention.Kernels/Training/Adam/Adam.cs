using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Steps parameters against their gradients, each at a pace of its own that follows the gradient's mean and mean square.</summary>
/// <remarks>
/// <c>m = β₁ m + (1 − β₁) g</c>, <c>v = β₂ v + (1 − β₂) g²</c>, <c>θ = θ (1 − η λ) − η m̂ / (√v̂ + ε)</c> with <c>m̂ = m / (1 − β₁ᵗ)</c> and <c>v̂ = v / (1 − β₂ᵗ)</c>:
/// Kingma and Ba 2015, algorithm 1; the decay λ apart from the gradient after Loshchilov and Hutter 2019, algorithm 2. A gradient of NaN makes its own parameter NaN and no other.
/// </remarks>
public static class Adam
{
    private const double CostPerElement = 56; // multiply–adds that take as long: four floats are read and three written

    /// <summary>One step.</summary>
    /// <param name="step">t: 1 for the first step. It corrects for the means' start at zero.</param>
    /// <param name="gradient">[n]; dL/dparameters.</param>
    /// <param name="parameters">[n]; stepped.</param>
    /// <param name="mean">[n]; m, zeros before the first step; overwritten.</param>
    /// <param name="meanSquare">[n]; v, zeros before the first step; overwritten.</param>
    /// <param name="adam">The pace.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, buffers overlap, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; only some of the parameters have been stepped.</exception>
    public static unsafe void Step(
        long step,
        ReadOnlySpan<float> gradient,
        Span<float> parameters,
        Span<float> mean,
        Span<float> meanSquare,
        AdamOptions adam = default,
        KernelOptions options = default)
    {
        Check(step, gradient, parameters, mean, meanSquare, adam, options);
        fixed (float* g = gradient, theta = parameters, m = mean, v = meanSquare)
        {
            Tiled.Run(new Tiles(parameters.Length, g, theta, m, v, Factors.Of(step, adam)), options.ThreadsFor(CostPerElement * parameters.Length), options);
        }
    }

    /// <summary>One step, written as the formulas read: what <see cref="Step"/> is held against.</summary>
    /// <inheritdoc cref="Step"/>
    public static void StepNaive(
        long step, ReadOnlySpan<float> gradient, Span<float> parameters, Span<float> mean, Span<float> meanSquare, AdamOptions adam = default)
    {
        Check(step, gradient, parameters, mean, meanSquare, adam);
        double correction = 1 - Math.Pow(adam.Beta1, step), squareCorrection = 1 - Math.Pow(adam.Beta2, step);
        (float beta1, float rest1, float beta2, float rest2) = ((float)adam.Beta1, (float)(1 - adam.Beta1), (float)adam.Beta2, (float)(1 - adam.Beta2));
        for (int i = 0; i < parameters.Length; i++)
        {
            mean[i] = (beta1 * mean[i]) + (rest1 * gradient[i]);
            meanSquare[i] = (beta2 * meanSquare[i]) + (rest2 * gradient[i] * gradient[i]);
            float m = mean[i] / (float)correction;
            float v = meanSquare[i] / (float)squareCorrection;
            parameters[i] = (parameters[i] * (1 - (adam.LearningRate * adam.WeightDecay))) - (adam.LearningRate * m / (MathF.Sqrt(v) + adam.Epsilon));
        }
    }

    private static void Check(
        long step,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> meanSquare,
        AdamOptions adam,
        KernelOptions options = default)
    {
        options.Check();
        adam.Check();
        if (step < 1)
        {
            throw new ArgumentException(FormattableString.Invariant($"{nameof(step)}: expected at least 1, got {step}"));
        }

        Guard.Length(nameof(gradient), gradient.Length, parameters.Length);
        Guard.Length(nameof(mean), mean.Length, parameters.Length);
        Guard.Length(nameof(meanSquare), meanSquare.Length, parameters.Length);
        Guard.Apart(nameof(parameters), parameters, nameof(gradient), gradient);
        Guard.Apart(nameof(mean), mean, nameof(gradient), gradient);
        Guard.Apart(nameof(mean), mean, nameof(parameters), parameters);
        Guard.Apart(nameof(meanSquare), meanSquare, nameof(gradient), gradient);
        Guard.Apart(nameof(meanSquare), meanSquare, nameof(parameters), parameters);
        Guard.Apart(nameof(meanSquare), meanSquare, nameof(mean), mean);
    }

    /// <summary>What a step multiplies with, computed once: η m̂ / (√v̂ + ε) = Rate · m / (√(Root · v) + Epsilon).</summary>
    private readonly record struct Factors(float Keep, float Beta1, float Take1, float Beta2, float Take2, float Root, float Rate, float Epsilon)
    {
        internal static Factors Of(long step, AdamOptions adam) => new(
            (float)(1 - ((double)adam.LearningRate * adam.WeightDecay)),
            (float)adam.Beta1,
            (float)(1 - adam.Beta1),
            (float)adam.Beta2,
            (float)(1 - adam.Beta2),
            (float)(1 / (1 - Math.Pow(adam.Beta2, step))),
            (float)(adam.LearningRate / (1 - Math.Pow(adam.Beta1, step))),
            adam.Epsilon);
    }

    private readonly unsafe struct Tiles(int length, float* gradient, float* parameters, float* mean, float* meanSquare, Factors factors) : ITiles
    {
        public long Count => ElementBlock.CountOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(length, tile);
            StepSimd<TLanes>((int)block.Count, gradient + block.First, parameters + block.First, mean + block.First, meanSquare + block.First, factors);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void StepSimd<TLanes>(int count, float* gradient, float* parameters, float* mean, float* meanSquare, Factors factors)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes keep = TLanes.Broadcast(factors.Keep), root = TLanes.Broadcast(factors.Root), rate = TLanes.Broadcast(factors.Rate), epsilon = TLanes.Broadcast(factors.Epsilon);
        TLanes beta1 = TLanes.Broadcast(factors.Beta1), take1 = TLanes.Broadcast(factors.Take1), beta2 = TLanes.Broadcast(factors.Beta2), take2 = TLanes.Broadcast(factors.Take2);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes g = TLanes.Load(gradient + i);
            TLanes m = (beta1 * TLanes.Load(mean + i)) + (take1 * g);
            TLanes v = (beta2 * TLanes.Load(meanSquare + i)) + (take2 * g * g);
            TLanes.Store(mean + i, m);
            TLanes.Store(meanSquare + i, v);
            TLanes.Store(parameters + i, (TLanes.Load(parameters + i) * keep) - (rate * m / (TLanes.SquareRoot(v * root) + epsilon)));
        }

        for (; i < count; i++)
        {
            float g = gradient[i];
            float m = (factors.Beta1 * mean[i]) + (factors.Take1 * g);
            float v = (factors.Beta2 * meanSquare[i]) + (factors.Take2 * g * g);
            (mean[i], meanSquare[i]) = (m, v);
            parameters[i] = (parameters[i] * factors.Keep) - (factors.Rate * m / (MathF.Sqrt(v * factors.Root) + factors.Epsilon));
        }
    }
}
