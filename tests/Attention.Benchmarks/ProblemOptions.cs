using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>The options that say which attention problem to measure: the same for every verb that attends.</summary>
/// <param name="usual">Batch, heads, queries and width when nothing is said.</param>
internal sealed class ProblemOptions(params int[] usual)
{
    /// <summary>What only a verb with queries and keys can be told.</summary>
    internal static readonly string[] Names = ["--keys", "--kv-heads", "--dv", "--key-length", "--window", "--causal"];

    private readonly Option<int[]> _shape = CommonOptions.Sizes("--shape", "BxHxNxD", usual, "Batch, heads, queries, width.");
    private readonly Option<int> _keys = CommonOptions.Integer("--keys", 0, 0, "M, the number of keys; 0: as many as queries.");
    private readonly Option<int> _keyHeads = CommonOptions.Integer("--kv-heads", 0, 0, "G, the number of key heads; 0: as many as query heads.");
    private readonly Option<int> _valueWidth = CommonOptions.Integer("--dv", 0, 0, "Dv, the width of a value; 0: as wide as a key.");
    private readonly Option<int> _keyLength = CommonOptions.Integer("--key-length", 0, 0, "How many keys are real, the rest being padding; 0: all.");
    private readonly Option<int> _window = CommonOptions.Integer("--window", 0, 0, "How many keys a query sees, up to its own; only those count as work. 0: all.");
    private readonly Option<bool> _causal = new("--causal") { Description = "Hide the future; only the visible half counts as work." };

    internal void AddTo(Command command)
    {
        command.Add(_shape);
        command.Add(_keys);
        command.Add(_keyHeads);
        command.Add(_valueWidth);
        command.Add(_keyLength);
        command.Add(_window);
        command.Add(_causal);
    }

    /// <summary>The problem that the command line asks for.</summary>
    internal AttentionProblem Of(ParseResult parsed)
    {
        int[] s = parsed.GetResult(_shape) is null ? usual : parsed.GetValue(_shape)!;
        int keys = Or(parsed.GetValue(_keys), s[2]);
        var shape = new AttentionShape(s[0], s[1], Or(parsed.GetValue(_keyHeads), s[1]), s[2], keys, s[3], Or(parsed.GetValue(_valueWidth), s[3]));
        return new AttentionProblem(shape, parsed.GetValue(_causal), parsed.GetValue(_window), Math.Min(keys, Or(parsed.GetValue(_keyLength), keys)));
    }

    private static int Or(int given, int fallback) => given > 0 ? given : fallback;
}
