using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>The feature maps over rows in scratch.</summary>
internal static unsafe class Features
{
    /// <summary>φ(x), as the formula reads.</summary>
    internal static float Of(FeatureMap map, float x) => map switch
    {
        FeatureMap.EluPlusOne => x > 0 ? x + 1 : MathF.Exp(x),
        FeatureMap.Relu => MathF.Max(0, x),
        _ => x,
    };

    /// <summary>φ′(x), as the formula reads.</summary>
    internal static float SlopeOf(FeatureMap map, float x) => map switch
    {
        FeatureMap.EluPlusOne => x > 0 ? 1 : MathF.Exp(x),
        FeatureMap.Relu => x > 0 ? 1 : 0,
        _ => 1,
    };

    /// <summary>φ of every element, in place.</summary>
    /// <param name="map">φ</param>
    /// <param name="values">[count]</param>
    /// <param name="count">A multiple of a register.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Apply<TLanes>(FeatureMap map, float* values, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        for (long i = 0; i < count && map == FeatureMap.EluPlusOne; i += TLanes.Count)
        {
            TLanes x = TLanes.Load(values + i);
            TLanes.Store(values + i, TLanes.WhereLess(x, zero, Exponential.Power(x), x + one));
        }

        for (long i = 0; i < count && map == FeatureMap.Relu; i += TLanes.Count)
        {
            TLanes.Store(values + i, TLanes.Max(zero, TLanes.Load(values + i)));
        }
    }

    /// <summary>slopes ⊙ φ′(x), in place.</summary>
    /// <param name="map">φ</param>
    /// <param name="features">[count]; φ(x), from which the slope follows: e^x itself below one, and 1 above.</param>
    /// <param name="slopes">[count]; dL/dφ before, dL/dx after.</param>
    /// <param name="count">A multiple of a register.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void ApplySlope<TLanes>(FeatureMap map, float* features, float* slopes, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        for (long i = 0; i < count && map == FeatureMap.EluPlusOne; i += TLanes.Count)
        {
            TLanes feature = TLanes.Load(features + i);
            TLanes.Store(slopes + i, TLanes.Load(slopes + i) * TLanes.WhereLess(feature, one, feature, one));
        }

        for (long i = 0; i < count && map == FeatureMap.Relu; i += TLanes.Count)
        {
            TLanes.Store(slopes + i, TLanes.WhereLess(zero, TLanes.Load(features + i), TLanes.Load(slopes + i), zero));
        }
    }
}
