using System.Text.Json;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>The elements of one array in a JSON file, one at a time, so that a file may be larger than the memory.</summary>
internal sealed class JsonArrayStream
{
    /// <summary>No element is longer; a file that claims otherwise is refused before it fills the memory.</summary>
    private const int LongestElement = 1 << 28;

    private readonly string _path;
    private readonly Stream _stream;
    private Step _step;
    private bool _found;
    private byte[] _buffer = new byte[1 << 16];
    private int _start, _end, _line = 1;
    private bool _last;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 16 });

    private enum Step
    {
        Start,
        Members,
        Elements,
        End,
    }

    private JsonArrayStream(string path, Stream stream) => (_path, _stream) = (path, stream);

    /// <summary>Reads the array that the file's object holds under this name; each element comes with the line at which it begins.</summary>
    public static IEnumerable<(int Line, JsonElement Element)> Read(string path, string property)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var json = new JsonArrayStream(path, stream);
        json.SkipMark();
        while (json.Next(property) is { } element)
        {
            yield return element;
        }
    }

    /// <summary>The next element, or null at the end of the file.</summary>
    private (int Line, JsonElement Element)? Next(string property)
    {
        while (true)
        {
            if (Try(property, out (int, JsonElement)? element))
            {
                return element;
            }

            Fill();
        }
    }

    /// <summary>Goes on as far as the buffer allows; false: more bytes are needed.</summary>
    private bool Try(string property, out (int Line, JsonElement Element)? element)
    {
        element = null;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
        try
        {
            while (true)
            {
                // The reader is remembered before each step: where the bytes run out, the step begins anew once there are more.
                Utf8JsonReader before = reader;
                if (!reader.Read())
                {
                    Keep(before);
                    return _last && (_found ? true : throw TextLines.Bad(_path, _line, $"no list {property} in the file"));
                }

                switch (_step, reader.TokenType)
                {
                    case (Step.Start, JsonTokenType.StartObject):
                        _step = Step.Members;
                        break;
                    case (Step.Members, JsonTokenType.PropertyName):
                        bool wanted = reader.ValueTextEquals(property);
                        if (wanted ? !reader.Read() : !reader.TrySkip())
                        {
                            Keep(before);
                            return false;
                        }

                        if (wanted)
                        {
                            _step = reader.TokenType == JsonTokenType.StartArray && !_found ? Step.Elements : throw TextLines.Bad(_path, _line, $"{property} is not one list");
                            _found = true;
                        }

                        break;
                    case (Step.Members, JsonTokenType.EndObject):
                        _step = Step.End;
                        break;
                    case (Step.Elements, JsonTokenType.EndArray):
                        _step = Step.Members;
                        break;
                    case (Step.Elements, _):
                        int lead = (int)reader.TokenStartIndex;
                        if (!JsonElement.TryParseValue(ref reader, out JsonElement? parsed))
                        {
                            Keep(before);
                            return false;
                        }

                        element = (_line + _buffer.AsSpan(_start, lead).Count((byte)'\n'), parsed.Value);
                        Keep(reader);
                        return true;
                    default:
                        throw TextLines.Bad(_path, _line, "the file is not one JSON object");
                }
            }
        }
        catch (JsonException error)
        {
            // The reader's state counts the lines from the file's beginning, and from 0.
            int line = 1 + (int)Math.Min(error.LineNumber ?? 0, int.MaxValue - 1);
            throw TextLines.Bad(_path, line, $"no valid JSON: {Quoted.Reason(error)}");
        }
        catch (InvalidOperationException error)
        {
            throw TextLines.Bad(_path, _line, $"no valid text: {error.Message}", error);
        }
    }

    private void Keep(Utf8JsonReader reader)
    {
        int used = (int)reader.BytesConsumed;
        _line += _buffer.AsSpan(_start, used).Count((byte)'\n');
        _start += used;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_end >= LongestElement)
            {
                throw TextLines.Bad(_path, _line, Invariant($"one element of the list is longer than {LongestElement} bytes"));
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _last = read == 0;
    }

    private void SkipMark()
    {
        Fill();
        if (ForeignFile.Says(_buffer.AsSpan(0, _end)) is { } says)
        {
            throw TextLines.Bad(_path, 1, says);
        }

        if (_buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _start = 3;
        }
    }
}
