namespace Attention.Models;

/// <summary>Functions of one number and their slopes.</summary>
internal static class Functions
{
    /// <summary>A function, and its slope from what it read and what it gave.</summary>
    internal interface IFunction
    {
        static abstract float Of(float x);

        static abstract float Slope(float x, float y);
    }

    internal static void Forward<TFunction>(ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IFunction
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = TFunction.Of(x[i]);
        }
    }

    internal static void Backward<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
        where TFunction : struct, IFunction
    {
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] = dy[i] * TFunction.Slope(x[i], y[i]);
        }
    }

    internal readonly struct Abs : IFunction
    {
        public static float Of(float x) => MathF.Abs(x);

        public static float Slope(float x, float y) => x == 0 || float.IsNaN(x) ? x : MathF.CopySign(1, x);
    }

    internal readonly struct Sin : IFunction
    {
        public static float Of(float x) => MathF.Sin(x);

        public static float Slope(float x, float y) => MathF.Cos(x);
    }

    internal readonly struct Cos : IFunction
    {
        public static float Of(float x) => MathF.Cos(x);

        public static float Slope(float x, float y) => -MathF.Sin(x);
    }
}
