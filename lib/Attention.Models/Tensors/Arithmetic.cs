using System.Numerics;
using System.Runtime.InteropServices;
using Attention.Kernels;

namespace Attention.Models;

/// <summary>A function of two numbers: as a kernel for whole buffers, and for the short runs of shapes that broadcast in several axes at once.</summary>
internal interface IBinary
{
    static abstract Vector<float> Of(Vector<float> left, Vector<float> right);

    static abstract float Of(float left, float right);

    /// <summary>All pairs of two buffers.</summary>
    static abstract void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

    /// <summary>A slice of the right along an axis of the left; false where there is no kernel for it.</summary>
    static virtual bool Along(AxisShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> slice, Span<float> result) => false;

    /// <summary>Whether left and right may be exchanged.</summary>
    static virtual bool IsCommutative => false;
}

/// <summary>Elementwise arithmetic on spans. A result may be an operand itself.</summary>
internal static class Arithmetic
{
    internal readonly struct Plus : IBinary
    {
        public static bool IsCommutative => true;

        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left + right;

        public static float Of(float left, float right) => left + right;

        public static void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Addition.Forward(left, right, 1, result, Compute.Options);

        public static bool Along(AxisShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> slice, Span<float> result)
        {
            BroadcastAddition.Forward(shape, left, slice, 1, result, Compute.Options);
            return true;
        }
    }

    internal readonly struct Minus : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left - right;

        public static float Of(float left, float right) => left - right;

        public static void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Addition.Forward(left, right, -1, result, Compute.Options);

        public static bool Along(AxisShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> slice, Span<float> result)
        {
            BroadcastAddition.Forward(shape, left, slice, -1, result, Compute.Options);
            return true;
        }
    }

    internal readonly struct Times : IBinary
    {
        public static bool IsCommutative => true;

        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left * right;

        public static float Of(float left, float right) => left * right;

        public static void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Multiplication.Forward(left, right, result, Compute.Options);

        public static bool Along(AxisShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> slice, Span<float> result)
        {
            BroadcastMultiplication.Forward(shape, left, slice, result, Compute.Options);
            return true;
        }
    }

    internal readonly struct Over : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left / right;

        public static float Of(float left, float right) => left / right;

        public static void All(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Division.Forward(left, right, result, Compute.Options);
    }

    internal static void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Addition.Forward(left, right, 1, result, Compute.Options);

    internal static void Scale(ReadOnlySpan<float> x, float factor, Span<float> result) => Scaling.Forward(x, factor, result, Compute.Options);

    internal static void Run<TBinary>(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        where TBinary : struct, IBinary
    {
        int whole = result.Length - (result.Length % Vector<float>.Count);
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(left[..whole]), b = MemoryMarshal.Cast<float, Vector<float>>(right[..whole]);
        Span<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(result[..whole]);
        for (int i = 0; i < y.Length && i < a.Length && i < b.Length; i++)
        {
            y[i] = TBinary.Of(a[i], b[i]);
        }

        for (int i = whole; i < result.Length; i++)
        {
            result[i] = TBinary.Of(left[i], right[i]);
        }
    }

    internal static void RunRight<TBinary>(ReadOnlySpan<float> left, float right, Span<float> result)
        where TBinary : struct, IBinary
    {
        int whole = result.Length - (result.Length % Vector<float>.Count);
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(left[..whole]);
        Span<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(result[..whole]);
        Vector<float> b = new(right);
        for (int i = 0; i < y.Length && i < a.Length; i++)
        {
            y[i] = TBinary.Of(a[i], b);
        }

        for (int i = whole; i < result.Length; i++)
        {
            result[i] = TBinary.Of(left[i], right);
        }
    }

    internal static void RunLeft<TBinary>(float left, ReadOnlySpan<float> right, Span<float> result)
        where TBinary : struct, IBinary
    {
        int whole = result.Length - (result.Length % Vector<float>.Count);
        ReadOnlySpan<Vector<float>> b = MemoryMarshal.Cast<float, Vector<float>>(right[..whole]);
        Span<Vector<float>> y = MemoryMarshal.Cast<float, Vector<float>>(result[..whole]);
        Vector<float> a = new(left);
        for (int i = 0; i < y.Length && i < b.Length; i++)
        {
            y[i] = TBinary.Of(a, b[i]);
        }

        for (int i = whole; i < result.Length; i++)
        {
            result[i] = TBinary.Of(left, right[i]);
        }
    }
}
