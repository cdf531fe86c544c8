using System.CommandLine;

namespace Attention.Course.Commands;

/// <summary>A mistyped command line in one sentence, with what was probably meant.</summary>
internal static class Mistakes
{
    /// <summary>Beyond two slips a suggestion is a guess.</summary>
    private const int MostSlips = 2;

    public static string Describe(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string help = command is RootCommand ? "--help" : $"{command.Name} --help";
        if (parse.UnmatchedTokens is not [string token, ..])
        {
            return $"{parse.Errors[0].Message.TrimEnd('.')}; see {help}.";
        }

        bool isOption = token.StartsWith('-');
        string kind = isOption ? "option" : "verb";
        string owner = command is RootCommand ? "" : $"{command.Name} has ";
        string sentence = isOption || command is RootCommand
            ? $"{(owner.Length > 0 ? $"{owner}no" : "There is no")} {kind} {token}"
            : $"{command.Name} takes no further argument {token}";
        string? meant = Nearest(token, Names(command, isOption));
        return meant is null ? $"{sentence}; see {help}." : $"{sentence}; did you mean {meant}?";
    }

    private static IEnumerable<string> Names(Command command, bool options)
    {
        if (!options)
        {
            return command.Subcommands.Select(verb => verb.Name);
        }

        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive);
        return command.Options.Concat(inherited).Select(option => option.Name);
    }

    private static string? Nearest(string token, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Slips: name.StartsWith(token, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(token, name)))
            .Where(candidate => candidate.Slips <= MostSlips)
            .OrderBy(candidate => candidate.Slips)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    /// <summary>Levenshtein's distance: letters to insert, remove or replace.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
