using Attention.Models;

namespace Attention.Lab;

/// <summary>Guesses what was meant.</summary>
internal static class Spelling
{
    /// <summary>How many letters must be put in, taken out or exchanged to turn one word into the other.</summary>
    public static int Distance(string from, string to) => EditDistance.Between(from.ToCharArray(), to.ToCharArray()).Total;
}
