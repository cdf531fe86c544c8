namespace Attention.Kernels;

/// <summary>What the backward pass keeps beside the panels of the forward one, for one block of queries against one block of keys.</summary>
internal readonly unsafe struct RelativeGradientPanels
{
    internal RelativeGradientPanels(AttentionShape shape, float* start)
    {
        Rows = new(shape, start);
        int width = Rows.Width, valueWidth = Rows.ValueWidth;
        Key = Rows.End;
        Position = Key + ((long)RelativePanels.Keys * width);
        ValueTransposed = Position + ((long)RelativePanels.Distances * width);
        OutputGradient = ValueTransposed + ((long)shape.ValueWidth * RelativePanels.Keys);
        Mean = OutputGradient + ((long)RelativePanels.Queries * valueWidth);
        Slopes = Mean + RelativePanels.Queries;
        ContentQuery = Slopes + (RelativePanels.Queries * RelativePanels.Keys);
        PositionQuery = ContentQuery + ((long)RelativePanels.Queries * width);
        Sums = PositionQuery + ((long)RelativePanels.Queries * width);
        End = Sums + ((long)RelativePanels.Distances * Math.Max(width, valueWidth));
    }

    /// <summary>Queries, scores and weights. Its position scores hold their gradient once they have been used.</summary>
    internal RelativePanels Rows { get; }

    /// <summary>[keys, D]</summary>
    internal float* Key { get; }

    /// <summary>[distances, D], the largest distance first.</summary>
    internal float* Position { get; }

    /// <summary>[Dv, keys]</summary>
    internal float* ValueTransposed { get; }

    /// <summary>[queries, Dv]</summary>
    internal float* OutputGradient { get; }

    /// <summary>[queries]; Σ output · doutput, which is Σ weight · dweight.</summary>
    internal float* Mean { get; }

    /// <summary>[queries, keys]; dL/dweights, then the gradient of scores before they were scaled.</summary>
    internal float* Slopes { get; }

    /// <summary>[queries, D]; dL/d(q + u) so far.</summary>
    internal float* ContentQuery { get; }

    /// <summary>[queries, D]; dL/d(q + v) so far.</summary>
    internal float* PositionQuery { get; }

    /// <summary>[distances, D or Dv]; what a block adds to a gradient of keys, values or positions.</summary>
    internal float* Sums { get; }

    private float* End { get; }

    internal static long CountOf(AttentionShape shape) => new RelativeGradientPanels(shape, null).End - (float*)null;
}
