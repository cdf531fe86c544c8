namespace Attention.Models;

/// <summary>GPT-2's letter for each of the 256 bytes, so that pieces of bytes can be written to text files.</summary>
/// <remarks>
/// <c>bytes_to_unicode</c> of GPT-2's <c>encoder.py</c> (Radford et al. 2019): the bytes ! to ~, ¡ to ¬ and ® to ÿ are the letters of these numbers; the other 68, among them space and controls, are
/// the letters from U+0100 on in the order of the bytes. A space becomes Ġ, a line break Ċ.
/// </remarks>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = new char[256];
    private static readonly int[] Bytes = new int[0x100 + 68];

    /// <summary>All bytes in the order in which GPT-2's vocabulary numbers them: first those that are their own letters.</summary>
    internal static byte[] Order { get; }

    static ByteAlphabet()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(number => (byte)number)];
        byte[] printed = [.. all.Where(IsItsOwnLetter)], others = [.. all.Where(number => !IsItsOwnLetter(number))];
        Order = [.. printed, .. others];
        Array.Fill(Bytes, -1);
        for (int i = 0; i < 256; i++)
        {
            char letter = i < printed.Length ? (char)Order[i] : (char)(0x100 + i - printed.Length);
            Letters[Order[i]] = letter;
            Bytes[letter] = Order[i];
        }
    }

    /// <summary>The letters of bytes.</summary>
    internal static string Spell(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, (letters, bytes) =>
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            letters[i] = Letters[bytes[i]];
        }
    });

    /// <summary>The bytes of letters; null when one of them stands for no byte.</summary>
    internal static byte[]? Read(string letters)
    {
        var bytes = new byte[letters.Length];
        for (int i = 0; i < letters.Length; i++)
        {
            if (letters[i] >= Bytes.Length || Bytes[letters[i]] < 0)
            {
                return null;
            }

            bytes[i] = (byte)Bytes[letters[i]];
        }

        return bytes;
    }

    private static bool IsItsOwnLetter(byte number) => number is >= (byte)'!' and <= (byte)'~' or >= 0xA1 and <= 0xAC or >= 0xAE;
}
