using System.Globalization;

namespace Attention.Models;

/// <summary>Shows how training goes: one line that is written over in a terminal; elsewhere, in a notebook or a log, ten lines without times, which are the same in every run.</summary>
public sealed class ProgressDisplay : IProgress<TrainingProgress>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _writer;
    private readonly bool _writesOver;
    private TimeSpan _shownAt = TimeSpan.MinValue;
    private int _width;

    /// <summary>Shows it on the console.</summary>
    public ProgressDisplay()
        : this(Console.Out, writesOver: !Console.IsOutputRedirected)
    {
    }

    /// <summary>Shows it elsewhere.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="writesOver">Whether the writer is a terminal, in which a line can be written over.</param>
    public ProgressDisplay(TextWriter writer, bool writesOver = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        (_writer, _writesOver) = (writer, writesOver);
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        bool isLast = value.IsLast || value.Step == value.Steps;
        if (!_writesOver)
        {
            if (isLast || value.Step == 1 || value.Step * 10 / value.Steps > (value.Step - 1) * 10 / value.Steps)
            {
                _writer.WriteLine(Line(value));
            }
        }
        else if (isLast || _shownAt == TimeSpan.MinValue || value.Elapsed - _shownAt >= s_pause)
        {
            string line = Line(value) + string.Create(CultureInfo.InvariantCulture, $"  {value.StepsPerSecond:F1} steps/s  {value.Remaining:h\\:mm\\:ss} left");
            _writer.Write("\r" + line.PadRight(_width));
            (_width, _shownAt) = (line.Length, value.Elapsed);
            if (isLast)
            {
                _writer.WriteLine();
                (_width, _shownAt) = (0, TimeSpan.MinValue);
            }

            _writer.Flush();
        }
    }

    private static string Line(TrainingProgress value)
    {
        string step = value.Step.ToString(CultureInfo.InvariantCulture).PadLeft(value.Steps.ToString(CultureInfo.InvariantCulture).Length);
        string validation = value.Validation is { } measured ? string.Create(CultureInfo.InvariantCulture, $"  validation {measured:F4}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"step {step} of {value.Steps}  loss {value.SmoothLoss:F4}  rate {value.LearningRate:0.0e+0}{validation}");
    }
}
