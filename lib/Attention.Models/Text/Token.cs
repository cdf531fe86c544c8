namespace Attention.Models;

/// <summary>A piece of a text and where it stands: <c>text[Start..End]</c> is what it was made from.</summary>
/// <param name="Text">The token. Tokenizers that change text, such as those that lower-case, give what they made of it; the others <c>text[Start..End]</c>.</param>
/// <param name="Start">Where it begins, in UTF-16 code units from the start of the text.</param>
/// <param name="End">Where it ends: the position after its last code unit.</param>
public readonly record struct Token(string Text, int Start, int End)
{
    /// <summary>A token as it is written in the text.</summary>
    /// <param name="text">The token.</param>
    /// <param name="start">Where it begins, in UTF-16 code units.</param>
    public Token(string text, int start)
        : this(text, start, start + (text?.Length ?? 0))
    {
    }
}
