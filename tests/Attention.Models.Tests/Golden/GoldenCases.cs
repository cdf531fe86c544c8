using System.Globalization;
using System.Text.Json;

namespace Attention.Models.Tests.Golden;

/// <summary>What PyTorch computed: a file of cases, each of tensors by name. The script that makes a file lies beside it.</summary>
internal sealed class GoldenCases
{
    private readonly Dictionary<string, Dictionary<string, Tensor>> _cases;

    private GoldenCases(Dictionary<string, Dictionary<string, Tensor>> cases) => _cases = cases;

    /// <summary>The tensors of a case.</summary>
    internal IReadOnlyDictionary<string, Tensor> this[string name] => _cases[name];

    internal static GoldenCases Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", file)));
        return new(document.RootElement.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.EnumerateObject().ToDictionary(tensor => tensor.Name, tensor => Of(tensor.Value))));
    }

    /// <summary>As near as float32 can be asked to be: relative to the largest number, or to 0.1 where all are smaller, such as a key's bias, whose gradient is all rounding.</summary>
    internal static void Near(string what, Tensor expected, Tensor actual, double relative = 1e-5)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double most = relative * Math.Max(0.1, expected.ToArray().Select(Math.Abs).Max());
        for (int i = 0; i < expected.Count; i++)
        {
            double error = Math.Abs((double)expected.Values[i] - actual.Values[i]);
            Assert.True(error <= most, string.Create(CultureInfo.InvariantCulture, $"{what}, element {i}: PyTorch has {expected.Values[i]}, we have {actual.Values[i]}"));
        }
    }

    private static Tensor Of(JsonElement tensor) =>
        Tensor.Of([.. tensor.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())]).Reshape([.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);
}
