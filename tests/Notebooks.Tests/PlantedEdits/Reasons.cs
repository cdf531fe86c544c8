namespace Notebooks.Tests.PlantedEdits;

/// <summary>Why an edit may stay uncaught: the edited cell computes the same for everything that its kernel accepts.</summary>
internal static class Reasons
{
    private const string SameWidth = "queries and keys have the same width, or they could not be multiplied";
    private const string SameCount = "there are as many values as keys";
    private const string SameSequence = "in causal self-attention queries, keys and values come from one sequence and are equally many";

    private static readonly Dictionary<(string Cell, string Change, string Text), string> Known = new()
    {
        [("dot", "a → b", "for (int d = 0; d < b.Length; d++)")] = SameWidth,
        [("scores-loops", "q → k", "for (int d = 0; d < k.GetLength(1); d++)")] = SameWidth,
        [("weights-agree", "q → k", "float[,] Weights(float[,] q, float[,] k) => WeightsDividedBy(MathF.Sqrt(k.GetLength(1)), q, k);")] = SameWidth,
        [("ladder-matrix", "q → k", "Matrix<double> s = q * k.Transpose() / Math.Sqrt(k.ColumnCount);")] = SameWidth,
        [("biased", "q → k", "Matrix<float> scaled = Scores(q, k).ToMatrix() / MathF.Sqrt(k.GetLength(1));")] = SameWidth,
        [("masked", "q → k", "float[,] s = (Scores(q, k).ToMatrix() / MathF.Sqrt(k.GetLength(1))).ToRows();")] = SameWidth,
        [("padded", "k → v", "float[,] AttendPadded(float[,] q, float[,] k, float[,] v, int length) => AttendMasked(q, k, v, Visible(q, v, (i, j) => j < length));")] = SameCount,
        [("cached", "k → v", "int offset = v.GetLength(0) - q.GetLength(0);")] = SameCount,
        [("cached", "k → v", "return AttendMasked(q, k, v, Visible(q, v, (i, j) => j <= i + offset));")] = SameCount,
        [("causal", "q → k", "float[,] AttendCausal(float[,] q, float[,] k, float[,] v) => AttendMasked(q, k, v, Visible(k, k, (i, j) => j <= i));")] = SameSequence,
        [("causal", "q → v", "float[,] AttendCausal(float[,] q, float[,] k, float[,] v) => AttendMasked(q, k, v, Visible(v, k, (i, j) => j <= i));")] = SameSequence,
        [("causal", "k → q", "float[,] AttendCausal(float[,] q, float[,] k, float[,] v) => AttendMasked(q, k, v, Visible(q, q, (i, j) => j <= i));")] = SameSequence,
        [("causal", "k → v", "float[,] AttendCausal(float[,] q, float[,] k, float[,] v) => AttendMasked(q, k, v, Visible(q, v, (i, j) => j <= i));")] = SameSequence,
    };

    /// <summary>The cells that reasons are about.</summary>
    public static IEnumerable<string> Cells => Known.Keys.Select(key => key.Cell);

    /// <summary>Why this edit need not be caught, or null when it should have been.</summary>
    public static string? Of(PlantedEdit edit) => Known.GetValueOrDefault((edit.CellId, edit.Change, edit.Text));
}
