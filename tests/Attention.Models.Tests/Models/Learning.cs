namespace Attention.Models.Tests.Models;

/// <summary>Tests that train models until they have learned something, or that measure or turn what all threads share: each has both cores to itself, and none runs beside another test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Learning
{
    public const string Name = "learning";
}
