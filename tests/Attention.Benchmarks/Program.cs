return Attention.Benchmarks.CommandLine.Run(args);
