using System.CommandLine;

var course = new RootCommand("Attention.Notebooks: a course on the attention mechanism that you learn by running it.");
return await course.Parse(args).InvokeAsync();
