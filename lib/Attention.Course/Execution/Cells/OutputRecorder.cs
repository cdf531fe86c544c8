using System.Text;
using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>What the running cell shows, in the order in which it shows it, from whatever thread.</summary>
/// <param name="limit">The characters that one cell may show.</param>
internal sealed class OutputRecorder(long limit)
{
    private readonly Lock _gate = new();
    private List<Entry> _entries = [];
    private long _length;

    /// <summary>Raised once, when a cell shows more than the limit.</summary>
    public event Action? Overflowed;

    /// <summary>Whether the running cell showed more than the limit.</summary>
    public bool IsFull => _length > limit;

    /// <summary>Adds text to the console; pieces that follow each other on one stream become one output.</summary>
    public void Write(string stream, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        lock (_gate)
        {
            Count(text.Length);
            if (_entries is not [.., StreamEntry last] || last.Name != stream)
                _entries.Add(last = new StreamEntry(stream));
            last.Text.Append(text);
        }
    }

    /// <summary>Adds a display, and returns what replaces it.</summary>
    public Action<JsonObject> Display(JsonObject data)
    {
        var entry = new DisplayEntry(data);
        lock (_gate)
        {
            Count(Length(data));
            _entries.Add(entry);
        }

        return replacement =>
        {
            lock (_gate)
            {
                Count(Length(replacement));
                entry.Data = replacement;
            }
        };
    }

    /// <summary>Counts what the cell ends in, which stands last whenever it was made.</summary>
    public void Count(JsonObject data)
    {
        lock (_gate)
            Count(Length(data));
    }

    /// <summary>What was shown since the last call.</summary>
    public List<Output> Take()
    {
        lock (_gate)
        {
            List<Output> outputs = [.. _entries.Select(entry => entry.ToOutput())];
            _entries = [];
            _length = 0;
            return outputs;
        }
    }

    private void Count(long length)
    {
        bool wasFull = IsFull;
        _length += length;
        if (!IsFull)
            return;
        if (!wasFull)
            Overflowed?.Invoke();
        throw new OutputLimitException(limit);
    }

    private static long Length(JsonObject data)
    {
        long length = 0;
        foreach (var (_, rendering) in data)
            length += rendering is JsonValue value && value.TryGetValue(out string? text) ? text.Length : rendering?.ToJsonString().Length ?? 0;
        return length;
    }

    private abstract class Entry
    {
        public abstract Output ToOutput();
    }

    private sealed class StreamEntry(string name) : Entry
    {
        public string Name => name;

        public StringBuilder Text { get; } = new();

        public override Output ToOutput() => new StreamOutput(name, Text.Replace("\r\n", "\n").ToString());
    }

    private sealed class DisplayEntry(JsonObject data) : Entry
    {
        public JsonObject Data { get; set; } = data;

        public override Output ToOutput() => new DisplayOutput(Data, []);
    }
}

/// <summary>Ends a cell that shows more than a notebook can hold.</summary>
internal sealed class OutputLimitException(long limit)
    : Exception($"the cell showed more than {limit / 1_000_000} MB, which is more than a notebook can hold")
{
}
