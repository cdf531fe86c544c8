namespace Attention.Models;

/// <summary>A sentence in three languages, word by word, with the words that belong together.</summary>
/// <param name="English">The English words and marks.</param>
/// <param name="Chinese">The Chinese words and marks.</param>
/// <param name="French">The French words and marks.</param>
/// <param name="EnglishChinese">Which English word belongs to which Chinese one, by their places from 0; a word may belong to several, or to none.</param>
/// <param name="EnglishFrench">Which English word belongs to which French one.</param>
public sealed record AlignedSentence(
    IReadOnlyList<string> English,
    IReadOnlyList<string> Chinese,
    IReadOnlyList<string> French,
    IReadOnlyList<(int English, int Chinese)> EnglishChinese,
    IReadOnlyList<(int English, int French)> EnglishFrench)
{
    /// <summary>The sentence as it is written: <c>The cat sat on the mat.</c></summary>
    public string EnglishText => Spaced(English);

    /// <summary>The sentence as it is written: <c>猫坐在垫子上。</c></summary>
    public string ChineseText => string.Concat(Chinese);

    /// <summary>The sentence as it is written: <c>Le chat s'est assis sur le tapis.</c></summary>
    public string FrenchText => Spaced(French);

    private static string Spaced(IReadOnlyList<string> words) => string.Join(' ', words.SkipLast(1)) + words[^1];
}
