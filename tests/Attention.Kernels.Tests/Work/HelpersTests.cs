namespace Attention.Kernels.Tests;

/// <summary>Threads that linger for work: none is promised work that does not come, and none is lost.</summary>
[Collection(Alone.Name)]
public sealed class HelpersTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>Work that is only passed on.</summary>
    private sealed class Parcel : TiledWork
    {
        public int Received;

        protected override unsafe void RunTile(long tile, float* scratch, CancellationToken cancellation) => throw new NotSupportedException();

        protected override void Release() => throw new NotSupportedException();
    }

    [Fact]
    public void TryGive_NobodyLingers_KeepsTheWork() => Assert.False(new Helpers().TryGive(new Parcel()));

    [Fact]
    public void Linger_NothingComes_LeavesForGood()
    {
        Helpers helpers = new();
        Assert.Null(helpers.Linger());
        Assert.False(helpers.TryGive(new Parcel()));
    }

    /// <summary>Each parcel that was taken off the givers' hands arrives exactly once, however many give and linger, and whenever they leave.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(3, 9)]
    public void Linger_ManyGiveAndLinger_LosesNothing(int givers, int lingerers)
    {
        const int Enough = 1000;
        Helpers helpers = new();
        bool isOver = false;
        int given = 0;
        Thread[] lingering =
        [
            .. Enumerable.Range(0, lingerers).Select(_ => new Thread(() =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    if (helpers.Linger() is Parcel parcel)
                    {
                        Interlocked.Increment(ref parcel.Received);
                    }
                }
            })),
        ];
        Parcel[][] parcels = new Parcel[givers][];
        Thread[] giving =
        [
            .. Enumerable.Range(0, givers).Select(giver => new Thread(() =>
            {
                List<Parcel> gone = [];
                long deadline = Environment.TickCount64 + (long)Long.TotalMilliseconds;
                while (Volatile.Read(ref given) < Enough && Environment.TickCount64 < deadline)
                {
                    Parcel parcel = new();
                    if (helpers.TryGive(parcel))
                    {
                        gone.Add(parcel);
                        Interlocked.Increment(ref given);
                    }
                    else
                    {
                        Thread.Yield();
                    }
                }

                parcels[giver] = [.. gone];
            })),
        ];
        foreach (Thread thread in (Thread[])[.. lingering, .. giving])
        {
            thread.Start();
        }

        foreach (Thread thread in giving)
        {
            thread.Join();
        }

        Volatile.Write(ref isOver, true);
        foreach (Thread thread in lingering)
        {
            Assert.True(thread.Join(Long), "a thread lingers for ever");
        }

        Assert.InRange(given, Enough, int.MaxValue);
        Assert.All(parcels.SelectMany(each => each), parcel => Assert.Equal(1, parcel.Received));
        Assert.False(helpers.TryGive(new Parcel()));
    }
}
