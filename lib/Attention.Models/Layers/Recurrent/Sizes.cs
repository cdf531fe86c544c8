using static System.FormattableString;

namespace Attention.Models;

/// <summary>What the options of recurrent models refuse alike.</summary>
internal static class Sizes
{
    /// <summary>Refuses a size that is too small.</summary>
    internal static void AtLeast(int least, string name, int size)
    {
        if (size < least)
        {
            throw new ArgumentException(Invariant($"{name}: expected at least {least}, got {size}"));
        }
    }

    /// <summary>Refuses a token that is not among so many.</summary>
    internal static void IsToken(string name, int token, int vocabulary)
    {
        if (token < 0 || token >= vocabulary)
        {
            throw new ArgumentException(Invariant($"{name}: expected a token from 0 to {vocabulary - 1}, got {token}"));
        }
    }
}
