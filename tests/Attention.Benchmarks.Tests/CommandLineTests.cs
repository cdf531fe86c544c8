using System.Text.Json.Nodes;

namespace Attention.Benchmarks.Tests;

/// <summary>What the program answers. The console is one for the whole process, so these tests are one class, which runs one by one.</summary>
public sealed class CommandLineTests
{
    private const string Quick = "--seconds 0 --runs 3";

    [Theory]
    [InlineData("attention --shape 1x2x24x8 --keys 30 --kv-heads 1 --dv 5 --window 7 --causal --threads 2 --offset 3", "1x2x24x8 keys 30 kv-heads 1 dv 5 window 7")]
    [InlineData("attention-backward --shape 1x2x24x8 --keys 30 --kv-heads 1 --dv 5 --window 7 --causal --threads 2 --offset 3", "1x2x24x8 keys 30 kv-heads 1 dv 5 window 7")]
    [InlineData("decode --shape 2x4x3x8 --keys 30 --kv-heads 2 --dv 5 --window 7 --threads 2 --offset 3", "2x4x3x8 keys 30 kv-heads 2 dv 5 window 7")]
    [InlineData("decode --shape 2x4x3x8 --keys 30 --page 4", "2x4x3x8 keys 30 page 4")]
    [InlineData("mha-layer --shape 1x2x24x8 --keys 30 --kv-heads 1 --dv 5 --window 7 --causal --threads 2 --offset 3", "1x2x24x8 keys 30 kv-heads 1 dv 5 window 7 causal")]
    [InlineData("mha-layer --shape 1x2x24x8", "1x2x24x8")]
    [InlineData("softmax --shape 5x33 --threads 2 --offset 3", "5x33")]
    [InlineData("exp --shape 5x33 --threads 2 --offset 3", "5x33")]
    [InlineData("layernorm --shape 5x33 --threads 2 --offset 3", "5x33")]
    [InlineData("matmul --shape 5x33x7 --threads 2 --offset 3", "5x33x7")]
    public void NamedVerb_AllOptions_MeasuresAndPrintsOneLineOfJson(string verb, string shape)
    {
        (int code, string said, string complaint) = Run($"{verb} {Quick} --memory --json");
        Assert.True(code == 0, complaint);
        JsonObject answer = JsonNode.Parse(Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
        Assert.Equal(verb.Split(' ')[0], answer["name"]!.GetValue<string>());
        Assert.Equal(shape, answer["shape"]!.GetValue<string>());
        Assert.Equal(verb.Contains("--threads 2", StringComparison.Ordinal) ? 2 : 1, answer["threads"]!.GetValue<int>());
        Assert.Equal(3, answer["runs"]!.GetValue<int>());
        Assert.True(answer["median_ms"]!.GetValue<double>() >= answer["min_ms"]!.GetValue<double>());
        Assert.True(answer["peak_gflops"]!.GetValue<double>() > 0);
        Assert.True(answer["extra_bytes"]!.GetValue<long>() >= 0);
    }

    [Fact]
    public void Operations_ByName_PrintsOneLineOfJsonEach()
    {
        (int code, string said, string complaint) = Run($"operations matmul alibi-slopes {Quick} --json");
        Assert.True(code == 0, complaint);
        JsonObject[] answers = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        Assert.Equal(["matmul", "alibi-slopes"], answers.Select(answer => answer["name"]!.GetValue<string>()));
        Assert.Equal("multiply-adds", answers[0]["limit"]!.GetValue<string>());
        Assert.Equal(answers[0]["limit_ms"]!.GetValue<double>() / answers[0]["median_ms"]!.GetValue<double>(), answers[0]["share"]!.GetValue<double>(), 1e-3);
        Assert.Equal(2.0 * 512 * 512 * 512 / 1e6 / answers[0]["median_ms"]!.GetValue<double>(), answers[0]["gflops"]!.GetValue<double>(), 0.01);
        Assert.Equal("memory", answers[1]["limit"]!.GetValue<string>());
    }

    [Fact]
    public void Operations_List_NamesWhatTheFilterLeaves()
    {
        (int code, string said, _) = Run("operations --list --filter GELU");
        Assert.Equal(0, code);
        Assert.Equal(["gelu", "gelu-backward", "gelu-forward-tanh", "gelu-backward-tanh"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    [Theory]
    [InlineData("softmax --causal", "--causal: softmax works on a matrix, without queries and keys.")]
    [InlineData("exp --window 3", "--window: exp works on a matrix, without queries and keys.")]
    [InlineData("layernorm --kv-heads 3", "--kv-heads: layernorm works on a matrix, without queries and keys.")]
    [InlineData("matmul --keys 3", "--keys: matmul multiplies two matrices, without queries and keys.")]
    [InlineData("decode --causal", "--causal: decode hides the future always: a new token sees those up to its own.")]
    [InlineData("attention --shape 1x8x10", "--shape: expected BxHxNxD, such as 1x8x2048x64, got '1x8x10'.")]
    [InlineData("attention --shape 100000x1000x1000x1000", "query: 100000×1000×1000×1000 = 100000000000000 elements, more than the 2147483591 that one buffer can hold")]
    [InlineData("attention --shape 1x8x16x16 --kv-heads 3", "KeyHeads: expected a divisor of Heads = 8, got 3")]
    [InlineData("attention --threads 0", "--threads: expected a whole number from 1 to 256, got '0'.")]
    [InlineData("attention --keys -1", "--keys: expected a whole number of at least 0, got '-1'.")]
    [InlineData("softmax --shape 1000000x1000000", "--shape: 1000000000000 floats are more than one buffer can hold.")]
    [InlineData("softmax --seconds soon", "--seconds: expected a number such as 0.5, got 'soon'.")]
    [InlineData("softmax --nonsense", "Unrecognized command or argument '--nonsense'.")]
    [InlineData("operations softmx", "operations: no operation is called 'softmx'; 'operations --list' names them.")]
    [InlineData("operations --filter softmx", "--filter: no operation's name contains 'softmx'; 'operations --list' names them.")]
    public void BadOption_IsOneLineAndExitCode2(string commandLine, string expected)
    {
        (int code, string said, string complaint) = Run(commandLine);
        Assert.Equal(2, code);
        Assert.Equal("", said);
        Assert.Equal(expected + Environment.NewLine, complaint);
    }

    private static (int Code, string Said, string Complaint) Run(string commandLine)
    {
        (TextWriter output, TextWriter errors) = (Console.Out, Console.Error);
        using StringWriter said = new(), complaint = new();
        Console.SetOut(said);
        Console.SetError(complaint);
        try
        {
            return (CommandLine.Run(commandLine.Split(' ')), said.ToString(), complaint.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
