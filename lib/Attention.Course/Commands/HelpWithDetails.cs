using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Attention.Course.Commands;

/// <summary>The usual help, and below it the explanations and examples of the verb.</summary>
internal sealed class HelpWithDetails(HelpAction usual) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not get the rest right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        string? details = parseResult.CommandResult.Command switch
        {
            RootCommand => Everything.Details,
            Verb verb => verb.Details,
            _ => null,
        };
        if (details is not null)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(details);
        }

        return code;
    }
}
