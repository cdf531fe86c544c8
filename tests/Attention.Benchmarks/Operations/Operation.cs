using System.Text;

namespace Attention.Benchmarks;

/// <summary>One operation of the library, at a shape that is worth timing.</summary>
/// <param name="Member">The kernel's class and method, such as Softmax.Backward: what it counts as measured.</param>
/// <param name="Shape">The sizes, for people.</param>
/// <param name="Work">What one call cannot do without.</param>
/// <param name="Prepare">Draws what the call needs, and returns the call.</param>
internal sealed record Operation(string Member, string Shape, Work Work, Func<Buffers, Action> Prepare)
{
    /// <summary>What tells it from another measurement of the same member.</summary>
    internal string Variant { get; init; } = "";

    /// <summary>The member in lower case, without what most have in common: softmax, softmax-backward.</summary>
    internal string Name
    {
        get
        {
            string member = Member.EndsWith(".Forward", StringComparison.Ordinal) ? Member[..^".Forward".Length] : Member;
            var name = new StringBuilder();
            foreach (char letter in member)
            {
                name.Append(letter == '.' || (char.IsUpper(letter) && name.Length > 0 && name[^1] != '-') ? "-" : "");
                name.Append(letter == '.' ? "" : char.ToLowerInvariant(letter));
            }

            return name.Append(Variant.Length > 0 ? $"-{Variant}" : "").ToString();
        }
    }
}
