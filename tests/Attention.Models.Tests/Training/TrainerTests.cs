using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Training;

public sealed class TrainerTests
{
    private static CancellationToken Going => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_Learns()
    {
        Line model = new(dropout: 0);
        Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, Schedule.Cosine(0.03, 200)), new() { Steps = 200 });

        trainer.Run(model.Loss, Going);

        Assert.Equal(200, trainer.Losses.Count);
        Assert.True(trainer.Losses[^1] < 0.01 * trainer.Losses[0], $"{trainer.Losses[0]} to {trainer.Losses[^1]}");
        Assert.False(model.IsTraining);
    }

    [Fact]
    public void Run_StoppedAndResumed_IsTheSameBitForBit()
    {
        using TemporaryFolder folder = new();
        string path = folder[Path.Combine("deep", "run.safetensors")];
        Line straight = new();
        Run(straight, 30, null);

        Run(new Line(), 13, path);
        Line resumed = new();
        Trainer trainer = Run(resumed, 30, path);

        Assert.Equal(17, trainer.Losses.Count);
        Assert.Equal(straight.Numbers(), resumed.Numbers());
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Run_Cancelled_StoresWhatItHas()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        using CancellationTokenSource cancellation = new();
        Line model = new(), straight = new();
        Run(straight, 5, null);
        Trainer trainer = new(model, Adam(model), new() { Steps = 100, CheckpointPath = path, Progress = new Told(progress => CancelAt(progress, 5, cancellation)) });

        Assert.Throws<OperationCanceledException>(() => trainer.Run(model.Loss, cancellation.Token));

        Line stored = new();
        Checkpoint.Load(path, stored, Adam(stored));
        Assert.Equal(straight.Numbers(), stored.Numbers());
    }

    [Fact]
    public void Run_Accumulating_IsTheStepOfTheMean()
    {
        Line one = new(dropout: 0), two = new(dropout: 0);
        new Trainer(one, Adam(one), new() { Steps = 4 }).Run(step => (one.Loss((2 * step) - 1) + one.Loss(2 * step)) * 0.5f, Going);
        new Trainer(two, Adam(two), new() { Steps = 4, AccumulateOver = 2 }).Run(two.Loss, Going);

        Assert.All(one.Numbers().Zip(two.Numbers()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Run_WhenValidationWorsens_StopsAndPutsTheBestBack()
    {
        Line model = new(dropout: 0);
        double[] measurements = [3, 1, 2, 2, 2, 0];
        int measured = 0;
        float[] best = [];
        Trainer trainer = new(model, Adam(model), new()
        {
            Steps = 60,
            ValidateEvery = 10,
            EarlyStopping = new(patience: 3),
            Validate = () =>
            {
                Assert.False(model.IsTraining || Gradients.AreOn);
                best = measured == 1 ? model.Numbers() : best;
                return measurements[measured++];
            },
        });

        trainer.Run(model.Loss, Going);

        Assert.Equal(50, trainer.Losses.Count);
        Assert.Equal(best, model.Numbers());
    }

    [Fact]
    public void Run_ResumedAfterTheBest_StillPutsItBack()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        float[] best = [];
        Line first = new();
        new Trainer(first, Adam(first), Stopping(20, path, () => { best = first.Numbers(); return 1; })).Run(first.Loss, Going);
        Line second = new();
        new Trainer(second, Adam(second), Stopping(100, path, () => 2)).Run(second.Loss, Going);

        Assert.Equal(best, second.Numbers());
    }

    [Fact]
    public void Run_IntoNaN_SaysWhereItBegan()
    {
        Line model = new();
        Tensor weight = Tensor.Full(-1, 1).WithGradient("outer.scale");
        Trainer trainer = new(model, Adam(model), new() { Steps = 3 });

        var refused = Assert.Throws<NotFiniteException>(() => trainer.Run(batch => model.Loss(batch) + (weight.Log() * 2).Exp().Sum(), Going));

        Assert.Equal("step 1: the loss is NaN; the first to go wrong is Log [1] with outer.scale, which holds NaN", refused.Message);
        Assert.Empty(trainer.Losses);
    }

    [Fact]
    public void Run_OnABadInput_NamesIt()
    {
        Line model = new();
        Tensor input = Tensor.Of([float.NaN, 1, 1], 1, 3);
        input.Name = "image";
        Trainer trainer = new(model, Adam(model), new() { Steps = 3 });

        var refused = Assert.Throws<NotFiniteException>(() => trainer.Run(_ => model.Forward(input).Sum(), Going));

        Assert.Equal("step 1: the loss is NaN; image [1, 3] holds NaN", refused.Message);
    }

    [Fact]
    public void Load_OfAnothersRun_NamesWhatDiffers()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Line model = new(seed: 1);
        Checkpoint.Save(path, model, Adam(model));
        float[] before = model.Numbers();

        Line other = new(seed: 2);
        Assert.Contains("the random numbers of dropout.random have the seed", Assert.Throws<ArgumentException>(() => Checkpoint.Load(path, other, Adam(other))).Message, StringComparison.Ordinal);
        Assert.Equal(new Line(seed: 2).Numbers(), other.Numbers());
        Assert.Contains("was trained with AdamOptimizer, not with SgdOptimizer", Assert.Throws<ArgumentException>(() => Checkpoint.Load(path, model, new SgdOptimizer(model.NamedParameters, 1))).Message, StringComparison.Ordinal);
        Wide wide = new();
        string message = Assert.Throws<ArgumentException>(() => Checkpoint.Load(path, wide, Adam(wide))).Message;
        Assert.Contains("unexpected model.inner.weight [8, 3]", message, StringComparison.Ordinal);
        Assert.Contains("missing model.weight [4, 4]", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Numbers());
    }

    [Fact]
    public void Load_OfAFileThatIsNoCheckpoint_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder["weights.safetensors"];
        SafetensorsFile.Write(path, [new("a", [1], new float[] { 1 })]);
        Line model = new();

        Assert.Contains("not a checkpoint of a training run", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path, model, Adam(model))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Line model = new();

        Assert.StartsWith("Steps: expected at least 1, got 0", Assert.Throws<ArgumentException>(() => new Trainer(model, Adam(model), new() { Steps = 0 })).Message, StringComparison.Ordinal);
        Assert.StartsWith("EarlyStopping: needs Validate", Assert.Throws<ArgumentException>(() => new Trainer(model, Adam(model), new() { Steps = 1, EarlyStopping = new(1) })).Message, StringComparison.Ordinal);
    }

    private static AdamOptimizer Adam(Module model) => new(model.NamedParameters, 0.01);

    private static Trainer Run(Line model, long steps, string? path)
    {
        Trainer trainer = new(model, Adam(model), new() { Steps = steps, CheckpointPath = path, CheckpointEvery = 5 });
        trainer.Run(model.Loss, Going);
        return trainer;
    }

    private static TrainerOptions Stopping(long steps, string path, Func<double> validate) =>
        new() { Steps = steps, CheckpointPath = path, Validate = validate, ValidateEvery = 20, EarlyStopping = new(patience: 2) };

    private static void CancelAt(TrainingProgress progress, long step, CancellationTokenSource cancellation)
    {
        if (progress.Step == step)
        {
            cancellation.Cancel();
        }
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }

    private sealed class Wide : Module
    {
        internal Wide() => Parameter("weight", Tensor.Ones(4, 4));
    }
}
