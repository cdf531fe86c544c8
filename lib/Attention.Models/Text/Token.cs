namespace Attention.Models;

/// <summary>A piece of a text and where it stands: <c>text.Substring(Start, Text.Length)</c> is the token.</summary>
/// <param name="Text">The token as it is written.</param>
/// <param name="Start">Where it begins, in UTF-16 code units from the start of the text.</param>
public readonly record struct Token(string Text, int Start)
{
    /// <summary>Where the token ends: the position after its last code unit.</summary>
    public int End => Start + Text.Length;
}
