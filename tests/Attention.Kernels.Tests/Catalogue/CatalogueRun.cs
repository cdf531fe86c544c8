namespace Attention.Kernels.Tests;

/// <summary>What a run is to be like.</summary>
internal enum RunKind
{
    /// <summary>Anything that a caller may do: empty lengths, outputs left out, numbers out of the ordinary.</summary>
    Any,

    /// <summary>None of these: for tests that want work done, and results to compare.</summary>
    Ordinary,

    /// <summary>Ordinary, and so long that a matrix of length by length is far larger than what the kernel is given: for tests that measure memory.</summary>
    Long,

    /// <summary>Ordinary, as long as the test says, and wide and many besides: for tests that need a kernel to be at work for a while.</summary>
    Busy,
}

/// <summary>What a kernel is given for one draw: sizes, buffers behind fences, and how to run.</summary>
internal sealed class CatalogueRun
{
    private const int Long = 2048;
    private const int LongRows = 256;
    private const int LongWidth = 16;
    private const int BusyWidth = 64;

    private readonly Fences fences;
    private readonly RunKind kind;
    private readonly int length;
    private readonly List<Memory<float>> results = [];

    public CatalogueRun(int seed, Fences fences, RunKind kind = RunKind.Any, int length = Long, CancellationToken cancellation = default)
    {
        (this.fences, this.kind, this.length) = (fences, kind, length);
        Draw = new Draw(seed);
        Threads = Draw.Pick(1, 1, 0, 2, 3);
        Options = (IsSized ? Form.Door : Draw.Pick<Form>(Forms.Supported)).Options() with { MaxThreads = Threads, Cancellation = cancellation };
    }

    public Draw Draw { get; }

    /// <summary>0 stands for all.</summary>
    public int Threads { get; }

    public KernelOptions Options { get; }

    /// <summary>All that the kernel writes.</summary>
    public IReadOnlyList<Memory<float>> Results => results;

    /// <summary>Floats that the kernel is given, masks and caches aside.</summary>
    public long Floats { get; private set; }

    /// <summary>The longest length that is drawn.</summary>
    public int Longest => IsSized ? length : Lengths.Hard[^1];

    /// <summary>Whether no buffer was empty or left out, so that there is something to do.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Either layout.</summary>
    public AttentionOptions AttentionOptions() => new()
    {
        MaxThreads = Options.MaxThreads,
        RegisterBits = Options.RegisterBits,
        Cancellation = Options.Cancellation,
        Layout = Draw.Pick(AttentionLayout.HeadsFirst, AttentionLayout.LengthFirst),
    };

    /// <summary>A length that loops go wrong at, more often short than long.</summary>
    public int Length() => IsSized ? length : Math.Max(Fewest, Draw.Coin(0.7) ? Draw.Integer(0, 40) : Draw.Pick<int>(Lengths.Hard));

    /// <summary>How many there are of something, from none.</summary>
    public int Several(int most) => kind switch
    {
        RunKind.Long => 1,
        RunKind.Busy => most,
        _ => Draw.Integer(Fewest, most),
    };

    /// <summary>The same for what nothing else makes longer: in a busy run there are as many as the test says.</summary>
    public int Many(int most) => kind == RunKind.Busy ? length : Several(most);

    /// <summary>A length without zero.</summary>
    public int Width(int most = 300) => kind switch
    {
        RunKind.Long => Math.Min(LongWidth, most),
        RunKind.Busy => Math.Min(BusyWidth, most),
        _ => Math.Clamp(Length(), 1, most),
    };

    public RowShape Rows() => new(IsSized ? LongRows : Several(12), Length());

    /// <summary>Any attention problem of a few thousand floats.</summary>
    public AttentionShape Attention()
    {
        int keyHeads = Draw.Integer(1, 3);
        return new(Several(2), keyHeads * Draw.Integer(1, 3), keyHeads, Length(), Length(), Width(80), Width(80));
    }

    /// <summary>Numbers that are mostly ordinary, and now and then huge, tiny, infinite or none at all.</summary>
    public Memory<float> In(int count)
    {
        Count(count);
        bool ordinary = kind != RunKind.Any;
        float[] values = Normal(count, ordinary ? 1 : Draw.Pick(1.0, 1.0, 1.0, 1.0, 1e-39, 300));
        for (int i = 0; !ordinary && Draw.Coin(0.1) && i < count; i += Draw.Integer(1, 50))
        {
            values[i] = Draw.Pick(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, float.MaxValue);
        }

        return fences.Input(values, $"input of {count}");
    }

    /// <summary>Whole numbers from 0 to one below the end.</summary>
    public Memory<int> Integers(int count, int end) => fences.Input(Enumerable.Range(0, count).Select(_ => Draw.Integer(0, end - 1)).ToArray(), $"integers of {count}");

    /// <summary>Flags, mostly set.</summary>
    public Memory<bool> Flags(int count) => fences.Input(Draw.Coins(count, 0.7), $"flags of {count}");

    /// <summary>Positive numbers, as variances and normalisers are.</summary>
    public Memory<float> Positive(int count)
    {
        Count(count);
        return fences.Input(Draw.Uniform(count, 0.1f, 4), $"positive input of {count}");
    }

    public Memory<float> Out(int count)
    {
        Count(count);
        return Result(fences.Output(count, $"output of {count}"));
    }

    /// <summary>An output that may be left out.</summary>
    public Memory<float> OutOrNothing(int count)
    {
        bool isWanted = kind != RunKind.Any || Draw.Coin(0.7);
        IsWhole &= isWanted;
        return isWanted ? Out(count) : Memory<float>.Empty;
    }

    /// <summary>A buffer that is read and written.</summary>
    public Memory<float> InOut(int count)
    {
        Count(count);
        return Result(fences.InPlace(Normal(count), $"state of {count}"));
    }

    /// <summary>A mask of any kind; in a run of given length one that needs no memory.</summary>
    public Mask Mask(AttentionShape shape) =>
        Draw.Mask(IsSized ? Draw.Pick(MaskKind.None, MaskKind.Causal, MaskKind.Window) : Draw.Pick<MaskKind>(MaskKinds.All), shape).Build(fences);

    /// <summary>In a run of given length the same numbers again and again: to draw them would take longer than the kernel.</summary>
    private float[] Normal(int count, double deviation = 1)
    {
        float[] drawn = Draw.Normal(IsSized ? Math.Min(count, Long) : count, deviation), values = new float[count];
        for (int first = 0; first < count; first += drawn.Length)
        {
            drawn.AsSpan(0, Math.Min(drawn.Length, count - first)).CopyTo(values.AsSpan(first));
        }

        return values;
    }

    private bool IsSized => kind is RunKind.Long or RunKind.Busy;

    private int Fewest => kind == RunKind.Any ? 0 : 1;

    private void Count(int count)
    {
        IsWhole &= count > 0;
        Floats += count;
    }

    private Memory<float> Result(Memory<float> memory)
    {
        results.Add(memory);
        return memory;
    }
}
