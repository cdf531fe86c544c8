using System.CommandLine;
using System.Text;
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
if (OperatingSystem.IsWindows())
{
    // Notebooks speak more than the console's old code page.
    Console.OutputEncoding = Encoding.UTF8;
}

return await CommandLine.RunAsync(course, args, Console.Error);
