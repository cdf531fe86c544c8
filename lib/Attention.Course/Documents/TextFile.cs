using System.Text;

namespace Attention.Course.Documents;

/// <summary>UTF-8 text in files of bounded size. Writing replaces the file in one step or leaves it as it was.</summary>
internal static class TextFile
{
    /// <summary>More than any notebook a person can read; beyond it a stray output filled the file.</summary>
    private const int LargestMegabytes = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How messages call a file: relative to the current folder where that is shorter.</summary>
    public static string Name(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative.Replace('\\', '/');
    }

    /// <summary>Reads the file without a byte order mark.</summary>
    /// <exception cref="UserError">The file is missing, a folder, too large, unreadable or not UTF-8.</exception>
    public static string Read(string path)
    {
        string name = Name(path);
        if (Directory.Exists(path))
        {
            throw new UserError($"{name} is a folder, not a file.");
        }

        byte[] bytes;
        try
        {
            bytes = ReadBytes(path, name);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"{name} does not exist.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UserError($"{name} cannot be read: you lack the permission.", error);
        }
        catch (IOException error)
        {
            throw new UserError($"{name} cannot be read: {FirstLine(error)}", error);
        }

        return Decode(bytes, name);
    }

    /// <summary>Whether the file's bytes are exactly this text.</summary>
    public static bool Holds(string path, string text) => File.ReadAllBytes(path).AsSpan().SequenceEqual(Utf8.GetBytes(text));

    /// <summary>Replaces or creates the file: a temporary neighbour is written, flushed and renamed over it.</summary>
    /// <exception cref="UserError">The file or its folder cannot be written, or the text is too large to be read again.</exception>
    public static void Write(string path, string text)
    {
        string name = Name(path);
        byte[] bytes = Utf8.GetBytes(text);
        if (bytes.Length > LargestMegabytes << 20)
        {
            throw TooLarge(name);
        }

        // A link stays a link: what it points to is replaced.
        FileSystemInfo? linked = new FileInfo(path).LinkTarget is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true);
        string target = linked?.FullName ?? Path.GetFullPath(path);
        string neighbour = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            UnixFileMode? mode = CheckTarget(target, name);
            using (var stream = new FileStream(neighbour, FileMode.CreateNew, FileAccess.Write))
            {
                if (mode is not null && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
                }

                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(neighbour, target, overwrite: true);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new UserError($"{name} cannot be written: its folder does not exist.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UserError($"{name} cannot be written: you lack the permission.", error);
        }
        catch (IOException error)
        {
            throw new UserError($"{name} cannot be written: {FirstLine(error)}", error);
        }
        finally
        {
            if (File.Exists(neighbour))
            {
                File.Delete(neighbour);
            }
        }
    }

    /// <summary>A rename would replace a file that is read-only or in use, so look first; gives the permissions to keep.</summary>
    private static UnixFileMode? CheckTarget(string target, string name)
    {
        if (Directory.Exists(target))
        {
            throw new UserError($"{name} cannot be written: it is a folder.");
        }

        if (!File.Exists(target))
        {
            return null;
        }

        if (File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
        {
            throw new UserError($"{name} cannot be written: it is read-only.");
        }

        using (new FileStream(target, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(target);
        }
    }

    private static byte[] ReadBytes(string path, string name)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if ((stream.CanSeek && stream.Length > LargestMegabytes << 20) || bytes.Length > LargestMegabytes << 20)
            {
                throw TooLarge(name);
            }
        }

        return bytes.ToArray();
    }

    private static string Decode(byte[] bytes, string name)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new UserError($"{name} is UTF-16 text; save it as UTF-8.");
        }

        try
        {
            return Utf8.GetString(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException error)
        {
            int start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
            int line = bytes.AsSpan(0, start + error.Index).Count((byte)'\n') + 1;
            throw new UserError($"{name}, line {line}: the byte 0x{error.BytesUnknown![0]:x2} is not UTF-8 text.", error);
        }
    }

    /// <summary>The system's own sentence: a full disk and a file in use look the same from here.</summary>
    private static string FirstLine(IOException error) => error.Message.Split('\n')[0].TrimEnd('\r');

    private static UserError TooLarge(string name) =>
        new($"{name} is larger than {LargestMegabytes} MB: clear the output that fills it, or let its cell write to a file.");
}
