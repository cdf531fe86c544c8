using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>What came out of comparing a cell's function with a kernel.</summary>
/// <remarks>
/// The text is the same on every machine. A difference is measured between the cell and the definition in double precision, never
/// against the kernel, whose last bits depend on the width of the machine's vectors; and it is shown as the power of ten that it stays below, one millionth at the least for float.
/// </remarks>
[TypeFormatterSource(typeof(FormatterSource<AgreementReport>))]
public sealed class AgreementReport : IShown
{
    private static readonly double[] Steps = [1e-12, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly Contract _contract;
    private readonly int _seed;
    private readonly int _found;
    private readonly IReadOnlyList<string> _kinds;

    internal AgreementReport(Contract contract, int cases, int seed, double largestDifference, IReadOnlyList<string> kinds) =>
        (_contract, Cases, _seed, LargestDifference, _kinds) = (contract, cases, seed, largestDifference, kinds);

    internal AgreementReport(Contract contract, int found, int cases, int seed, Failure failure) =>
        (_contract, _found, Cases, _seed, Failure, _kinds) = (contract, found, cases, seed, failure, []);

    /// <summary>The kernel's name in the catalogue.</summary>
    public string Name => _contract.Name;

    /// <summary>Whether the function agreed on every case.</summary>
    public bool Agrees => Failure is null;

    /// <summary>How many cases were to be tried.</summary>
    public int Cases { get; }

    /// <summary>The largest distance between the function's answers and the exact ones, relative to answers larger than one.</summary>
    public double LargestDifference { get; }

    internal Failure? Failure { get; }

    private string Verdict => Agrees
        ? $"{Name}: agrees on {Words.Count(Cases, "case")}, largest difference under {Below(LargestDifference)}"
        : $"{Name}: differs. Case {_found} of {Cases}, made as small as it will go:";

    private string HardInputs => string.Join(", ", _kinds.GroupBy(kind => kind).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} ({group.Count()})"));

    /// <summary>The verdict and what was tried, or the smallest case that differs.</summary>
    public override string ToString() => Agrees
        ? _kinds.Count == 0 ? Verdict : $"{Verdict}\nHard inputs among them: {HardInputs}"
        : $"{Verdict}\n\n{Counterexample.Describe(_contract, Failure!)}".TrimEnd('\n') + (_seed == Agreement.DefaultSeed ? "" : $"\nseed {_seed}");

    string IShown.ToHtml() => Agrees
        ? $"<div class=\"agreement agrees\"><p><strong>✓ {Html.Escape(Verdict)}</strong></p>{(_kinds.Count == 0 ? "" : $"<p><small>Hard inputs among them: {Html.Escape(HardInputs)}</small></p>")}</div>\n"
        : $"<div class=\"agreement differs\"><p><strong>≠ {Html.Escape(Verdict)}</strong></p><pre>{Html.Escape(Counterexample.Describe(_contract, Failure!))}</pre></div>\n";

    string? IShown.ToSvg() => null;

    JsonObject? IShown.ToPlotly() => null;

    private static string Below(double difference) =>
        Steps.FirstOrDefault(step => difference < step) is var step && step > 0 ? step.ToString("0e-00", System.Globalization.CultureInfo.InvariantCulture) : "the size of the numbers themselves";
}
