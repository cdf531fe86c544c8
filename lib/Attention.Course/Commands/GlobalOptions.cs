using System.CommandLine;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>Options that every verb understands.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    public static Option<string?> Root { get; } = new("--root")
    {
        Description = "The course's folder; default: the nearest one above the current folder.",
        HelpName = "folder",
        Recursive = true,
    };

    /// <summary>The course that the command line is about.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static CourseFolder Course(this ParseResult parse) => CourseFolder.Find(parse.GetValue(Root));
}
