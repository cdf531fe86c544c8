using System.Text;

namespace Attention.Course.Execution;

/// <summary>
/// Stands in for the console: what a cell writes, from whatever thread, goes to the outputs of that cell's session.
/// Whatever else writes to the console still reaches it.
/// </summary>
internal sealed class CellConsole : TextWriter
{
    private static readonly AsyncLocal<OutputRecorder?> Flowing = new();
    private static readonly CellConsole Out = new("stdout", Console.Out);
    private static readonly CellConsole Error = new("stderr", Console.Error);

    private readonly string _name;
    private readonly TextWriter _outside;

    private CellConsole(string name, TextWriter outside)
        : base(System.Globalization.CultureInfo.InvariantCulture)
    {
        _name = name;
        _outside = outside;
        CoreNewLine = ['\n'];
    }

    /// <summary>The recorder for code that runs outside of any cell's flow; a process that serves one notebook sets it.</summary>
    public static OutputRecorder? Fallback { get; set; }

    /// <summary>Where the current flow of execution shows things, or null outside of cells.</summary>
    public static OutputRecorder? Current => Flowing.Value ?? Fallback;

    public override Encoding Encoding => _outside.Encoding;

    /// <summary>Sends what the current flow of execution shows from here on, and what it starts, to a recorder.</summary>
    public static void Redirect(OutputRecorder recorder)
    {
        Flowing.Value = recorder;
        Console.SetOut(Out);
        Console.SetError(Error);
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (Current is { } recorder)
            recorder.Write(_name, buffer);
        else
            _outside.Write(buffer);
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush() => _outside.Flush();
}
