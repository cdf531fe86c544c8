using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>What a cache keeps that forgets: the newest tokens, and, if wanted, the very first.</summary>
/// <param name="Window">W: a token sees itself and the W − 1 before it.</param>
/// <param name="Sinks">S: so many tokens from the start are never forgotten, and every later token sees them (Xiao et al. 2024, § 3.2).</param>
/// <param name="NewTokens">How many new tokens may attend in one call. The first of them sees so much further back than the last, and room is kept for that.</param>
public readonly record struct CacheWindow(int Window, int Sinks = 0, int NewTokens = 1)
{
    /// <summary>Tokens beyond the sinks that are kept.</summary>
    internal int Recent => Window + NewTokens - 1;

    /// <summary>Tokens that the cache keeps of one sequence.</summary>
    internal int Capacity => Sinks + Recent;

    internal void Check()
    {
        Guard.Positive(nameof(Window), Window);
        Guard.NotNegative(nameof(Sinks), Sinks);
        Guard.Positive(nameof(NewTokens), NewTokens);
        long capacity = (long)Sinks + Window + NewTokens - 1;
        if (capacity > Array.MaxLength)
        {
            throw new ArgumentException(Invariant($"{nameof(Window)}: {Sinks}+{Window}+{NewTokens}-1 = {capacity} tokens, more than the {Array.MaxLength} that one buffer can hold"));
        }
    }
}
