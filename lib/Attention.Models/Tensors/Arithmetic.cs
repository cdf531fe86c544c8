using System.Numerics;
using System.Runtime.InteropServices;

namespace Attention.Models;

/// <summary>A function of two numbers, for registers and for the rest that fills none.</summary>
internal interface IBinary
{
    static abstract Vector<float> Of(Vector<float> left, Vector<float> right);

    static abstract float Of(float left, float right);
}

/// <summary>Elementwise arithmetic on spans. A result may be an operand itself.</summary>
internal static class Arithmetic
{
    internal readonly struct Plus : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left + right;

        public static float Of(float left, float right) => left + right;
    }

    internal readonly struct Minus : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left - right;

        public static float Of(float left, float right) => left - right;
    }

    internal readonly struct Times : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left * right;

        public static float Of(float left, float right) => left * right;
    }

    internal readonly struct Over : IBinary
    {
        public static Vector<float> Of(Vector<float> left, Vector<float> right) => left / right;

        public static float Of(float left, float right) => left / right;
    }

    internal static void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Run<Plus>(left, right, result);

    internal static void Scale(ReadOnlySpan<float> x, float factor, Span<float> result) => RunRight<Times>(x, factor, result);

    /// <summary>result += factor · x</summary>
    internal static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> result)
    {
        int whole = x.Length - (x.Length % Vector<float>.Count);
        ReadOnlySpan<Vector<float>> terms = MemoryMarshal.Cast<float, Vector<float>>(x[..whole]);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(result[..whole]);
        for (int i = 0; i < terms.Length; i++)
        {
            sums[i] += terms[i] * factor;
        }

        for (int i = whole; i < x.Length; i++)
        {
            result[i] += x[i] * factor;
        }
    }

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

    /// <summary>The sum, in double precision and in order.</summary>
    internal static double Sum(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x)
        {
            sum += value;
        }

        return sum;
    }
}
