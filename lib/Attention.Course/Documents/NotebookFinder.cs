namespace Attention.Course.Documents;

/// <summary>From what a user types to notebook files.</summary>
internal static class NotebookFinder
{
    private const string Extension = ".ipynb";

    /// <summary>Links are not followed: one may lead back to a folder above it.</summary>
    private static readonly EnumerationOptions EveryFolder = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The notebooks that the arguments name, each once, as full paths: a file, a folder, or how a name in the course begins, like 03-1.</summary>
    /// <param name="course">The course to search names in.</param>
    /// <param name="arguments">What the user typed; none means every notebook of the course.</param>
    /// <exception cref="UserError">An argument names nothing; the message lists what there is.</exception>
    public static IReadOnlyList<string> Find(CourseFolder course, IReadOnlyCollection<string> arguments)
    {
        List<string> all = In(course.Notebooks);
        if (arguments.Count == 0)
        {
            return all.Count > 0 ? all : throw new UserError($"There is no notebook in {TextFile.Name(course.Notebooks)}.");
        }

        return [.. arguments.SelectMany(argument => Find(course, argument, all)).Distinct()];
    }

    /// <summary>The one notebook that the argument names.</summary>
    /// <exception cref="UserError">It names none or several.</exception>
    public static string FindOne(CourseFolder course, string argument) => Find(course, [argument]) switch
    {
        [string one] => one,
        var several => throw new UserError($"\"{argument}\" names {several.Count} notebooks ({Names(several)}); name one."),
    };

    /// <summary>Whether the name is a notebook's.</summary>
    public static bool IsNotebook(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Find(CourseFolder course, string argument, List<string> all)
    {
        if (File.Exists(argument))
        {
            return IsNotebook(argument) ? [Path.GetFullPath(argument)] : throw new UserError($"{argument} is not a notebook: its name does not end in {Extension}.");
        }

        if (Directory.Exists(argument))
        {
            return In(argument) is { Count: > 0 } inside ? inside : throw new UserError($"There is no notebook in {argument}.");
        }

        string start = argument.Replace('\\', '/');
        IReadOnlyList<string> found = [.. all.Where(path => start.Length > 0 && (Starts(Path.GetFileName(path), start) || Starts(Within(course.Notebooks, path), start) || Starts(Within(course.Root, path), start)))];
        if (found.Count > 0)
        {
            return found;
        }

        throw new UserError(all.Count == 0
            ? $"There is no notebook \"{argument}\", and none in {TextFile.Name(course.Notebooks)}."
            : $"There is no notebook \"{argument}\"; there are {Names(all)}.");
    }

    private static List<string> In(string folder) => !Directory.Exists(folder) ? [] : [.. Directory
        .EnumerateFiles(Path.GetFullPath(folder), "*", EveryFolder)
        .Where(path => IsNotebook(path) && !Within(folder, path).Split('/').Any(part => part.StartsWith('.')))
        .Order(StringComparer.Ordinal)];

    private static bool Starts(string name, string start) => name.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static string Within(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    private static string Names(IReadOnlyList<string> paths) => string.Join(", ", paths.Select(Path.GetFileNameWithoutExtension));
}
