namespace Attention.Kernels;

/// <summary>What the backward pass keeps beside the panels of the forward one, whose context holds the gradient of the sums, [do dz].</summary>
internal readonly unsafe struct LinearGradientPanels
{
    internal LinearGradientPanels(AttentionShape shape, LinearAttentionForm form, float* start)
    {
        Rows = new(shape, form, start);
        ValueTransposed = Rows.End;
        Slopes = ValueTransposed + ((long)(shape.ValueWidth + 1) * Rows.Pairs);
        Query = Slopes + ((long)Rows.Chunk * Rows.Pairs);
        Key = Query + ((long)Rows.Chunk * Rows.Width);
        Value = Key + ((long)Rows.Chunk * Rows.Width);
        StateTransposed = Value + ((long)Rows.Chunk * Rows.ValueWidth);
        End = StateTransposed + ((long)(shape.ValueWidth + 1) * Rows.Width);
    }

    /// <summary>Features, values and weights; its state is S on the way forth and R on the way back.</summary>
    internal LinearPanels Rows { get; }

    /// <summary>[Dv + 1, chunk]; the values, and ones.</summary>
    internal float* ValueTransposed { get; }

    /// <summary>[chunk, chunk]; dL/dweights.</summary>
    internal float* Slopes { get; }

    /// <summary>[chunk, D]; dL/dφ(q).</summary>
    internal float* Query { get; }

    /// <summary>[chunk, D]; dL/dφ(k).</summary>
    internal float* Key { get; }

    /// <summary>[chunk, Dv + 1]; dL/d[v 1].</summary>
    internal float* Value { get; }

    /// <summary>[Dv + 1, D]; the state, transposed.</summary>
    internal float* StateTransposed { get; }

    private float* End { get; }

    internal static long CountOf(AttentionShape shape, LinearAttentionForm form) => new LinearGradientPanels(shape, form, null).End - (float*)null;
}
