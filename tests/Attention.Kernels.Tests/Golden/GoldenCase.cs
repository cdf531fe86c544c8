using System.Text.Json;
using System.Text.Json.Serialization;

namespace Attention.Kernels.Tests;

/// <summary>A small problem and what PyTorch computes for it, from a file that make_golden.py wrote.</summary>
internal sealed class GoldenCase
{
    private static readonly JsonSerializerOptions Floats = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string name;
    private readonly JsonElement root;

    private GoldenCase(string name, JsonElement root) => (this.name, this.root) = (name, root);

    /// <summary>The names of the cases in a file.</summary>
    public static TheoryData<string> Names(string file) => new(Open(file).EnumerateObject().Select(each => each.Name));

    public static GoldenCase Read(string file, string name) => new($"{file}, {name}", Open(file).GetProperty(name));

    public bool Has(string input) => root.TryGetProperty(input, out _);

    public int Integer(string number) => root.GetProperty("numbers").GetProperty(number).GetInt32();

    public float Number(string number) => root.GetProperty("numbers").GetProperty(number).GetSingle();

    public bool HasNumber(string number) => root.GetProperty("numbers").TryGetProperty(number, out _);

    public float[] Input(string input) => root.GetProperty(input).Deserialize<float[]>(Floats)!;

    public int[] Integers(string input) => root.GetProperty(input).Deserialize<int[]>()!;

    /// <summary>
    /// Holds a result against PyTorch's in double precision. The yardstick is what PyTorch itself loses in single precision, in the worst element; a result may lose as many times that as it
    /// may lose of its naive form's error. Units in the last place are counted at the largest number of the result: a sum of terms of that size cannot be more exact where it cancels.
    /// The file's numbers are rounded to floats, which is half a unit of the four that every budget adds.
    /// </summary>
    public void Holds(ErrorBudget budget, string result, ReadOnlySpan<float> actual, string how)
    {
        JsonElement golden = root.GetProperty(result);
        double[] values = Array.ConvertAll(golden.GetProperty("values").Deserialize<float[]>(Floats)!, value => (double)value);
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        double ulps = (budget.Factor * golden.GetProperty("lost").GetDouble() / ErrorBudget.Ulp(largest)) + budget.Ulps;
        new ErrorBudget(0, ulps).Assert($"{result}, {how}, {name}", new Expected(values, [.. Enumerable.Repeat(largest, values.Length)]), actual);
    }

    private static JsonElement Open(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", $"{file}.json")));
        return document.RootElement.Clone();
    }
}
