using System.CommandLine;
using Attention.Course.Execution;

namespace Attention.Course.Commands;

/// <summary>The hidden verb with which this program becomes the process of one notebook.</summary>
internal static class ServeCellsCommand
{
    public static Command Create()
    {
        var pipe = new Argument<string>("pipe");
        var folder = new Argument<string>("folder");
        var verb = new Command(CellProcess.HostVerb, "Runs the cells that a runner sends.") { Hidden = true };
        verb.Arguments.Add(pipe);
        verb.Arguments.Add(folder);
        verb.SetAction((parse, _) => CellHost.ServeAsync(parse.GetValue(pipe)!, parse.GetValue(folder)!));
        return verb;
    }
}
