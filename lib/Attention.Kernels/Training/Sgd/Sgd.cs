using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Steps parameters down their gradients, with momentum where it is wanted: a velocity that the gradients push and that dies away.</summary>
/// <remarks>
/// <c>g = dL/dθ + λ θ</c>, <c>v = μ v + g</c>, <c>θ = θ − η v</c>, and with Nesterov's momentum <c>θ = θ − η (g + μ v)</c>: Polyak 1964; Sutskever et al. 2013, with the learning rate outside
/// the velocity, as PyTorch has it, so that a change of the rate acts at once. A gradient of NaN makes its own parameter NaN and no other.
/// </remarks>
public static class Sgd
{
    private const double CostPerElement = 40; // multiply–adds that take as long: three floats are read and two written

    /// <summary>One step.</summary>
    /// <param name="gradient">[n]; dL/dparameters.</param>
    /// <param name="parameters">[n]; stepped.</param>
    /// <param name="velocity">[n]; v, zeros before the first step; overwritten. Empty where there is no momentum.</param>
    /// <param name="sgd">The pace.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, buffers overlap, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; only some of the parameters have been stepped.</exception>
    public static unsafe void Step(
        ReadOnlySpan<float> gradient, Span<float> parameters, Span<float> velocity, SgdOptions sgd = default, KernelOptions options = default)
    {
        Check(gradient, parameters, velocity, sgd, options);
        fixed (float* g = gradient, theta = parameters, v = velocity)
        {
            Tiled.Run(new Tiles(parameters.Length, g, theta, v, sgd), options.ThreadsFor(CostPerElement * parameters.Length), options);
        }
    }

    /// <summary>One step, written as the formulas read: what <see cref="Step"/> is held against.</summary>
    /// <inheritdoc cref="Step"/>
    public static void StepNaive(ReadOnlySpan<float> gradient, Span<float> parameters, Span<float> velocity, SgdOptions sgd = default)
    {
        Check(gradient, parameters, velocity, sgd);
        for (int i = 0; i < parameters.Length; i++)
        {
            float g = gradient[i] + (sgd.WeightDecay * parameters[i]), step = g;
            if (sgd.Momentum != 0)
            {
                velocity[i] = (sgd.Momentum * velocity[i]) + g;
                step = sgd.Nesterov ? g + (sgd.Momentum * velocity[i]) : velocity[i];
            }

            parameters[i] -= sgd.LearningRate * step;
        }
    }

    private static void Check(
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters, ReadOnlySpan<float> velocity, SgdOptions sgd, KernelOptions options = default)
    {
        options.Check();
        sgd.Check();
        Guard.Length(nameof(gradient), gradient.Length, parameters.Length);
        if (sgd.Momentum != 0 || !velocity.IsEmpty)
        {
            Guard.Length(nameof(velocity), velocity.Length, parameters.Length);
        }

        Guard.Apart(nameof(parameters), parameters, nameof(gradient), gradient);
        Guard.Apart(nameof(velocity), velocity, nameof(gradient), gradient);
        Guard.Apart(nameof(velocity), velocity, nameof(parameters), parameters);
    }

    private readonly unsafe struct Tiles(long count, float* gradient, float* parameters, float* velocity, SgdOptions sgd) : ITiles
    {
        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            float* g = gradient + block.First, theta = parameters + block.First, v = velocity + block.First;
            int length = (int)block.Count, whole = length - (length % TLanes.Count);
            if (sgd.Momentum == 0)
            {
                Plain<TLanes>(whole, g, theta, sgd.LearningRate, sgd.WeightDecay);
                Plain<Lanes1>(length - whole, g + whole, theta + whole, sgd.LearningRate, sgd.WeightDecay);
            }
            else
            {
                WithMomentum<TLanes>(whole, g, theta, v, sgd);
                WithMomentum<Lanes1>(length - whole, g + whole, theta + whole, v + whole, sgd);
            }
        }
    }

    // Products and sums rounded apart, so that an element has the same bits on every width.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Plain<TLanes>(int count, float* gradient, float* parameters, float learningRate, float weightDecay)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes rate = TLanes.Broadcast(learningRate), decay = TLanes.Broadcast(weightDecay);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TLanes theta = TLanes.Load(parameters + i);
            TLanes.Store(parameters + i, theta - (rate * (TLanes.Load(gradient + i) + (decay * theta))));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void WithMomentum<TLanes>(int count, float* gradient, float* parameters, float* velocity, SgdOptions sgd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes rate = TLanes.Broadcast(sgd.LearningRate), decay = TLanes.Broadcast(sgd.WeightDecay), momentum = TLanes.Broadcast(sgd.Momentum);
        bool ahead = sgd.Nesterov;
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TLanes theta = TLanes.Load(parameters + i), g = TLanes.Load(gradient + i) + (decay * theta);
            TLanes v = (momentum * TLanes.Load(velocity + i)) + g;
            TLanes.Store(velocity + i, v);
            TLanes.Store(parameters + i, theta - (rate * (ahead ? g + (momentum * v) : v)));
        }
    }
}
