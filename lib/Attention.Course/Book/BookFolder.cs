namespace Attention.Course.Book;

/// <summary>The folder that holds the book. A new book is written beside it and takes its place in one step; nothing but a book is ever replaced.</summary>
internal sealed class BookFolder : IDisposable
{
    private const string Marker = ".attention-book";

    private readonly string _target;

    private BookFolder(string target, string staging) => (_target, Staging) = (target, staging);

    /// <summary>Where the new book is written.</summary>
    public string Staging { get; }

    /// <summary>Prepares to replace the book at a path.</summary>
    /// <exception cref="UserError">The path is a file, holds something else than a book, or cannot be written.</exception>
    public static BookFolder Prepare(string path)
    {
        try
        {
            string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            // A link stays a link: what it points to is replaced.
            target = new DirectoryInfo(target) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : target;
            if (File.Exists(target))
            {
                throw new UserError($"The book cannot be written to {path}: that is a file, and the book is a folder.");
            }

            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !File.Exists(Path.Combine(target, Marker)))
            {
                throw new UserError($"The book cannot be written to {path}: the folder holds other things, and the book would replace them; name a new folder.");
            }

            if (Path.GetDirectoryName(target) is not { } parent)
            {
                throw new UserError($"The book cannot be written to {path}: name a folder below it.");
            }

            string staging = Path.Combine(parent, $".{Path.GetFileName(target)}-{Path.GetRandomFileName()}");
            Directory.CreateDirectory(staging);
            File.WriteAllText(Path.Combine(staging, Marker), "The command `book` wrote this folder and replaces it as a whole.\n");
            return new BookFolder(target, staging);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserError($"The book cannot be written to {path}: {Reason(error)}", error);
        }
    }

    /// <summary>Puts the new book in the old one's place. If that fails, the old one is back where it was.</summary>
    /// <exception cref="UserError">The old book cannot be moved, for example because a program holds one of its files.</exception>
    public void Swap()
    {
        string old = Staging + ".old";
        try
        {
            bool replaces = Directory.Exists(_target);
            if (replaces)
            {
                Directory.Move(_target, old);
            }

            try
            {
                Directory.Move(Staging, _target);
            }
            catch when (replaces)
            {
                Directory.Move(old, _target);
                throw;
            }

            if (replaces)
            {
                Directory.Delete(old, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The book cannot be written to {_target}: {Reason(error)}", error);
        }
    }

    /// <summary>Removes what was written and never took its place.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Staging))
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "you lack the permission.",
        _ => error.Message.ReplaceLineEndings(" "),
    };
}
