using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Notebooks.Tests;

/// <summary>The course under test: the repository that this assembly was built in.</summary>
internal static class Course
{
    private static readonly Dictionary<string, Task<PlayedNotebook>> Played = [];

    /// <summary>The repository's folder.</summary>
    public static CourseFolder Folder { get; } = FindFolder();

    /// <summary>Every notebook, by its path within notebooks/ and without the ending.</summary>
    public static TheoryData<string> Notebooks => [.. Names];

    /// <summary>The same, for tests over all of them at once.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. NotebookFinder.Find(Folder, []).Select(path => Path.ChangeExtension(Path.GetRelativePath(Folder.Notebooks, path), null).Replace('\\', '/'))];

    /// <summary>Where a notebook's file is.</summary>
    public static string PathOf(string name) => Path.Combine(Folder.Notebooks, name + ".ipynb");

    /// <summary>A notebook as it is stored.</summary>
    public static Notebook Read(string name) => NotebookFile.Read(PathOf(name));

    /// <summary>A notebook with the state that all its cells leave behind, run once in this process and kept for every test.</summary>
    public static Task<PlayedNotebook> PlayAsync(string name)
    {
        lock (Played)
        {
            return Played.TryGetValue(name, out var played) ? played : Played[name] = PlayAsync(name, Read(name));
        }
    }

    private static async Task<PlayedNotebook> PlayAsync(string name, Notebook notebook)
    {
        // Cells open files relative to their notebook, as every host has them do.
        Environment.CurrentDirectory = Path.GetDirectoryName(PathOf(name))!;
        var session = new CellSession(Environment.CurrentDirectory);
        NotebookRun run = await NotebookRunner.RunAsync(notebook, name, session, NotebookRunner.Silent, CancellationToken.None);
        Assert.True(run.Succeeded, $"{name}, cell {run.Failed?.Number} ({run.Failed?.Cell.Id}): {run.Failed?.Result.Failure?.Message}");
        return new(name, notebook, session);
    }

    private static CourseFolder FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Attention.Notebooks.sln")))
            {
                return new(folder.FullName);
            }
        }

        throw new InvalidOperationException($"no solution above {AppContext.BaseDirectory}");
    }
}

/// <summary>A notebook and the state after its last cell.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Notebook">Its cells.</param>
/// <param name="Session">Their state; fork it before running anything else.</param>
internal sealed record PlayedNotebook(string Name, Notebook Notebook, CellSession Session);
