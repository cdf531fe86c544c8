using System.Text;
using Attention.Course.Documents;
using Attention.Course.Tests.Commands;

namespace Attention.Course.Tests.Documents;

/// <summary>Files that something went wrong with: whatever it was, the answer is a notebook or one sentence.</summary>
public class DamageTests
{
    private static readonly string[] Pieces = ["{", "}", "[", "]", ",", ":", "\"", "null", "5", "-1", "1e999", "\"x\"", "true", "\\", "\\ud800", "\0", "\n", "\ufeff", "\"id\"", "\"metadata\"", "[[[[", "{}"];

    [Fact]
    public void Parse_DamagedNotebook_IsANotebookOrOneSentence()
    {
        string whole = NotebookFile.ToText(Samples.Everything());
        for (int seed = 0; seed < 5000; seed++)
        {
            string damaged = Damage(whole, new Random(seed));
            AssertNotebookOrSentence(() => NotebookFile.Parse(damaged, "n.ipynb"), seed);
        }
    }

    [Fact]
    public void Read_DamagedBytes_IsANotebookOrOneSentence()
    {
        using var course = new TemporaryCourse();
        string path = Path.Combine(course.Root, "n.ipynb");
        byte[] whole = Encoding.UTF8.GetBytes(NotebookFile.ToText(Samples.Everything()));
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. whole];
            random.NextBytes(damaged.AsSpan(random.Next(damaged.Length - 8), random.Next(1, 8)));
            File.WriteAllBytes(path, damaged);
            AssertNotebookOrSentence(() => NotebookFile.Read(path), seed);
            Assert.Equal(damaged, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void Import_DamagedMarkdown_IsANotebookOrOneSentence()
    {
        string whole = MarkdownWriter.ToText(Samples.Everything(), withOutputs: true);
        for (int seed = 0; seed < 5000; seed++)
        {
            // A file is UTF-8, which has no half characters.
            string damaged = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Damage(whole, new Random(seed))));
            AssertNotebookOrSentence(() => MarkdownImport.ToNotebook(damaged, "n.md", Samples.Everything()), seed);
        }
    }

    private static string Damage(string text, Random random)
    {
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int start = random.Next(text.Length);
            int end = start + random.Next(random.Next(1, 40));
            string piece = random.Next(3) switch
            {
                0 => "",
                1 => Pieces[random.Next(Pieces.Length)],
                _ => text.Substring(random.Next(text.Length - 20), 20),
            };
            text = text[..start] + piece + text[Math.Min(end, text.Length)..];
        }

        return random.Next(10) == 0 ? text[..random.Next(text.Length)] : text;
    }

    /// <summary>What was read can also be written, and then read again.</summary>
    private static void AssertNotebookOrSentence(Func<Notebook> read, int seed)
    {
        Notebook notebook;
        try
        {
            notebook = read();
        }
        catch (UserError error)
        {
            Assert.True(error.Message.EndsWith('.') && !error.Message.Contains('\n', StringComparison.Ordinal), $"seed {seed}: {error.Message}");
            return;
        }

        string text = NotebookFile.ToText(notebook);
        string again = NotebookFile.ToText(NotebookFile.Parse(text, "again.ipynb"));
        Assert.True(text == again, $"seed {seed}:\n{text}\nread and written again:\n{again}");
    }
}
