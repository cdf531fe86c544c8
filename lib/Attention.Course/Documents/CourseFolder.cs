namespace Attention.Course.Documents;

/// <summary>The course on disk: the folder that holds notebooks/.</summary>
/// <param name="Root">Its full path.</param>
internal sealed record CourseFolder(string Root)
{
    private const string SolutionFile = "Attention.Notebooks.sln";

    /// <summary>Where the notebooks are.</summary>
    public string Notebooks => Path.Combine(Root, "notebooks");

    /// <summary>The given folder, or the nearest one from the current folder upward that is a course.</summary>
    /// <exception cref="UserError">There is no course.</exception>
    public static CourseFolder Find(string? given)
    {
        if (given is not null)
        {
            return IsCourse(given) ? new(Path.GetFullPath(given)) : throw new UserError($"{given} is not the course's folder: it holds neither {SolutionFile} nor notebooks/.");
        }

        for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (IsCourse(folder.FullName))
            {
                return new(folder.FullName);
            }
        }

        throw new UserError($"Neither this folder nor one above it is the course ({SolutionFile} or notebooks/): change to it, or name it with --root.");
    }

    private static bool IsCourse(string folder) => File.Exists(Path.Combine(folder, SolutionFile)) || Directory.Exists(Path.Combine(folder, "notebooks"));
}
