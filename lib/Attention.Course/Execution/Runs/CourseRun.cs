using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>How to run notebooks.</summary>
/// <param name="Timeout">How long one cell may take.</param>
/// <param name="Parallel">How many notebooks run at once.</param>
/// <param name="Update">Whether outputs are written back.</param>
/// <param name="Check">Whether stored outputs must be what the run shows.</param>
internal sealed record RunSettings(TimeSpan Timeout, int Parallel, bool Update = false, bool Check = false)
{
    /// <summary>Long enough for a cell that trains a small model.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(120);
}

/// <summary>A notebook after a run, and what the run means for its file.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stale">The cells whose stored outputs are not what the run showed; empty unless asked for.</param>
/// <param name="IsWritten">Whether the file has changed.</param>
/// <param name="Error">Why its file could not be read, or its outputs not be written; null when all is well.</param>
internal sealed record RunOutcome(NotebookRun Run, IReadOnlyList<StaleCell> Stale, bool IsWritten = false, UserError? Error = null)
{
    public bool Succeeded => Run.Succeeded && Stale.Count == 0 && Error is null;
}

/// <summary>Runs many notebooks, each in a process of its own, several at once.</summary>
internal static class CourseRun
{
    /// <summary>Runs notebook files; the outcomes come in the order of the paths.</summary>
    /// <param name="notebooks">Name and path of each.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Hears how it goes.</param>
    /// <param name="cancellation">Stops all processes; no file is left half written.</param>
    public static async Task<IReadOnlyList<RunOutcome>> RunAsync(
        IReadOnlyList<(string Name, string Path)> notebooks, RunSettings settings, IRunProgress progress, CancellationToken cancellation)
    {
        var first = new List<CellProcess>();
        try
        {
            // Processes get ready while the files are read.
            first.AddRange(notebooks.Take(settings.Parallel).Select(notebook => Start(notebook.Path)));
            var outcomes = new RunOutcome[notebooks.Count];
            var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellation };
            await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, notebooks.Count), options, async (index, stop) =>
            {
                var (name, path) = notebooks[index];
                await using CellProcess process = index < first.Count ? first[index] : Start(path);
                try
                {
                    string text = TextFile.Read(path);
                    NotebookRun run = await NotebookRunner.RunAsync(NotebookFile.Parse(text, TextFile.Name(path)), name, process, progress, stop);
                    outcomes[index] = Conclude(run, path, text, settings);
                }
                catch (UserError error)
                {
                    outcomes[index] = new RunOutcome(new NotebookRun(name, new Notebook(), [], TimeSpan.Zero), [], Error: error);
                }

                progress.Finished(outcomes[index]);
            });
            return outcomes;
        }
        finally
        {
            foreach (CellProcess process in first)
                await process.DisposeAsync();
        }

        CellProcess Start(string path) => CellProcess.Start(Path.GetDirectoryName(path)!, settings.Timeout);
    }

    private static RunOutcome Conclude(NotebookRun run, string path, string text, RunSettings settings)
    {
        IReadOnlyList<StaleCell> stale = settings.Check ? Freshness.Compare(run) : [];
        if (!settings.Update || !run.Succeeded)
            return new RunOutcome(run, stale);
        Notebook updated = run.Updated();
        if (NotebookFile.ToText(updated) == NotebookFile.ToText(run.Notebook))
            return new RunOutcome(run, stale);
        try
        {
            if (TextFile.Read(path) != text)
                throw new UserError($"{TextFile.Name(path)} was changed while it ran, so its outputs were not written; run it again.");
            NotebookFile.Write(path, updated);
            return new RunOutcome(run, stale, IsWritten: true);
        }
        catch (UserError error)
        {
            return new RunOutcome(run, stale, Error: error);
        }
    }
}
