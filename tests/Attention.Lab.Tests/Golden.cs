using System.Runtime.CompilerServices;
using System.Text;

namespace Attention.Lab.Tests;

/// <summary>Holds a text against the file that keeps it. <c>UPDATE_GOLDEN=1 dotnet test tests/Attention.Lab.Tests</c> writes the files anew: look at the difference before you commit it.</summary>
internal static class Golden
{
    public static void Check(string file, string text)
    {
        string path = Path.Combine(Folder(), "Golden", file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text, new UTF8Encoding(false));
        }

        Assert.True(File.Exists(path), $"Golden/{file} is missing; run the tests once with UPDATE_GOLDEN=1.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    // Beside this source file, so that an updated golden file is in the repository and not in the build's output.
    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
