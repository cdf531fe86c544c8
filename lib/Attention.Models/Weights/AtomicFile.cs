using System.Text;

namespace Attention.Models;

/// <summary>Writes a file wholly or not at all: what stood at the path stays until the new bytes are safe on the disk.</summary>
internal static class AtomicFile
{
    /// <summary>UTF-8 without a byte-order mark, in which half a surrogate pair is an error.</summary>
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes lines that each end with a line feed.</summary>
    public static void WriteLines(string path, IEnumerable<string> lines) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, Strict, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    });

    /// <summary>Lets a caller write to a neighbour of the file, then renames it; when writing fails, the neighbour is removed and the old file is as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        string neighbour = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(neighbour, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(neighbour, target, overwrite: true);
        }
        catch
        {
            File.Delete(neighbour);
            throw;
        }
    }
}
