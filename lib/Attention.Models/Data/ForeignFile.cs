namespace Attention.Models;

/// <summary>Tells files that are read in the wrong form by their first bytes.</summary>
internal static class ForeignFile
{
    /// <summary>What the file is and what to do, or null when nothing is known of it.</summary>
    public static string? Says(ReadOnlySpan<byte> first) => first switch
    {
        [0x1F, 0x8B, ..] => "compressed; unpack it with gunzip first",
        [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive; unpack it first",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16; convert it to UTF-8 first",
        _ => null,
    };
}
