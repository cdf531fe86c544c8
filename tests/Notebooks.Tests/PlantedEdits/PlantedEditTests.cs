using System.Globalization;
using System.Text;
using Attention.Course.Documents;
using Attention.Course.Execution;
using Attention.Lab;

namespace Notebooks.Tests.PlantedEdits;

/// <summary>A wrong cell is caught: one token of an agreeing cell is changed, and its agreement must turn red.</summary>
public sealed class PlantedEditTests
{
    /// <summary>The share of edits that must be caught. What is left over computes the same, or differs only where no case looks; each is listed with its reason.</summary>
    private const double Floor = 0.95;

    [Fact]
    public async Task Agree_AfterAnyOneTokenEdit_TurnsRed()
    {
        int caught = 0, shown = 0;
        var uncaught = new List<(string Notebook, PlantedEdit Edit)>();
        foreach (string name in Course.Names.Where(name => AgreeingCells.In(Course.Read(name)).Count > 0))
        {
            PlayedNotebook played = await Course.PlayAsync(name);
            await AssertUneditedAgreesAsync(played);
            foreach (var (edit, cell, checks) in EditsOf(played.Notebook))
            {
                Verdict verdict = await TryAsync(played, cell, edit.Source, checks);
                caught += verdict is Verdict.Shown or Verdict.Broken ? 1 : 0;
                shown += verdict == Verdict.Shown ? 1 : 0;
                if (verdict == Verdict.Uncaught)
                {
                    uncaught.Add((name, edit));
                }
            }

            // And no edit has left a trace that made the later ones fail.
            await AssertUneditedAgreesAsync(played);
        }

        string report = Report(caught, shown, uncaught);
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.True(caught > 100, $"too few edits to prove anything\n{report}");
        Assert.True(caught >= Floor * (caught + uncaught.Count), report);
        Assert.True(uncaught.All(item => Reasons.Of(item.Edit) is not null), $"an edit is not caught and nobody knows why\n{report}");
        Assert.Empty(Reasons.All.Except(uncaught.Select(item => Reasons.KeyOf(item.Edit))));
    }

    private enum Verdict
    {
        /// <summary>The agreement shows a case that differs.</summary>
        Shown,

        /// <summary>A cell throws on its way to the agreement.</summary>
        Broken,

        Uncaught,
        NotCSharp,
    }

    /// <summary>Every edit of every function that agrees, once, with all the checks that it takes part in.</summary>
    private static IEnumerable<(PlantedEdit Edit, int Cell, IReadOnlyList<AgreeingFunction> Checks)> EditsOf(Notebook notebook)
    {
        var checks = AgreeingCells.In(notebook);
        var regions = checks.SelectMany(check => check.Regions).DistinctBy(part => (part.Cell, part.Region.Span)).OrderBy(part => part.Cell);
        foreach (var (cell, region) in regions)
        {
            var concerned = checks.Where(check => check.Regions.Any(part => part.Cell == cell && part.Region.Span == region.Span)).ToArray();
            foreach (PlantedEdit edit in OneTokenEdits.Of(notebook.Cells[cell].Id, notebook.Cells[cell].Source, region))
            {
                yield return (edit, cell, concerned);
            }
        }
    }

    private static async Task AssertUneditedAgreesAsync(PlayedNotebook played)
    {
        foreach (AgreeingFunction check in AgreeingCells.In(played.Notebook))
        {
            int first = check.Cells[0];
            Assert.Equal(Verdict.Uncaught, await TryAsync(played, first, played.Notebook.Cells[first].Source, [check]));
        }
    }

    private static async Task<Verdict> TryAsync(PlayedNotebook played, int editedCell, string edited, IReadOnlyList<AgreeingFunction> checks)
    {
        foreach (AgreeingFunction check in checks)
        {
            CellSession session = played.Session.Fork();
            foreach (int cell in check.Cells.Where(cell => cell >= editedCell))
            {
                string source = cell == editedCell ? edited : played.Notebook.Cells[cell].Source;
                CellResult result = await session.RunAsync(new CellCode(cell + 1, source), TestContext.Current.CancellationToken);
                if (result.Failure is { } failure)
                {
                    return failure.Kind == FailureKind.Compilation ? Verdict.NotCSharp
                        : failure.Name.EndsWith(nameof(DisagreementException), StringComparison.Ordinal) ? Verdict.Shown
                        : Verdict.Broken;
                }
            }
        }

        return Verdict.Uncaught;
    }

    private static string Report(int caught, int shown, List<(string Notebook, PlantedEdit Edit)> uncaught)
    {
        int all = caught + uncaught.Count;
        var report = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{caught} of {all} planted edits caught ({100.0 * caught / Math.Max(1, all):f1} %), {shown} of them by a case that differs");
        foreach (var (notebook, edit) in uncaught)
        {
            report.Append(CultureInfo.InvariantCulture, $"\n  not caught: {notebook}, {edit}\n    because: {Reasons.Of(edit) ?? "unknown"}");
        }

        return report.ToString();
    }
}
