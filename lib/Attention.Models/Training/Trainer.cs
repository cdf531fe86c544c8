using System.Diagnostics;
using System.Globalization;

namespace Attention.Models;

/// <summary>Runs training: batch after batch through the loss, gradients, a step of the optimizer.</summary>
/// <remarks>
/// Every step's memory is used again by the next. With a checkpoint, a run that was stopped anywhere goes on where the file says, bit for bit, because batches are functions of the step.
/// <code>
/// var epochs = new Epochs(pairs.Count, batchSize: 32);
/// var trainer = new Trainer(model, new AdamOptimizer(model.NamedParameters, 1e-3), new() { Steps = 500, Progress = new ProgressDisplay() });
/// trainer.Run(batch => model.Loss(pairs, epochs.At(batch)));
/// </code>
/// </remarks>
public sealed class Trainer
{
    private readonly Module _model;
    private readonly Optimizer _optimizer;
    private readonly TrainerOptions _options;
    private readonly List<float> _losses = [];
    private Dictionary<string, Tensor>? _best;
    private double _smoothLoss = double.NaN;
    private double? _validation;

    /// <summary>A run.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">Over the model's parameters, or some of them.</param>
    /// <param name="options">How it goes.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Trainer(Module model, Optimizer optimizer, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_model, _optimizer, _options) = (model, optimizer, options);
    }

    /// <summary>The loss of every step that this run took, in order.</summary>
    public IReadOnlyList<float> Losses => _losses;

    /// <summary>Trains to the end, or until validation stops getting better. However it ends, the model is left as <see cref="Module.Evaluate"/> leaves it.</summary>
    /// <param name="loss">The loss of a batch, as a single number. Batches are counted from 1, <see cref="TrainerOptions.AccumulateOver"/> of them to a step; a batch must follow from its number alone.</param>
    /// <param name="cancellation">Stops the run after a step; the checkpoint, if there is to be one, is written first.</param>
    /// <exception cref="NotFiniteException">A loss or a gradient is NaN or infinite; the message says where that began. No parameter has been changed by that step.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged; nothing has changed.</exception>
    /// <exception cref="ArgumentException">The checkpoint is one of another model or optimizer; the message names everything that does not fit, and nothing has changed.</exception>
    public void Run(Func<long, Tensor> loss, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Resume();
        _model.Train();
        try
        {
            Steps(loss, cancellation);
            PutBackBest();
        }
        finally
        {
            _model.Evaluate();
        }
    }

    private void Steps(Func<long, Tensor> loss, CancellationToken cancellation)
    {
        long first = _optimizer.StepCount;
        long clock = Stopwatch.GetTimestamp();
        bool isStored = true;
        while (_optimizer.StepCount < _options.Steps && _options.EarlyStopping is not { ShouldStop: true })
        {
            if (cancellation.IsCancellationRequested)
            {
                Store(isStored);
                cancellation.ThrowIfCancellationRequested();
            }

            float value = Accumulate(loss);
            double norm = _optimizer.Step();
            long step = _optimizer.StepCount;
            _losses.Add(value);
            _smoothLoss = double.IsNaN(_smoothLoss) ? value : (0.95 * _smoothLoss) + (0.05 * value);
            Validate(step);
            isStored = step % _options.CheckpointEvery == 0;
            Store(!isStored);
            bool isLast = step >= _options.Steps || _options.EarlyStopping is { ShouldStop: true } || cancellation.IsCancellationRequested;
            _options.Progress?.Report(
                new(step, _options.Steps, value, _smoothLoss, norm, _optimizer.Rate.At(step), _validation, Stopwatch.GetElapsedTime(clock), step - first) { IsLast = isLast });
        }

        Store(isStored);
    }

    /// <summary>Gradients of one step, averaged over its batches.</summary>
    private float Accumulate(Func<long, Tensor> loss)
    {
        int parts = _options.AccumulateOver;
        double sum = 0;
        _optimizer.ZeroGradients();
        for (int part = 1; part <= parts; part++)
        {
            using MemoryScope scope = Memory.Scope();
            Tensor result = loss((_optimizer.StepCount * parts) + part);
            if (!float.IsFinite(result.Value))
            {
                throw NotFiniteException.InLoss(_optimizer.StepCount + 1, result);
            }

            sum += result.Value;
            result.Backward();
        }

        if (parts > 1)
        {
            _optimizer.ScaleGradients(1f / parts);
        }

        return (float)(sum / parts);
    }

    private void Validate(long step)
    {
        if (_options.Validate is not { } measure || (step % _options.ValidateEvery != 0 && step != _options.Steps))
        {
            return;
        }

        _model.Evaluate();
        using (Gradients.Off())
        using (Memory.Scope())
        {
            _validation = measure();
        }

        _model.Train();
        if (_options.EarlyStopping?.Observe(_validation.Value) == true)
        {
            _best = _model.State().ToDictionary(named => named.Key, named => named.Value.ToLasting());
        }
    }

    private void PutBackBest()
    {
        if (_best is not null)
        {
            _model.Load(_best);
        }
    }

    private void Store(bool isStored)
    {
        if (_options.CheckpointPath is { } path && !isStored)
        {
            Checkpoint.Save(path, _model, _optimizer, Notes(), _best);
        }
    }

    private void Resume()
    {
        if (_options.CheckpointPath is not { } path || !File.Exists(path))
        {
            return;
        }

        (double smoothLoss, double best, int waited) = (0, 0, 0);
        (_, IReadOnlyDictionary<string, Tensor> others) = Checkpoint.Load(path, _model, _optimizer, (notes, parameters) =>
        {
            (smoothLoss, best, waited) = Read(path, notes);
            CheckBest(path, parameters);
        });
        _smoothLoss = smoothLoss;
        _options.EarlyStopping?.Restore(best, waited);
        _best = _options.EarlyStopping is null || others.Count == 0 ? null : others.ToDictionary(named => named.Key, named => named.Value.ToLasting());
    }

    private Dictionary<string, string> Notes()
    {
        var notes = new Dictionary<string, string> { ["smoothLoss"] = _smoothLoss.ToString("R", CultureInfo.InvariantCulture) };
        if (_options.EarlyStopping is { } stopping)
        {
            notes["best"] = stopping.Best.ToString("R", CultureInfo.InvariantCulture);
            notes["waited"] = stopping.Waited.ToString(CultureInfo.InvariantCulture);
        }

        return notes;
    }

    private static (double SmoothLoss, double Best, int Waited) Read(string path, IReadOnlyDictionary<string, string> notes)
    {
        (double best, int waited) = (double.PositiveInfinity, 0);
        bool isWhole = double.TryParse(notes.GetValueOrDefault("smoothLoss"), NumberStyles.Float, CultureInfo.InvariantCulture, out double smoothLoss);
        if (isWhole && notes.TryGetValue("best", out string? text))
        {
            isWhole = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out best) && !double.IsNaN(best)
                && int.TryParse(notes.GetValueOrDefault("waited"), NumberStyles.None, CultureInfo.InvariantCulture, out waited);
        }

        return isWhole ? (smoothLoss, best, waited) : throw new InvalidDataException($"{path}: what the run noted beside its parameters is damaged");
    }

    private void CheckBest(string path, IReadOnlyDictionary<string, Tensor> best)
    {
        try
        {
            if (best.Count > 0)
            {
                StateDictionary.Check(_model.State().ToDictionary(own => own.Key, own => own.Value.Shape), best.ToDictionary(stored => stored.Key, stored => stored.Value.Shape));
            }
        }
        catch (ArgumentException misfit)
        {
            throw new InvalidDataException($"{path}: the best parameters of the run are damaged: {misfit.Message}", misfit);
        }
    }
}
