using System.Buffers.Binary;
using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteThenRead_ManyTensors_GivesTheSameBitsBack()
    {
        const int seed = 11;
        var random = new Random(seed);
        NamedWeights[] tensors = [Drawn(random, "scalar"), Drawn(random, "empty", 3, 0), Drawn(random, "层.0.weight", 5, 7), Drawn(random, "a \"quoted\" name", 3, 1, 4), Drawn(random, "long", 5001)];
        SafetensorsFile.Write(_folder["model.safetensors"], tensors, new Dictionary<string, string> { ["made by"] = "a test", ["format"] = "数" });

        using var file = SafetensorsFile.Open(_folder["model.safetensors"]);

        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(), file.Tensors.Select(entry => entry.Name).Order());
        Assert.Equal([("format", "数"), ("made by", "a test")], file.Metadata.Select(pair => (pair.Key, pair.Value)).Order());
        foreach (NamedWeights tensor in tensors)
        {
            NamedWeights read = file.Read(tensor.Name);
            Assert.Equal(tensor.Shape, read.Shape);
            Assert.True(tensor.Values.Span.SequenceEqual(read.Values.Span), $"{tensor.Name}, seed {seed}");
        }
    }

    /// <summary>The bytes that the format prescribes, spelled out: length, JSON, numbers.</summary>
    [Fact]
    public void Write_OneTensor_WritesTheBytesOfTheFormat()
    {
        SafetensorsFile.Write(_folder["m"], [new NamedWeights("w", [2], new[] { 1f, -2f })]);

        string json = """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""".PadRight(56);
        byte[] bytes = File.ReadAllBytes(_folder["m"]);
        Assert.Equal(56, BinaryPrimitives.ReadInt64LittleEndian(bytes));
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(bytes, 8, 56));
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], bytes[64..]);
    }

    [Fact]
    public void Write_SameTensorsTwice_GivesTheSameBytes()
    {
        foreach (string name in (string[])["a", "b"])
        {
            var metadata = (name == "a" ? (string[])["x", "y"] : ["y", "x"]).ToDictionary(key => key);
            SafetensorsFile.Write(_folder[name], [Drawn(new Random(5), "w", 9, 4)], metadata);
        }

        Assert.Equal(File.ReadAllBytes(_folder["a"]), File.ReadAllBytes(_folder["b"]));
    }

    [Fact]
    public void Read_HalfBrainAndDouble_GivesTheNearestFloats()
    {
        byte[] data = new byte[6 + 4 + 24];
        Half[] halves = [(Half)0.1f, Half.NegativeInfinity, Half.Epsilon];
        for (int i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(2 * i), halves[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(10 + (8 * i)), ((double[])[0.1, 1e300, -3])[i]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(6), 0x3FC0);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(8), 0x7F80);
        string path = Raw("""{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[6,10]},"d":{"shape":[3],"dtype":"F64","data_offsets":[10,34]}}""", data);

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["h", "b", "d"], file.Tensors.Select(entry => entry.Name));
        Assert.Equal([(float)(Half)0.1f, float.NegativeInfinity, (float)Half.Epsilon], file.Read("h").Values.ToArray());
        Assert.Equal([1.5f, float.PositiveInfinity], file.Read("b").Values.ToArray());
        Assert.Equal([0.1f, float.PositiveInfinity, -3f], file.Read("d").Values.ToArray());
    }

    /// <summary>Longer than the block in which numbers are converted.</summary>
    [Fact]
    public void Read_LongHalves_ConvertsAllOfThem()
    {
        const int count = 10_001;
        byte[] data = new byte[2 * count];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(2 * i), (Half)(i % 2048));
        }

        using var file = SafetensorsFile.Open(Raw("{\"h\":{\"dtype\":\"F16\",\"shape\":[10001],\"data_offsets\":[0,20002]}}", data));

        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)(i % 2048)), file.Read("h").Values.ToArray());
    }

    [Fact]
    public void Read_OtherTypes_AreListedAndRefused()
    {
        string path = Raw("""{"ids":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"odd":{"dtype":"F4","shape":[3],"data_offsets":[16,18]},"w":{"dtype":"F32","shape":[1],"data_offsets":[18,22]}}""", new byte[22]);
        using var file = SafetensorsFile.Open(path);

        Assert.Equal([("ids", false), ("odd", false), ("w", true)], file.Tensors.Select(entry => (entry.Name, entry.IsReadable)));
        var refusal = Assert.Throws<NotSupportedException>(() => file.Read("ids"));
        Assert.Equal($"{path}: tensor \"ids\" holds \"I64\"; only F32, F16, BF16 and F64 can be read as floats", refusal.Message);
        Assert.Equal([0f], file.Read("w").Values.ToArray());
    }

    [Fact]
    public void Read_WrongNameOrLengthOrAfterDispose_IsRefused()
    {
        SafetensorsFile.Write(_folder["m"], [new NamedWeights("w", [2, 3], new float[6])]);
        var file = SafetensorsFile.Open(_folder["m"]);

        Assert.Contains("no tensor \"v\" among its 1", Assert.Throws<KeyNotFoundException>(() => file.Read("v")).Message, StringComparison.Ordinal);
        Assert.StartsWith("values: expected 2×3 = 6 floats, got 5", Assert.Throws<ArgumentException>(() => file.Read("w", new float[5])).Message, StringComparison.Ordinal);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("w"));
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAsItWas()
    {
        _folder.Write("m", "old");

        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder["m"], [Drawn(new Random(1), "w", 2), Drawn(new Random(1), "w", 2)]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder["m"], [Drawn(new Random(1), "__metadata__", 2)]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder["m"], [Drawn(new Random(1), "\uD800", 2)]));
        Assert.Throws<DivideByZeroException>(() => SafetensorsFile.Write(_folder["m"], [new NamedWeights("w", [2], new BrokenMemory().Memory)]));

        Assert.Equal("old", File.ReadAllText(_folder["m"]));
        Assert.Equal(["m"], _folder.Files);
    }

    [Fact]
    public void Write_OverAnOldFile_ReplacesItAndLeavesNothingBeside()
    {
        _folder.Write("m", "old");

        SafetensorsFile.Write(_folder["m"], [new NamedWeights("w", [1], (float[])[7])]);

        using var file = SafetensorsFile.Open(_folder["m"]);
        Assert.Equal([7f], file.Read("w").Values.ToArray());
        Assert.Equal(["m"], _folder.Files);
    }

    [Fact]
    public void NamedWeights_WrongCount_DoesTheArithmetic()
    {
        Assert.StartsWith("\"w\": expected 2×3 = 6 floats, got 5", Assert.Throws<ArgumentException>(() => new NamedWeights("w", [2, 3], new float[5])).Message, StringComparison.Ordinal);
        Assert.Contains("[-1, 3]", Assert.Throws<ArgumentException>(() => new NamedWeights("w", [-1, 3], new float[5])).Message, StringComparison.Ordinal);
        Assert.Contains("more than 2^63", Assert.Throws<ArgumentException>(() => new NamedWeights("w", [int.MaxValue, int.MaxValue, int.MaxValue], new float[5])).Message, StringComparison.Ordinal);
    }

    private static NamedWeights Drawn(Random random, string name, params int[] shape) =>
        new(name, shape, Enumerable.Range(0, shape.Aggregate(1, (count, size) => count * size)).Select(_ => BitConverter.Int32BitsToSingle(random.Next() & ~0x40000000)).ToArray());

    private string Raw(string json, byte[] data)
    {
        byte[] length = new byte[8];
        byte[] header = System.Text.Encoding.UTF8.GetBytes(json);
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return _folder.Write("raw.safetensors", [.. length, .. header, .. data]);
    }

    /// <summary>Memory that cannot be read, as of a tensor whose scope has ended.</summary>
    private sealed class BrokenMemory : System.Buffers.MemoryManager<float>
    {
        public override Memory<float> Memory => CreateMemory(2);

        public override Span<float> GetSpan() => throw new DivideByZeroException();

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
