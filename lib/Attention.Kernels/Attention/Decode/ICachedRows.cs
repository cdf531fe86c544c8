namespace Attention.Kernels;

/// <summary>Keys and values of some sequences, in memory that need not be in one piece. A struct, so that every call is direct.</summary>
internal unsafe interface ICachedRows
{
    /// <summary>From a key to the next of a run.</summary>
    long KeyStride { get; }

    /// <summary>From a value to the next of a run.</summary>
    long ValueStride { get; }

    /// <summary>Tokens of a sequence.</summary>
    int Length(int sequence);

    /// <summary>Where a key lies, and how many follow each other from there.</summary>
    float* Key(int sequence, int head, int position, out int run);

    /// <summary>Where a value lies, and how many follow each other from there.</summary>
    float* Value(int sequence, int head, int position, out int run);
}

/// <summary>Sequences of a cache.</summary>
internal readonly unsafe struct CachedRows(KeyValueCache cache, int* chosen) : ICachedRows
{
    public long KeyStride => cache.Shape.Width;

    public long ValueStride => cache.ValueStride;

    public int Length(int sequence) => cache.Length(Chosen(sequence));

    public float* Key(int sequence, int head, int position, out int run) => cache.KeyRun(Chosen(sequence), head, position, out run);

    public float* Value(int sequence, int head, int position, out int run) => cache.ValueRun(Chosen(sequence), head, position, out run);

    private int Chosen(int sequence) => chosen == null ? sequence : chosen[sequence];
}
