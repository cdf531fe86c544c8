using System.Text.Json.Nodes;

namespace Attention.Course.Execution;

/// <summary>What every cell can call besides its own code: the functions that .NET Interactive and ClrKernel give too.</summary>
public static class CellFunctions
{
    /// <summary>Shows a value where the cell is at that moment, in the renderings that its type prefers.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The renderings wanted; none means those that the type prefers.</param>
    /// <returns>A handle with which the display can be replaced.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes)
    {
        OutputRecorder recorder = CellConsole.Current ?? throw new InvalidOperationException("Display works inside a notebook's cell only.");
        return new DisplayedValue(recorder.Display(ValueFormatter.Format(value, mimeTypes)), mimeTypes);
    }

    /// <summary>Marks text as HTML, so that it is shown as such.</summary>
    /// <param name="content">The HTML.</param>
    /// <returns>The HTML, ready to be shown.</returns>
    public static HtmlContent HTML(string content) => new(content);
}

/// <summary>A display that can still change.</summary>
public sealed class DisplayedValue
{
    private readonly Action<JsonObject> _replace;
    private readonly string[] _mimeTypes;

    internal DisplayedValue(Action<JsonObject> replace, string[] mimeTypes)
    {
        _replace = replace;
        _mimeTypes = mimeTypes;
    }

    /// <summary>Shows another value in the place of this one.</summary>
    /// <param name="value">What to show instead.</param>
    public void Update(object? value) => _replace(ValueFormatter.Format(value, _mimeTypes));
}

/// <summary>HTML that a cell shows.</summary>
public sealed class HtmlContent
{
    internal HtmlContent(string content) => Content = content;

    internal string Content { get; }

    /// <summary>The HTML itself.</summary>
    public override string ToString() => Content;
}
