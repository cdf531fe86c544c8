using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>A file of named tensors in the safetensors format: 8 bytes for the header's length, the header in JSON, the numbers.</summary>
/// <remarks>
/// Opening reads the header alone and checks it; the numbers stay on the disk, mapped into memory, until they are asked for. F32, F16, BF16 and F64 are read as float32; tensors
/// of other types are listed, and refused when read. The format: https://github.com/huggingface/safetensors.
/// </remarks>
public sealed partial class SafetensorsFile : IDisposable
{
    private readonly string _path;
    private readonly SafetensorsHeader _header;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private SafetensorsFile(string path)
    {
        _path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            _header = SafetensorsHeader.Read(path, stream.SafeFileHandle);
            _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Tensors = [.. _header.Entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
    }

    /// <summary>Opens a file and checks its header; no number is read yet.</summary>
    /// <exception cref="InvalidDataException">The file breaks the format; the message names the file, and the tensor where it is one.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SafetensorsFile(path);
    }

    /// <summary>The file's path, as it was given.</summary>
    public string FilePath => _path;

    /// <summary>What the file holds, in the order of the data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Texts about the file, such as what wrote it.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether the file holds a tensor of this name.</summary>
    public bool Contains(string name) => _header.Entries.ContainsKey(name);

    /// <summary>What the file says of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public SafetensorsEntry Entry(string name) => _header.Entries.TryGetValue(name, out SafetensorsEntry? entry) ? entry
        : throw new KeyNotFoundException(Invariant($"{_path}: no tensor {Quoted.Of(name)} among its {Tensors.Count}"));

    /// <summary>Reads a tensor as floats.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="NotSupportedException">Its numbers are not of a type that can be read, or too many for an array.</exception>
    public NamedWeights Read(string name)
    {
        SafetensorsEntry entry = Readable(name);
        if (entry.Count > Array.MaxLength)
        {
            throw new NotSupportedException(Invariant($"{_path}: tensor {Quoted.Of(name)}: {Shapes.Product(entry.Shape)} numbers are more than an array holds"));
        }

        float[] values = new float[entry.Count];
        Copy(entry, values);
        return new NamedWeights(name, entry.Shape, values);
    }

    /// <summary>Reads a tensor as floats into memory of the caller's.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="values">[the tensor's count]; overwritten.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="NotSupportedException">Its numbers are not of a type that can be read.</exception>
    /// <exception cref="ArgumentException">The memory does not have the tensor's count.</exception>
    public void Read(string name, Span<float> values)
    {
        SafetensorsEntry entry = Readable(name);
        if (values.Length != entry.Count)
        {
            throw new ArgumentException(Invariant($"values: expected {Shapes.Product(entry.Shape)} floats, got {values.Length}"), nameof(values));
        }

        Copy(entry, values);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private SafetensorsEntry Readable(string name)
    {
        SafetensorsEntry entry = Entry(name);
        return entry.IsReadable ? entry
            : throw new NotSupportedException($"{_path}: tensor {Quoted.Of(name)} holds {Quoted.Of(entry.ElementType)}; only F32, F16, BF16 and F64 can be read as floats");
    }

    private void Copy(SafetensorsEntry entry, Span<float> values)
    {
        ulong start = (ulong)(_header.DataStart + entry.Begin);
        SafeBuffer bytes = _view.SafeMemoryMappedViewHandle;
        ObjectDisposedException.ThrowIf(bytes.IsClosed, this);
        if (entry.ElementType == "F32" && BitConverter.IsLittleEndian)
        {
            bytes.ReadSpan(start, values);
            return;
        }

        int size = SafetensorsEntry.Bits(entry.ElementType) / 8;
        Span<byte> block = stackalloc byte[4096];
        for (int done = 0; done < values.Length;)
        {
            Span<float> part = values.Slice(done, Math.Min(block.Length / size, values.Length - done));
            Span<byte> raw = block[..(part.Length * size)];
            bytes.ReadSpan(start + ((ulong)done * (ulong)size), raw);
            FloatBytes.Decode(entry.ElementType, raw, part);
            done += part.Length;
        }
    }
}
