using Attention.Kernels.Tests;

// What a runner starts, and what tests start again: a process that may die, or one without a tier of instructions.
if (args is [Probe.Verb, string name, ..])
{
    return Probe.Run(name);
}

return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
