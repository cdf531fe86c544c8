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
    public void Run_ThatBreaks_CanBeResumedFromItsLastCheckpoint()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Line broken = new(), straight = new(), resumed = new();
        List<double> smooth = [];
        Trainer trainer = new(broken, Adam(broken), new() { Steps = 30, CheckpointPath = path, CheckpointEvery = 5 });
        Assert.Throws<InvalidOperationException>(() => trainer.Run(batch => batch < 13 ? broken.Loss(batch) : throw new InvalidOperationException(), Going));
        Assert.Equal(12, trainer.Losses.Count);
        Assert.False(broken.IsTraining);

        new Trainer(straight, Adam(straight), Smoothed(null)).Run(straight.Loss, Going);
        Trainer second = new(resumed, Adam(resumed), Smoothed(path));
        second.Run(resumed.Loss, Going);

        Assert.Equal(20, second.Losses.Count);
        Assert.Equal(straight.Numbers(), resumed.Numbers());
        Assert.Equal(smooth[10..30], smooth[30..]);

        TrainerOptions Smoothed(string? at) => new() { Steps = 30, CheckpointPath = at, Progress = new Told(progress => smooth.Add(progress.SmoothLoss)) };
    }

    [Fact]
    public void EarlyStopping_WaitsForTheLeastGain()
    {
        EarlyStopping stopping = new(patience: 2, leastGain: 0.5);

        Assert.True(stopping.Observe(3));
        Assert.False(stopping.Observe(2.6));
        Assert.True(stopping.Observe(2.4));
        Assert.False(stopping.Observe(double.NaN));
        Assert.False(stopping.ShouldStop);
        Assert.False(stopping.Observe(2));
        Assert.True(stopping.ShouldStop);
        Assert.Equal(2.4, stopping.Best);
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
        new Trainer(one, Sgd(one), new() { Steps = 4 }).Run(step => (one.Loss((2 * step) - 1) + one.Loss(2 * step)) * 0.5f, Going);
        Trainer accumulating = new(two, Sgd(two), new() { Steps = 4, AccumulateOver = 2 });
        accumulating.Run(two.Loss, Going);

        Assert.Equal((new Line(dropout: 0).Loss(1).Value + new Line(dropout: 0).Loss(2).Value) / 2, accumulating.Losses[0], 1e-6f);
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
    public void Run_Validates_EverySoManyStepsAndAtTheEnd()
    {
        Line model = new();
        List<double?> told = [];
        long measured = 0;
        Trainer trainer = new(model, Adam(model), new() { Steps = 8, ValidateEvery = 3, Validate = () => ++measured, Progress = new Told(progress => told.Add(progress.Validation)) });

        trainer.Run(model.Loss, Going);

        Assert.Equal([null, null, 1, 1, 1, 2, 2, 3], told);
    }

    [Fact]
    public void Run_ReportsALossThatIsSmoothed()
    {
        Line model = new();
        List<(float Loss, double Smooth)> told = [];
        new Trainer(model, Adam(model), new() { Steps = 5, Progress = new Told(progress => told.Add((progress.Loss, progress.SmoothLoss))) }).Run(model.Loss, Going);

        double smooth = told[0].Loss;
        foreach ((float loss, double reported) in told)
        {
            smooth = (0.95 * smooth) + (0.05 * loss);
            Assert.Equal(smooth, reported, 1e-12);
        }
    }

    [Fact]
    public void Run_ThatValidates_TrainsAsIfItDidNot()
    {
        Line plain = new(), validated = new();
        new Trainer(plain, Adam(plain), new() { Steps = 6 }).Run(plain.Loss, Going);
        bool wasTraining = false;
        TrainerOptions options = new() { Steps = 6, ValidateEvery = 2, Validate = () => (wasTraining |= validated.IsTraining) ? 1 : 0 };
        new Trainer(validated, Adam(validated), options).Run(validated.Loss, Going);

        Assert.Equal(plain.Numbers(), validated.Numbers()); // dropout goes on after each
        Assert.False(wasTraining);
    }

    [Fact]
    public void Run_Resumed_HasWaitedForWhatItWaitedBefore()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Line first = new(), second = new();
        new Trainer(first, Adam(first), Stopping(40, path, () => 1)).Run(first.Loss, Going); // the best at 20, none better at 40
        AdamOptimizer optimizer = Adam(second);
        new Trainer(second, optimizer, Stopping(200, path, () => 1)).Run(second.Loss, Going);

        Assert.Equal(60, optimizer.StepCount);
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
    public void Run_ResumedWithoutEarlyStopping_GoesOnToItsEnd()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Line first = new(), second = new(), straight = new();
        new Trainer(first, Adam(first), Stopping(20, path, () => 1)).Run(first.Loss, Going);
        Run(second, 30, path);
        Run(straight, 30, null);

        Assert.Equal(straight.Numbers(), second.Numbers());
    }

    [Fact]
    public void Run_ResumedWithADamagedFile_ChangesNothing()
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Line first = new();
        new Trainer(first, Adam(first), Stopping(20, path, () => 1)).Run(first.Loss, Going);
        (string Name, string? Text)[] damages = [("smoothLoss", "1,5"), ("smoothLoss", null), ("best", "NaN"), ("best", "one"), ("waited", null), ("waited", "-1"), ("waited", "99999999999")];
        foreach ((string name, string? text) in damages)
        {
            string damaged = folder[$"{name}.safetensors"];
            Rewrite(path, damaged, metadata => Change(metadata, $"note.{name}", text), weights => weights);
            Refused(damaged, "what the run noted beside its parameters is damaged");
        }

        string misshapen = folder["misshapen.safetensors"];
        Rewrite(path, misshapen, _ => { }, weights => weights.Name == "other.outer.bias" ? new(weights.Name, [1, 1], weights.Values) : weights);
        Refused(misshapen, "the best parameters of the run are damaged: Load: 1 tensor does not fit\n  misshapen outer.bias: expected [1], got [1, 1]");
        string whole = folder["whole.safetensors"];
        byte[] bytes = File.ReadAllBytes(path);
        int type = bytes.AsSpan().IndexOf("F32"u8);
        bytes[type] = (byte)'I';
        File.WriteAllBytes(whole, bytes);
        Refused(whole, "tensor \"model.inner.weight\" holds \"I32\"; a checkpoint's are floats");

        static void Refused(string path, string message)
        {
            Line model = new();
            AdamOptimizer optimizer = Adam(model);
            Trainer trainer = new(model, optimizer, Stopping(40, path, () => 1));

            Assert.Equal($"{path}: {message}", Assert.Throws<InvalidDataException>(() => trainer.Run(model.Loss, Going)).Message);
            Assert.Equal(new Line().Numbers(), model.Numbers());
            Assert.Equal(new Line().NamedRandomSources.Select(named => named.Value.Position), model.NamedRandomSources.Select(named => named.Value.Position));
            Assert.Equal(0, optimizer.StepCount);
            Assert.All(optimizer.State().Values, memory => Assert.All(memory.ToArray(), number => Assert.Equal(0, number)));
        }
    }

    [Fact]
    public void Run_ThatStopsEarly_SaysWhichReportIsTheLast()
    {
        using TemporaryFolder folder = new();
        Line model = new();
        List<(long Step, bool IsLast)> told = [];
        TrainerOptions options = Stopping(100, folder["run.safetensors"], () => 1) with { Progress = new Told(progress => told.Add((progress.Step, progress.IsLast))) };
        new Trainer(model, Adam(model), options).Run(model.Loss, Going);

        Assert.Equal(60, told.Count);
        Assert.Equal([(60, true)], told.Where(progress => progress.IsLast));
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
    public void Run_IntoNaNBesideAMask_DoesNotBlameTheMask()
    {
        Line model = new();
        Tensor mask = Tensor.Of([0, float.NegativeInfinity]), weight = Tensor.Full(-1, 1).WithGradient("scale");
        mask.Name = "mask";
        Trainer trainer = new(model, Adam(model), new() { Steps = 3 });

        var refused = Assert.Throws<NotFiniteException>(() => trainer.Run(batch => model.Loss(batch) + (weight.Log() + mask).Softmax().Sum(), Going));

        Assert.Equal("step 1: the loss is NaN; the first to go wrong is Log [1] with scale, which holds NaN", refused.Message);
        Assert.False(model.IsTraining);
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

    // Adam would not tell a mean from a sum.
    private static SgdOptimizer Sgd(Module model) => new(model.NamedParameters, 0.1);

    private static AdamOptimizer Adam(Module model) => new(model.NamedParameters, 0.01);

    private static Trainer Run(Line model, long steps, string? path)
    {
        Trainer trainer = new(model, Adam(model), new() { Steps = steps, CheckpointPath = path, CheckpointEvery = 5 });
        trainer.Run(model.Loss, Going);
        return trainer;
    }

    private static TrainerOptions Stopping(long steps, string path, Func<double> validate) =>
        new() { Steps = steps, CheckpointPath = path, Validate = validate, ValidateEvery = 20, EarlyStopping = new(patience: 2) };

    private static void Rewrite(string from, string to, Action<Dictionary<string, string>> change, Func<NamedWeights, NamedWeights> with)
    {
        using SafetensorsFile file = SafetensorsFile.Open(from);
        Dictionary<string, string> metadata = new(file.Metadata);
        change(metadata);
        SafetensorsFile.Write(to, file.Tensors.Select(entry => with(file.Read(entry.Name))), metadata);
    }

    private static void Change(Dictionary<string, string> texts, string name, string? text)
    {
        Assert.True(texts.Remove(name));
        if (text is not null)
        {
            texts.Add(name, text);
        }
    }

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
