using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>Which of two ways is faster, and by how much.</summary>
[TypeFormatterSource(typeof(FormatterSource<TimingReport>))]
public sealed class TimingReport : IShown
{
    private readonly string _first;
    private readonly string _second;
    private readonly int _turns;

    internal TimingReport(string first, string second, double ratio, int turns) => (_first, _second, Ratio, _turns) = (first, second, ratio, turns);

    /// <summary>The median time of the first way over that of the second: above 1, the second is faster.</summary>
    public double Ratio { get; }

    private string Verdict => Ratio >= 1
        ? $"{_second}: {Factor(Ratio)} times as fast as {_first}"
        : $"{_first}: {Factor(1 / Ratio)} times as fast as {_second}";

    private string Method => $"medians of {Words.Count(_turns, "turn")} each, taken alternately";

    /// <summary>The verdict and how it was measured.</summary>
    public override string ToString() => $"{Verdict} ({Method})";

    string IShown.ToHtml() => $"<p><strong>{Html.Escape(Verdict)}</strong> <small>({Html.Escape(Method)})</small></p>\n";

    string? IShown.ToSvg() => null;

    JsonObject? IShown.ToPlotly() => null;

    // Two digits are as many as a second run will confirm.
    private static string Factor(double ratio) => Numbers.Significant(ratio, 2);
}
