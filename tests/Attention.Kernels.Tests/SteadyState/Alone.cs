namespace Attention.Kernels.Tests;

/// <summary>Tests that measure what all calls of a process share, such as pools and processors: none of them runs beside another test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
