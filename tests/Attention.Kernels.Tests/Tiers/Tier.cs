namespace Attention.Kernels.Tests;

/// <summary>Marks the classes that child processes run again with a tier of instructions switched off.</summary>
internal static class Tier
{
    public const string Trait = "tiers";
    public const string Every = "every";
}
