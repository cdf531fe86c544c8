using System.CommandLine;
using Attention.Course.Commands;

var course = new RootCommand("Attention.Notebooks: a course on the attention mechanism that you learn by running it.")
{
    RunCommand.Create(),
    BookCommand.Create(),
    ListCommand.Create(),
    FormatCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    ServeCellsCommand.Create(),
};
Everything.SetAsDefault(course);
return await CommandLine.RunAsync(course, args);
