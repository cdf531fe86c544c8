using System.CommandLine;
using System.CommandLine.Parsing;
using Attention.Lab;

namespace Attention.Course.Commands;

/// <summary>A mistyped command line in one sentence, with what was probably meant.</summary>
internal static class Mistakes
{
    /// <summary>Beyond two slips a suggestion is a guess.</summary>
    private const int MostSlips = 2;

    /// <summary>The first mistake, or null when the command line makes sense.</summary>
    public static string? Describe(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        if (StrayOption(parse) is string option)
        {
            string owner = command is RootCommand ? "There is no" : $"{command.Name} has no";
            return $"{owner} option {option}; {Meant(option, Names(command, options: true), command)}";
        }

        if (parse.Errors.Count == 0)
        {
            return null;
        }

        if (parse.UnmatchedTokens is [string token, ..])
        {
            string problem = command is RootCommand ? $"There is no verb {token}" : $"{command.Name} takes no further argument {token}";
            return $"{problem}; {Meant(token, Names(command, options: false), command)}";
        }

        return parse.Errors[0].SymbolResult switch
        {
            OptionResult { Tokens.Count: 0 } missing => $"{missing.Option.Name} needs a value ({missing.Option.HelpName ?? "see the help"}); {SeeHelp(command)}",
            ArgumentResult { Tokens.Count: 0 } missing => $"{command.Name} needs <{missing.Argument.Name}>; {SeeHelp(command)}",
            _ => $"{parse.Errors[0].Message.TrimEnd('.')}; {SeeHelp(command)}",
        };
    }

    /// <summary>An unknown option also hides where a verb takes any number of arguments.</summary>
    private static string? StrayOption(ParseResult parse) => parse.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens.Select(token => token.Value))
        .Concat(parse.UnmatchedTokens)
        .FirstOrDefault(token => token.Length > 1 && token.StartsWith('-'))?.Split('=')[0];

    private static string Meant(string token, IEnumerable<string> names, Command command) => Nearest(token, names) is string meant ? $"did you mean {meant}?" : SeeHelp(command);

    private static string SeeHelp(Command command) => command is RootCommand ? $"the verbs are {string.Join(", ", Names(command, options: false))}." : $"see {command.Name} --help.";

    private static IEnumerable<string> Names(Command command, bool options)
    {
        if (!options)
        {
            return command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name);
        }

        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive);
        return command.Options.Concat(inherited).Select(option => option.Name);
    }

    private static string? Nearest(string token, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Slips: name.StartsWith(token, StringComparison.OrdinalIgnoreCase) ? 1 : Spelling.Distance(token.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Slips <= MostSlips)
            .OrderBy(candidate => candidate.Slips)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
}
