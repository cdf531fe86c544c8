namespace Attention.Kernels.Tests;

/// <summary>What a kernel is given for one draw of the soak: sizes, buffers behind fences, and how to run.</summary>
internal sealed class SoakRun
{
    private readonly Fences fences;
    private readonly bool ordinary;

    /// <param name="seed">Decides all that is drawn.</param>
    /// <param name="fences">Where the buffers come from.</param>
    /// <param name="ordinary">No empty length, no output left out, no number out of the ordinary: for tests that want work done, and results to compare.</param>
    /// <param name="cancellation">Stops the kernel.</param>
    public SoakRun(int seed, Fences fences, bool ordinary = false, CancellationToken cancellation = default)
    {
        (this.fences, this.ordinary) = (fences, ordinary);
        Draw = new Draw(seed);
        Threads = Draw.Pick(1, 1, 0, 2, 3);
        Options = Draw.Pick<Form>(Forms.Supported).Options() with { MaxThreads = Threads, Cancellation = cancellation };
    }

    public Draw Draw { get; }

    /// <summary>0 stands for all.</summary>
    public int Threads { get; }

    public KernelOptions Options { get; }

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
    public int Length() => Math.Max(ordinary ? 1 : 0, Draw.Coin(0.7) ? Draw.Integer(0, 40) : Draw.Pick<int>(Lengths.Hard));

    /// <summary>How many there are of something, from none.</summary>
    public int Several(int most) => Draw.Integer(ordinary ? 1 : 0, most);

    /// <summary>The same without zero.</summary>
    public int Width(int most = 300) => Math.Clamp(Length(), 1, most);

    public RowShape Rows() => new(Several(12), Length());

    /// <summary>Any attention problem of a few thousand floats.</summary>
    public AttentionShape Attention()
    {
        int keyHeads = Draw.Integer(1, 3);
        return new(Several(2), keyHeads * Draw.Integer(1, 3), keyHeads, Length(), Length(), Width(80), Width(80));
    }

    /// <summary>Numbers that are mostly ordinary, and now and then huge, tiny, infinite or none at all.</summary>
    public Memory<float> In(int count)
    {
        IsWhole &= count > 0;
        float[] values = Draw.Normal(count, ordinary ? 1 : Draw.Pick(1.0, 1.0, 1.0, 1.0, 1e-39, 300));
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
    public Memory<float> Positive(int count) => fences.Input(Draw.Uniform(count, 0.1f, 4), $"positive input of {count}");

    public Memory<float> Out(int count)
    {
        IsWhole &= count > 0;
        return fences.Output(count, $"output of {count}");
    }

    /// <summary>An output that may be left out.</summary>
    public Memory<float> OutOrNothing(int count)
    {
        bool isWanted = ordinary || Draw.Coin(0.7);
        IsWhole &= isWanted;
        return isWanted ? Out(count) : Memory<float>.Empty;
    }

    /// <summary>A buffer that is read and written.</summary>
    public Memory<float> InOut(int count)
    {
        IsWhole &= count > 0;
        return fences.InPlace(Draw.Normal(count), $"state of {count}");
    }

    /// <summary>A mask of any kind.</summary>
    public Mask Mask(AttentionShape shape) => Draw.Mask(Draw.Pick<MaskKind>(MaskKinds.All), shape).Build(fences);
}
