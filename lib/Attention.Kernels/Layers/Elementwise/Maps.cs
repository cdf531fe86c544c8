using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>The maps that several kernels share.</summary>
internal static class Maps
{
    /// <summary>f(first)</summary>
    internal readonly struct Value<TFunction> : IMap
        where TFunction : struct, IFunction
    {
        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => TFunction.Of(first);
    }

    /// <summary>second · f′(first)</summary>
    internal readonly struct Slope<TFunction> : IMap
        where TFunction : struct, IFunction
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => second * TFunction.Derivative(first);
    }

    /// <summary>factor · first</summary>
    internal readonly struct Scaled : IMap
    {
        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => factor * first;
    }

    /// <summary>first + factor · second</summary>
    internal readonly struct Sum : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.MultiplyAdd(factor, second, first);
    }

    /// <summary>first · second</summary>
    internal readonly struct Product : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => first * second;
    }

    /// <summary>first / second</summary>
    internal readonly struct Quotient : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => first / second;
    }
}
