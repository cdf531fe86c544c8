namespace Attention.Models;

/// <summary>Turns a text into the numbers that a model reads, and numbers into text.</summary>
/// <remarks>An instance is immutable as seen from outside: threads may share it.</remarks>
public interface ITokenizer
{
    /// <summary>How many rows an embedding table needs: one more than the largest id.</summary>
    int Count { get; }

    /// <summary>The tokens of a text and where each stands, in order; as many as <see cref="Encode"/> gives ids.</summary>
    IReadOnlyList<Token> Tokens(string text);

    /// <summary>The ids of a text's tokens, in order.</summary>
    int[] Encode(string text);

    /// <summary>The text that ids stand for.</summary>
    /// <exception cref="ArgumentException">An id is not one of this tokenizer's.</exception>
    string Decode(IEnumerable<int> ids);
}
