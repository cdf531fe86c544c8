using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Attention.Course.Commands;

/// <summary>The usual help, and below it a verb's explanations and examples.</summary>
internal sealed class HelpWithDetails(HelpAction usual) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not get the rest right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(verb.Details);
        }

        return code;
    }
}
