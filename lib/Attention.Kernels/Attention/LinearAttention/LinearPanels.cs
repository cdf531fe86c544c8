using System.Runtime.InteropServices;

namespace Attention.Kernels;

/// <summary>The scratch of one key head: panels of a chunk's rows, every row padded to whole registers. Values get a last column of ones, whose weighted sum is the normaliser.</summary>
internal readonly unsafe struct LinearPanels
{
    internal LinearPanels(AttentionShape shape, LinearAttentionForm form, float* start)
    {
        Chunk = form.ChunkFor(shape);
        Width = Padded.Count(shape.Width);
        ValueWidth = Padded.Count(shape.ValueWidth + 1);
        Pairs = Padded.Count(Chunk);
        Query = start;
        Key = Query + ((long)Chunk * Width);
        KeyTransposed = Key + ((long)Chunk * Width);
        Value = KeyTransposed + ((long)shape.Width * Pairs);
        Context = Value + ((long)Chunk * ValueWidth);
        Weights = Context + ((long)Chunk * ValueWidth);
        State = Weights + ((long)Chunk * Pairs);
        End = State + ((long)shape.Width * ValueWidth);
    }

    /// <summary>Rows of a chunk.</summary>
    internal int Chunk { get; }

    /// <summary>Floats in a row of features.</summary>
    internal int Width { get; }

    /// <summary>Floats in a row of values, contexts and states.</summary>
    internal int ValueWidth { get; }

    /// <summary>Floats in a row of weights.</summary>
    internal int Pairs { get; }

    /// <summary>[chunk, D]; φ(q).</summary>
    internal float* Query { get; }

    /// <summary>[chunk, D]; φ(k).</summary>
    internal float* Key { get; }

    /// <summary>[D, chunk]; φ(k).</summary>
    internal float* KeyTransposed { get; }

    /// <summary>[chunk, Dv + 1]; the values, and a one.</summary>
    internal float* Value { get; }

    /// <summary>[chunk, Dv + 1]; sums of weighted values, and of the weights.</summary>
    internal float* Context { get; }

    /// <summary>[chunk, chunk]; φ(q)·φ(k).</summary>
    internal float* Weights { get; }

    /// <summary>[D, Dv + 1]; Σ φ(k) vᵀ, and Σ φ(k).</summary>
    internal float* State { get; }

    /// <summary>Where the next scratch begins.</summary>
    internal float* End { get; }

    internal static long CountOf(AttentionShape shape, LinearAttentionForm form) => new LinearPanels(shape, form, null).End - (float*)null;

    /// <summary>Brings values in, and appends the ones.</summary>
    internal void LoadValues(int rows, int valueWidth, float* value)
    {
        Padded.Load(rows, valueWidth, value, Value, ValueWidth);
        for (int row = 0; row < rows; row++)
        {
            Value[((long)row * ValueWidth) + valueWidth] = 1;
        }
    }

    /// <summary>Brings queries or keys in, and maps them.</summary>
    internal void LoadFeatures<TLanes>(FeatureMap map, int rows, int width, float* source, float* panel)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Padded.Load(rows, width, source, panel, Width);
        Features.Apply<TLanes>(map, panel, (long)rows * Width);
    }

    /// <summary>The state from which a head starts.</summary>
    internal void OpenState(AttentionShape shape, float* state)
    {
        if (state == null)
        {
            NativeMemory.Clear(State, (nuint)shape.Width * (nuint)ValueWidth * sizeof(float));
        }
        else
        {
            Padded.Load(shape.Width, shape.ValueWidth + 1, state, State, ValueWidth);
        }
    }

    /// <summary>Hides from each query of the chunk the keys after its own.</summary>
    /// <param name="pairs">[chunk, chunk]</param>
    /// <param name="rows">How many queries, and keys.</param>
    internal void HideFuture(float* pairs, int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            new Span<float>(pairs + ((long)i * Pairs) + i + 1, rows - i - 1).Clear();
        }
    }
}
