namespace Attention.Benchmarks;

/// <summary>Files that are there whole or not at all: what was found before is lost to no interrupted run.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the file, then takes its place.</summary>
    internal static void Write(string path, string text)
    {
        string beside = $"{path}.{Environment.ProcessId}.new";
        try
        {
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Finds out before a long measurement whether its result can be kept.</summary>
    /// <exception cref="IOException">The folder cannot be made, or not be written into.</exception>
    internal static void TryFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string file = Path.Combine(folder, $".{Environment.ProcessId}.new");
            File.WriteAllText(file, "");
            File.Delete(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--output: {folder} cannot be written into ({failure.Message})", failure);
        }
    }
}
