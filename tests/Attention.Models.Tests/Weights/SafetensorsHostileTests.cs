using System.Buffers.Binary;
using Attention.Models.Tests.Data;

namespace Attention.Models.Tests.Weights;

/// <summary>Files that lie are refused by name, before anything is believed.</summary>
public sealed class SafetensorsHostileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0x8000_0000_0000_0000, "claims 9223372036854775808 bytes; at most 100000000")]
    [InlineData(ulong.MaxValue, "claims 18446744073709551615 bytes")]
    [InlineData(100_000_001UL, "claims 100000001 bytes; at most")]
    [InlineData(99_999_999UL, "claims 99999999 bytes, but only 2 follow")]
    [InlineData(3UL, "claims 3 bytes, but only 2 follow")]
    public void Open_HeaderLengthThatLies_IsRefusedWithoutAllocatingIt(ulong length, string expected)
    {
        byte[] bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        "{}"u8.CopyTo(bytes.AsSpan(8));
        string path = _folder.Write("hostile.safetensors", bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.True(allocated < 1 << 18, $"{allocated} bytes");
    }

    [Theory]
    [InlineData("", 0, "not valid JSON")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{} x", 0, "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    [InlineData("""{"w":3}""", 0, "\"w\": is not described by an object")]
    [InlineData("""{"w":{"shape":[1],"data_offsets":[0,4]}}""", 4, "\"w\": has no dtype")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "\"w\": has no shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1]}}""", 4, "\"w\": data_offsets is not a pair")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "\"w\": data_offsets is not a pair")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "\"w\": has an unknown field \"more\"")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "\"w\": dtype is not one text")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "\"w\": shape is listed twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "\"w\": is listed twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "\"w\": shape holds something else than whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "\"w\": shape holds something else than whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[[[[[[1]]]]]],"data_offsets":[0,4]}}""", 4, "something else than whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3000000000],"data_offsets":[0,4]}}""", 4, "\"w\": an axis of 3000000000 is longer than 2147483647")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "\"w\": [2147483647, 2147483647, 2147483647] holds more than 2^63 numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2147483647,2147483647,2],"data_offsets":[0,4]}}""", 4, "\"w\": [2147483647, 2147483647, 2] of F32 takes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "\"w\": [2] of F32 takes 2 × 4 bytes, but its data have 4")]
    [InlineData("""{"w":{"dtype":"BF16","shape":[1,1],"data_offsets":[0,4]}}""", 4, "\"w\": [1, 1] of BF16 takes 1×1 = 1 × 2 bytes, but its data have 4")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}""", 8, "\"w\": its data begin at 8, after their end at 4")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "\"w\": its data end at 4, but the file has only 3 bytes of data")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775800,9223372036854775804]}}""", 4, "\"w\": its data end at 9223372036854775804")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}""", 4, "\"w\": data_offsets holds something else")]
    [InlineData("""{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "\"w\": its data begin at 4, inside those of \"v\", which end at 8")]
    [InlineData("""{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "\"w\": its data begin at 8, but what comes before ends at 4: 4 bytes belong to no tensor")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 9, "the last tensor ends at 4, but the file has 9 bytes of data")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "__metadata__: the value of \"a\" is not a text")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "__metadata__: \"a\" is listed twice")]
    [InlineData("""{"__metadata__":{"a":"1"},"__metadata__":{"b":"2"}}""", 0, "__metadata__ is listed twice")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__ is not an object")]
    public void Open_BrokenHeader_IsRefusedByName(string json, int dataSize, string expected)
    {
        string path = Raw(System.Text.Encoding.UTF8.GetBytes(json), dataSize);

        var refusal = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));

        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeepJson_IsRefusedNotRecursedInto()
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes("{\"__metadata__\":" + new string('[', 1_000_000));

        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw(json, 0)));
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw([.. "{\"w\":"u8, .. Enumerable.Repeat("{\"a\":"u8.ToArray(), 100_000).SelectMany(part => part)], 0)));
    }

    /// <summary>What people download instead of the file, or under its name.</summary>
    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS; fetch the file itself with git lfs pull")]
    [InlineData("PK\u0003\u0004 a checkpoint of PyTorch", "a zip archive; unpack it first")]
    [InlineData("<!DOCTYPE html>", "its header claims")]
    public void Open_OtherFileByMistake_SaysWhatItIs(string text, string expected)
    {
        string path = _folder.Write("model.safetensors", text);

        Assert.StartsWith($"{path}: {expected}", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NameThatTurnsTheTerminal_IsWrittenOut()
    {
        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw(System.Text.Encoding.UTF8.GetBytes("{\"a\u202Eb\u2028c\u007Fd猫\":1}"), 0))).Message;

        Assert.Contains("\"a\\u202Eb\\u2028c\\u007Fd猫\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShapeOfAMillionAxes_IsRefusedInAFewWords()
    {
        string axes = string.Join(',', Enumerable.Repeat("1", 1_000_000));

        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw(System.Text.Encoding.ASCII.GetBytes($"{{\"w\":{{\"dtype\":\"F32\",\"shape\":[{axes}],\"data_offsets\":[0,8]}}}}"), 8))).Message;

        Assert.Contains("… (1000000 axes)] of F32 takes", message, StringComparison.Ordinal);
        Assert.True(message.Length < 600, message);
    }

    [Fact]
    public void Open_InvalidUtf8_IsRefused() => Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw([.. "{\"w"u8, 0xFF, .. "\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}"u8], 4)));

    [Fact]
    public void Open_HostileName_IsCutAndWrittenOut()
    {
        string name = "\\u001b[2J" + new string('x', 1_000_000);

        var refusal = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(Raw(System.Text.Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"), 0)));

        Assert.Contains("\"\\u001B[2Jxxx", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refusal.Message);
        Assert.True(refusal.Message.Length < 500);
    }

    /// <summary>Every file that is cut off anywhere is refused: no prefix of a good file passes for one.</summary>
    [Fact]
    public void Open_EveryPrefixOfAGoodFile_IsRefused()
    {
        SafetensorsFile.Write(_folder["good"], [new NamedWeights("a", [3], new float[3]), new NamedWeights("b", [2, 2], new float[4])]);
        byte[] good = File.ReadAllBytes(_folder["good"]);
        for (int length = 0; length < good.Length; length++)
        {
            string path = _folder.Write("cut", good[..length]);
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        }
    }

    /// <summary>A byte changed anywhere in the header gives either a clear refusal or a file whose tensors still lie inside the data.</summary>
    [Fact]
    public void Open_HeaderWithAnyByteChanged_IsRefusedOrSound()
    {
        const int seed = 3;
        var random = new Random(seed);
        SafetensorsFile.Write(_folder["good"], [new NamedWeights("a", [3], new float[3]), new NamedWeights("b", [2, 2], new float[4])]);
        byte[] good = File.ReadAllBytes(_folder["good"]);
        for (int round = 0; round < 2000; round++)
        {
            byte[] changed = [.. good];
            changed[random.Next(good.Length - 28)] = (byte)random.Next(256);
            string path = _folder.Write("changed", changed);
            try
            {
                using var file = SafetensorsFile.Open(path);
                Assert.Equal(28, file.Tensors.Sum(entry => entry.End - entry.Begin));
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private string Raw(byte[] json, int dataSize)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return _folder.Write("hostile.safetensors", [.. length, .. json, .. new byte[dataSize]]);
    }
}
