namespace Attention.Course.Documents;

/// <summary>Notebooks in files: reading says clearly what is wrong, writing is canonical and all or nothing.</summary>
internal static class NotebookFile
{
    /// <summary>Reads the notebook at <paramref name="path"/>.</summary>
    /// <exception cref="UserError">The file cannot be read or is no C# notebook of nbformat 4.</exception>
    public static Notebook Read(string path) => Parse(TextFile.Read(path), TextFile.Name(path));

    /// <summary>Writes the canonical form of <paramref name="notebook"/> to <paramref name="path"/>; on failure the file stays as it was.</summary>
    /// <exception cref="UserError">The file or its folder cannot be written.</exception>
    public static void Write(string path, Notebook notebook) => TextFile.Write(path, ToText(notebook));

    /// <summary>Reads a notebook from the text of its file; <paramref name="name"/> is how errors call it.</summary>
    /// <exception cref="UserError">The text is no C# notebook of nbformat 4.</exception>
    public static Notebook Parse(string text, string name) => NotebookReader.Read(JsonText.Parse(text, name), name);

    /// <summary>The canonical text of <paramref name="notebook"/>: reading it gives the same notebook, writing that gives the same text.</summary>
    public static string ToText(Notebook notebook) => CanonicalJson.Indented(NotebookWriter.ToJson(notebook));
}
