using System.Text;

namespace Attention.Models.Tests.Text;

/// <summary>Texts that break tokenizers, and random ones made of such pieces.</summary>
internal static class HostileText
{
    private static readonly string[] Pieces =
    [
        "", " ", "  ", "\t", "\n", "\r\n", "\0", "\u00A0", "\u2003", "\u3000", "\u0085", "\u2028", "a", "B", "the", "Don't", "we'll", "'S", "'s", "3", "3.14", "½", "Ⅳ", "٣", "_", "-", "--", "...", "…", ".", "!", "?", ",", "\"", "''", "``", "`", "(", "]", "<|endoftext|>",
        "e\u0301", "\u0301", "ß", "ǅ", "İ", "ﬁ", "猫", "𠀀", "。", "！", "“", "”", "カ", "\u3099", "한", "ไทย", "हिन्दी", "مرحبا", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "\u200D", "\uFE0F", "\uFFFD", "\uFEFF", "\u200B", "\u0000\u0001", "[CLS]", "##s", "\uE000", "\U0010FFFF", "\uFFFF",
    ];

    private static readonly string[] Halves = ["\ud83d", "\udc69", "\ud800", "\udfff"];

    /// <summary>Each piece by itself and some long ones.</summary>
    internal static IEnumerable<string> Each() => Pieces.Concat([new string('a', 5000), new string('猫', 3000), string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 500)), "e" + new string('\u0301', 2000), new string(' ', 3000), new string('.', 3000)]);

    /// <summary>A text of random pieces; the seed tells which.</summary>
    internal static string Random(int seed, bool wellFormed = true)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int count = random.Next(40); count > 0; count--)
        {
            string[] from = !wellFormed && random.Next(8) == 0 ? Halves : Pieces;
            text.Append(from[random.Next(from.Length)]);
        }

        return text.ToString();
    }
}
