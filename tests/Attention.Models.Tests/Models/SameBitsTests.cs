namespace Attention.Models.Tests.Models;

/// <summary>The same seed trains to the same bits, whatever the threads. How many there are is one switch for all, so nothing runs beside these tests.</summary>
[Collection(Learning.Name)]
public sealed class SameBitsTests
{
    public static TheoryData<string> Names => [.. EveryModel.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_OfEveryModel_IsTheSameEachTime(string name) => IsTheSame(seed =>
    {
        EveryModel one = EveryModel.New(name, seed);
        return (one.Model, () => one.Loss(2));
    });

    /// <summary>Large enough that kernels share their work among threads.</summary>
    [Fact]
    public void Training_OfALargerModel_IsTheSameEachTime()
    {
        RandomSource random = new(4);
        int[] text = [.. Enumerable.Range(0, 16 * 65).Select(_ => random.NextInt(256))];
        IsTheSame(seed =>
        {
            Gpt model = new(new(256) { Context = 64, Dropout = 0.1f }, new(seed));
            return (model, () => model.Loss(text, 16));
        });
    }

    private static void IsTheSame(Func<ulong, (Module Model, Func<Tensor> Loss)> make)
    {
        int threads = Compute.MaxThreads;
        try
        {
            Compute.MaxThreads = 1;
            float[] alone = Trained(1);
            Compute.MaxThreads = 4;
            Assert.Equal(alone, Trained(1));
            Assert.NotEqual(alone, Trained(2));
        }
        finally
        {
            Compute.MaxThreads = threads;
        }

        float[] Trained(ulong seed)
        {
            (Module model, Func<Tensor> loss) = make(seed);
            Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 0.01), new() { Steps = 3 });
            trainer.Run(_ => loss(), TestContext.Current.CancellationToken);
            return [.. trainer.Losses, .. model.Parameters.SelectMany(parameter => parameter.ToArray())];
        }
    }
}
