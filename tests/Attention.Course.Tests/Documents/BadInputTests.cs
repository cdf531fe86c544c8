using System.Text;
using Attention.Course.Documents;
using Attention.Course.Tests.Commands;

namespace Attention.Course.Tests.Documents;

/// <summary>What is wrong with a file, in one sentence; and the file is never touched.</summary>
public class BadInputTests
{
    private const string Code = "\"cell_type\":\"code\",\"id\":\"a\",\"metadata\":{}";

    public static TheoryData<string, string> BadNotebooks { get; } = new()
    {
        { "", "n.ipynb is empty." },
        { " \n", "n.ipynb is empty." },
        { "hello", "n.ipynb, line 1, column 1: this is not JSON (unexpected \"hello\")." },
        { "{\n \"ä\": x}", "n.ipynb, line 2, column 7: this is not JSON (unexpected \"x}\")." },
        { Samples.Smallest + "}", "n.ipynb, line 1, column 137: this is not JSON (unexpected \"}\")." },
        { "{\n<<<<<<< HEAD\n", "n.ipynb, line 2: there is a merge conflict that nobody resolved." },
        { "{", "n.ipynb, line 1, column 2: the file breaks off in the middle of its JSON." },
        { "{\"cells\": [\n", "n.ipynb, line 2, column 1: the file breaks off in the middle of its JSON." },
        { "{\"cells\": [\"no en", "n.ipynb, line 1, column 18: the file breaks off in the middle of its JSON." },
        { "{\"nbformat\": 4, \"nbformat\": 4}", "n.ipynb, line 1, column 17: the field \"nbformat\" is there twice." },
        { "{\"a\": \"\\ud83d\"}", "n.ipynb, line 1, column 7: the text holds half a character (a surrogate \\u escape without its other half)." },
        { new string('[', 5000), "n.ipynb, line 1, column 101: the JSON is nested more than 100 levels deep." },
        { "[]", "n.ipynb: a notebook must be an object, and is a list." },
        { "5", "n.ipynb: a notebook must be an object, and is a number." },
        { "null", "n.ipynb: a notebook must be an object, and is null." },
        { "{}", "n.ipynb is JSON but not a notebook: it has no \"nbformat\"." },
        { "{\"nbformat\": \"4\"}", "n.ipynb: \"nbformat\" must be a whole number or null, and is a string." },
        { "{\"nbformat\": 3, \"nbformat_minor\": 0}", "n.ipynb is in the old nbformat 3.0; open it in Jupyter or VS Code and save it, which makes it nbformat 4." },
        { "{\"nbformat\": 5}", "n.ipynb is in nbformat 5.0, newer than this program knows; save it as nbformat 4.5." },
        { "{\"nbformat\": 4, \"nbformat_minor\": 6}", "n.ipynb is in nbformat 4.6, newer than this program knows; save it as nbformat 4.5." },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}}", "n.ipynb: \"cells\" is missing; it must be a list." },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": {}, \"metadata\": {\"kernelspec\": {\"name\": \".net-csharp\"}}}", "n.ipynb: \"cells\" must be a list, and is an object." },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": [], \"worksheets\": [1]}", "n.ipynb: nbformat 4.5 knows no field \"worksheets\" here; remove it or move it into \"metadata\"." },
        {
            "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": []}",
            "n.ipynb names no kernel: add \"kernelspec\": {\"display_name\": \".NET (C#)\", \"language\": \"C#\", \"name\": \".net-csharp\"} to its metadata."
        },
        {
            "{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": [], \"metadata\": {\"kernelspec\": {\"name\": \"python3\", \"language\": \"python\"}}}",
            "n.ipynb is a notebook for \"python\" (kernel \"python3\"), and this course runs C#."
        },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": [], \"metadata\": {\"kernelspec\": \".net-csharp\"}}", "n.ipynb: \"kernelspec\" must be an object, and is a string." },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"cells\": [], \"metadata\": {\"kernelspec\": {}}}", "n.ipynb: \"name\" is missing; it must be a string." },
        { Samples.WithCells("7"), "n.ipynb, cell 1: a cell must be an object, and is a number." },
        { Samples.WithCells("{\"source\":\"\"}"), "n.ipynb, cell 1: \"cell_type\" is missing; it must be a string." },
        { Samples.WithCells("{\"cell_type\":\"heading\",\"source\":\"\"}"), "n.ipynb, cell 1: \"cell_type\" must be \"code\", \"markdown\" or \"raw\", and is \"heading\"." },
        { Samples.WithCells($"{{{Code}}}"), "n.ipynb, cell 1: \"source\" is missing; it must be a string or a list of lines." },
        { Samples.WithCells($"{{{Code},\"source\":[1]}}"), "n.ipynb, cell 1: \"source\" must be a string or a list of lines, and is a list." },
        { Samples.WithCells($"{{{Code},\"source\":null}}"), "n.ipynb, cell 1: \"source\" must be a string or a list of lines, and is null." },
        { Samples.WithCells($"{{{Code},\"source\":\"\",\"execution_count\":\"1\"}}"), "n.ipynb, cell 1: \"execution_count\" must be a whole number or null, and is a string." },
        { Samples.WithCells($"{{{Code},\"source\":\"\",\"outputs\":{{\"a\":1}}}}"), "n.ipynb, cell 1: \"outputs\" must be a list, and is an object." },
        { Samples.WithCells($"{{{Code},\"source\":\"\"}},{{{Code},\"source\":\"\"}}"), "n.ipynb: the cells 1 and 2 have the same id \"a\"; give one of them another." },
        { Samples.WithCells("{\"cell_type\":\"raw\",\"id\":\"a b\",\"source\":\"\"}"), "n.ipynb, cell 1: the id \"a b\" must be 1 to 64 letters, digits, hyphens or underscores." },
        { Samples.WithCells($"{{\"cell_type\":\"{new string('x', 100)}\\n\"}}"), $"n.ipynb, cell 1: \"cell_type\" must be \"code\", \"markdown\" or \"raw\", and is \"{new string('x', 60)}…\"." },
        { Samples.WithCells("{\"cell_type\":\"raw\",\"id\":3,\"source\":\"\"}"), "n.ipynb, cell 1: \"id\" must be a string, and is a number." },
        { Samples.WithCells("{\"cell_type\":\"raw\",\"metadata\":{\"tags\":[\"a,b\"]},\"source\":\"\"}"), "n.ipynb, cell 1: \"tags\" must be different words without commas." },
        { Samples.WithCells("{\"cell_type\":\"raw\",\"metadata\":{\"tags\":\"a\"},\"source\":\"\"}"), "n.ipynb, cell 1: \"tags\" must be a list, and is a string." },
        { Samples.WithCells("{\"cell_type\":\"markdown\",\"source\":\"\",\"level\":2}"), "n.ipynb, cell 1: nbformat 4.5 knows no field \"level\" here; remove it or move it into \"metadata\"." },
        { Samples.WithCells("{\"cell_type\":\"raw\",\"source\":\"\",\"attachments\":{\"a.png\":\"x\"}}"), "n.ipynb, cell 1, attachments: \"a.png\" must be an object, and is a string." },
        { WithOutput("{\"output_type\":\"pyout\"}"), "n.ipynb, cell 1, output 1: \"output_type\" must be \"stream\", \"display_data\", \"execute_result\" or \"error\", and is \"pyout\"." },
        { WithOutput("{\"output_type\":\"stream\",\"name\":\"stdout\"}"), "n.ipynb, cell 1, output 1: \"text\" is missing; it must be a string or a list of lines." },
        { WithOutput("{\"output_type\":\"display_data\",\"data\":{\"text/plain\":{}}}"), "n.ipynb, cell 1, output 1: \"text/plain\" must be a string or a list of lines, and is an object." },
        { WithOutput("{\"output_type\":\"error\",\"ename\":\"E\",\"evalue\":\"\",\"traceback\":[1]}"), "n.ipynb, cell 1, output 1: \"traceback\" must be a list of strings, and is a list." },
    };

    [Theory]
    [MemberData(nameof(BadNotebooks))]
    public void Parse_BadText_SaysWhatAndWhere(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UserError>(() => NotebookFile.Parse(text, "n.ipynb")).Message);

    [Theory]
    [MemberData(nameof(BadNotebooks))]
    public void Read_BadFile_LeavesItsBytes(string text, string sentence)
    {
        using var course = new TemporaryCourse();
        string path = course.Write("n.ipynb", text);
        UserError error = Assert.Throws<UserError>(() => NotebookFile.Read(path));
        Assert.EndsWith(sentence, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, course.Read("n.ipynb"));
        Assert.Equal(["n.ipynb"], course.Files());
    }

    [Fact]
    public void Read_MissingFileOrFolder_SaysSo()
    {
        using var course = new TemporaryCourse();
        string missing = Path.Combine(course.Root, "no", "n.ipynb");
        Assert.Equal($"{missing} does not exist.", Assert.Throws<UserError>(() => NotebookFile.Read(missing)).Message);
        Assert.Equal($"{course.Root} is a folder, not a file.", Assert.Throws<UserError>(() => NotebookFile.Read(course.Root)).Message);
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_NamesTheByteAndLine()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("n.ipynb", "");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'\n', 0xC3, (byte)'x']);
        Assert.Equal($"{path}, line 2: the byte 0xc3 is not UTF-8 text.", Assert.Throws<UserError>(() => NotebookFile.Read(path)).Message);
        File.WriteAllText(path, Samples.Smallest, Encoding.Unicode);
        Assert.Equal($"{path} is UTF-16 text; save it as UTF-8.", Assert.Throws<UserError>(() => NotebookFile.Read(path)).Message);
    }

    [Fact]
    public void Read_ByteOrderMark_IsTolerated()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("n.ipynb", "\ufeff" + NotebookFile.ToText(Samples.Everything()));
        Assert.Equal(4, NotebookFile.Read(path).Cells.Count);
    }

    [Fact]
    public void Read_HugeOutput_IsRefusedBeforeItIsRead()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("n.ipynb", "");
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(100 << 20);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        UserError error = Assert.Throws<UserError>(() => NotebookFile.Read(path));
        Assert.Equal($"{path} is larger than 32 MB: clear the output that fills it, or let its cell write to a file.", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Equal(100 << 20, new FileInfo(path).Length);
    }

    [Fact]
    public void Write_HugeOutput_LeavesTheFileAsItWas()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("n.ipynb", "before");
        Notebook huge = Samples.Everything();
        huge.Cells[1].Outputs = [new StreamOutput("stdout", new string('x', 33 << 20))];
        Assert.EndsWith(" is larger than 32 MB: clear the output that fills it, or let its cell write to a file.", Assert.Throws<UserError>(() => NotebookFile.Write(path, huge)).Message, StringComparison.Ordinal);
        Assert.Equal("before", course.Read("n.ipynb"));
        Assert.Equal(["n.ipynb"], course.Files());
    }

    private static string WithOutput(string output) => Samples.WithCells($"{{{Code},\"source\":\"\",\"outputs\":[{output}]}}");
}
