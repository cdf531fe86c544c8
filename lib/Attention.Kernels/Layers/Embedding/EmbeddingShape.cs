namespace Attention.Kernels;

/// <summary>The sizes of an embedding.</summary>
/// <param name="Tokens">How many tokens are looked up; zero is allowed.</param>
/// <param name="Vocabulary">Rows of the table: tokens run from 0 to one less.</param>
/// <param name="Width">Floats in a vector; zero is allowed.</param>
public readonly record struct EmbeddingShape(int Tokens, int Vocabulary, int Width)
{
    /// <summary>Refuses negative sizes.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Tokens), Tokens);
        Guard.NotNegative(nameof(Vocabulary), Vocabulary);
        Guard.NotNegative(nameof(Width), Width);
    }
}
