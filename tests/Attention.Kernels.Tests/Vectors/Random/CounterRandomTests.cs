namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed unsafe class CounterRandomTests
{
    private const ulong Wrap = 1UL << 32;

    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>What the author's own implementation, libxxhash 0.8.1, says: <c>XXH32(counter as 8 bytes, seed's upper half as 4, lowest first; seed's lower half)</c>.</summary>
    [Theory]
    [InlineData(0x0UL, 0x0UL, 0x31B8DA82U)]
    [InlineData(0x0UL, 0x1UL, 0x8843D650U)]
    [InlineData(0x1UL, 0x0UL, 0x932E1718U)]
    [InlineData(0x123456789ABCDEF0UL, 0xFEDCBA9876543210UL, 0xE60496FFU)]
    [InlineData(0xFFFFFFFFFFFFFFFFUL, 0xFFFFFFFFFFFFFFFFUL, 0x8C3B49E3U)]
    [InlineData(0x7E8UL, 0xFFFFFFFFUL, 0x3D8C05F6U)]
    [InlineData(0x7E8UL, 0x100000000UL, 0x0D721E08U)]
    [InlineData(0xFFFFFFFFUL, 0x7UL, 0xA3FE1154U)]
    [InlineData(0x100000000UL, 0x7UL, 0xC98D5FB9U)]
    public void Bits_KnownInputs_AreThePublishedHash(ulong seed, ulong counter, uint expected) => Assert.Equal(expected, CounterRandom.Bits(seed, counter));

    [Fact]
    public void Uniform_AnyBits_IsTheMiddleOfItsCell()
    {
        for (ulong counter = 0; counter < 10_000; counter++)
        {
            double expected = ((CounterRandom.Bits(601, counter) >> 9) + 0.5) / (1 << 23);
            Assert.Equal(expected, CounterRandom.Uniform(601, counter));
            Assert.InRange(expected, 1.0 / (1 << 24), 1 - (1.0 / (1 << 24)));
        }
    }

    /// <summary>Also where the counters' lower halves run over, in the middle of a register.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Uniform_NeighbouringCounters_AreTheSameOnEveryWidth(Form form)
    {
        foreach (ulong first in (ulong[])[0, 1, 12345, Wrap - 7, (3 * Wrap) - 20, ulong.MaxValue - 4])
        {
            float[] actual = new float[64];
            fixed (float* destination = actual)
            {
                Tiled.Run(new Neighbours(602 * Wrap, first, destination, actual.Length), 1, form.Options());
            }

            Bits.Same($"from {first}", [.. Enumerable.Range(0, 64).Select(i => CounterRandom.Uniform(602 * Wrap, first + (ulong)i))], actual);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Uniform_CounterPerLane_IsTheSameOnEveryWidth(Form form)
    {
        const int Lanes = 48, Offsets = 5;
        foreach (ulong first in (ulong[])[0, 98765, Wrap - 100, (5 * Wrap) - 3])
        {
            foreach (ulong step in (ulong[])[1, 77, Wrap - 1, Wrap + 3])
            {
                float[] actual = new float[Lanes * Offsets], low = new float[Lanes], high = new float[Lanes];
                fixed (float* destination = actual, lows = low, highs = high)
                {
                    CounterRandom.Split(first, step, lows, highs, Lanes);
                    Tiled.Run(new Panel(603, lows, highs, destination, Lanes, Offsets), 1, form.Options());
                }

                float[] expected = [.. from offset in Enumerable.Range(0, Offsets)
                                       from lane in Enumerable.Range(0, Lanes)
                                       select CounterRandom.Uniform(603, first + ((ulong)lane * step) + Panel.Moved(offset))];
                Bits.Same($"from {first} by {step}", expected, actual);
            }
        }
    }

    /// <summary>A uniform float has mean ½ and variance 1/12; both are sums of many independent terms, so five deviations are a fair demand.</summary>
    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(0xDEAD_BEEF_0000_0000UL)]
    public void Uniform_ManyCounters_HaveMeanAndVarianceOfTheUniformDistribution(ulong seed)
    {
        const int Count = 1 << 18;
        double sum = 0, squares = 0;
        for (ulong counter = 0; counter < Count; counter++)
        {
            double centred = CounterRandom.Uniform(seed, counter) - 0.5;
            (sum, squares) = (sum + centred, squares + (centred * centred));
        }

        Assert.InRange(sum / Count, -5 * Math.Sqrt(1 / 12.0 / Count), 5 * Math.Sqrt(1 / 12.0 / Count));
        double spread = Math.Sqrt(((1 / 80.0) - (1 / 144.0)) / Count); // the fourth central moment is 1/80
        Assert.InRange((squares / Count) - (1 / 12.0), -5 * spread, 5 * spread);
    }

    /// <summary>Pearson's chi-square over 4096 cells: of one number, and of a pair of neighbours, of two rows of a panel, of two seeds, of a counter's two halves.</summary>
    [Theory]
    [InlineData("one")]
    [InlineData("neighbours")]
    [InlineData("rows")]
    [InlineData("seeds")]
    [InlineData("upper halves of seeds")]
    [InlineData("upper halves of counters")]
    public void Bits_Pairs_FillTheirCellsEvenly(string pair)
    {
        const int Cells = 4096, Count = Cells * 64;
        int[] hits = new int[Cells];
        for (ulong counter = 0; counter < Count; counter++)
        {
            uint first = CounterRandom.Bits(604, counter);
            uint cell = pair switch
            {
                "one" => first >> 20,
                "neighbours" => Both(first, CounterRandom.Bits(604, counter + 1)),
                "rows" => Both(first, CounterRandom.Bits(604, counter + 1024)),
                "seeds" => Both(first, CounterRandom.Bits(605, counter)),
                "upper halves of seeds" => Both(first, CounterRandom.Bits(604 + Wrap, counter)),
                _ => Both(first, CounterRandom.Bits(604, counter + Wrap)),
            };
            hits[cell]++;
        }

        double mean = (double)Count / Cells;
        double chiSquare = hits.Sum(hit => (hit - mean) * (hit - mean) / mean);
        double spread = Math.Sqrt(2.0 * (Cells - 1));
        Assert.InRange(chiSquare, Cells - 1 - (5 * spread), Cells - 1 + (5 * spread));

        static uint Both(uint first, uint second) => ((first >> 26) << 6) | (second >> 26);
    }

    /// <summary>One bit of the counter or of the seed turned over turns every bit of the number over half of the time.</summary>
    [Fact]
    public void Bits_OneInputBitTurned_TurnsEachBitHalfOfTheTime()
    {
        const int Trials = 4096;
        double spread = 6 * Math.Sqrt(0.25 / Trials); // 4096 pairs of bits are looked at: one beyond five deviations would not be strange
        for (int input = 0; input < 128; input++)
        {
            int[] turned = new int[32];
            for (ulong trial = 0; trial < Trials; trial++)
            {
                ulong seed = 606 + (trial * 0x9E37_79B9_7F4A_7C15), counter = trial * 0xD1B5_4A32_D192_ED03;
                ulong bit = 1UL << (input % 64);
                uint difference = CounterRandom.Bits(seed, counter) ^ (input < 64 ? CounterRandom.Bits(seed, counter ^ bit) : CounterRandom.Bits(seed ^ bit, counter));
                for (int output = 0; output < 32; output++)
                {
                    turned[output] += (int)(difference >> output) & 1;
                }
            }

            for (int output = 0; output < 32; output++)
            {
                Assert.True(Math.Abs(((double)turned[output] / Trials) - 0.5) < spread, $"input bit {input} turns bit {output} in {turned[output]} of {Trials} trials");
            }
        }
    }

    private readonly struct Neighbours(ulong seed, ulong first, float* destination, int count) : ITiles
    {
        public long Count => 1;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (int i = 0; i < count; i += TLanes.Count)
            {
                TLanes.Store(destination + i, CounterRandom.Uniform<TLanes>(seed, first + (ulong)i));
            }
        }
    }

    private readonly struct Panel(ulong seed, float* low, float* high, float* destination, int lanes, int offsets) : ITiles
    {
        public long Count => 1;

        public long ScratchCount => 0;

        public static uint Moved(int offset) => (uint)offset * 300_000_000;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (int offset = 0; offset < offsets; offset++)
            {
                for (int i = 0; i < lanes; i += TLanes.Count)
                {
                    TLanes.Store(destination + (offset * lanes) + i, CounterRandom.Uniform(seed, TLanes.Load(low + i), TLanes.Load(high + i), Moved(offset)));
                }
            }
        }
    }
}
