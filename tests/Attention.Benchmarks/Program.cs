using System.CommandLine;

var benchmarks = new RootCommand("Measures the kernels against this machine's limits.");
return await benchmarks.Parse(args).InvokeAsync();
