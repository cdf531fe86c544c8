namespace Attention.Lab.Tests;

/// <summary>Mistakes that people make, one per entry, each under the name that it must not agree with.</summary>
internal static class Planted
{
    private const float Hidden = -1e9f;

    public static readonly (string Kernel, string Mistake, Delegate Function)[] All =
    [
        ("exp", "powers of two", (float[] x) => Map(x, value => MathF.Pow(2, value))),
        ("exp", "five terms of the series", (float[] x) => Map(x, value => 1 + value + (value * value / 2) + (value * value * value / 6) + (value * value * value * value / 24))),
        ("exp", "overflow held back at the largest float", (float[] x) => Map(x, value => MathF.Min(MathF.Exp(value), float.MaxValue))),
        ("exp", "negative numbers cut off", (float[] x) => Map(x, value => MathF.Exp(MathF.Max(value, 0)))),
        ("exp", "four digits only", (float[] x) => Map(x, value => MathF.Round(MathF.Exp(value), 4))),
        ("exp-backward", "the gradient alone", (float[] y, float[] gradient) => gradient),
        ("exp-backward", "e to the y", (float[] y, float[] gradient) => Zip(y, gradient, (a, b) => MathF.Exp(a) * b)),
        ("softmax", "no maximum subtracted", (float[] scores) => Share(Map(scores, MathF.Exp))),
        ("softmax", "minimum subtracted", (float[] scores) => Share(Map(scores, score => MathF.Exp(score - scores.Min())))),
        ("softmax", "maximum of absolute values", (float[] scores) => Share(Map(scores, score => MathF.Exp(score - scores.Max(MathF.Abs))))),
        ("softmax", "maximum added", (float[] scores) => Share(Map(scores, score => MathF.Exp(score + scores.Max())))),
        ("softmax", "not normalised", (float[] scores) => Map(scores, score => MathF.Exp(score - scores.Max()))),
        ("softmax", "shares of the scores themselves", (float[] scores) => Share(scores)),
        ("softmax", "divided by the count", (float[] scores) => Map(scores, score => MathF.Exp(score - scores.Max()) / scores.Length)),
        ("softmax", "one left out of the sum", (float[] scores) => Map(scores, score => MathF.Exp(score - scores.Max()) / scores.Skip(1).Sum(other => MathF.Exp(other - scores.Max())))),
        ("softmax", "sharpened a little", (float[] scores) => Naive.Softmax(Map(scores, score => score * 1.00001f))),
        ("softmax", "a small number in the denominator", (float[] scores) => Map(scores, score => MathF.Exp(score - scores.Max()) / (scores.Sum(other => MathF.Exp(other - scores.Max())) + 1e-5f))),
        ("softmax", "winner takes all", (float[] scores) => Map(scores, score => score == scores.Max() ? 1 : 0)),
        ("softmax-rows", "columns instead of rows", (float[,] scores) => Turn(Naive.Rows(Turn(scores), Naive.Softmax))),
        ("softmax-rows", "over the whole matrix", (float[,] scores) => Reshape(Naive.Softmax([.. scores.Cast<float>()]), scores)),
        ("softmax-rows", "one maximum for all rows", (float[,] scores) => Naive.Rows(scores, row => Share(Map(row, score => MathF.Exp(score - scores.Cast<float>().Max()))))),
        ("softmax-rows", "last row forgotten", (float[,] scores) => Naive.Rows(scores, Naive.Softmax) is var weights && Clear(weights, weights.GetLength(0) - 1) ? weights : weights),
        ("masked-softmax", "no case for the hidden row", (float[,] scores) => Naive.Rows(scores, Naive.Softmax)),
        ("masked-softmax", "hidden row spread evenly", (float[,] scores) => Naive.Rows(scores, row => row.All(float.IsNegativeInfinity) ? Map(row, _ => 1f / row.Length) : Naive.Softmax(row))),
        ("masked-softmax", "hidden means -1e9", (float[,] scores) => Naive.Rows(scores, row => Naive.Softmax(Map(row, score => MathF.Max(score, Hidden))))),
        ("softmax-backward", "mean not subtracted", (float[] weights, float[] gradient) => Zip(weights, gradient, (w, g) => w * g)),
        ("softmax-backward", "plain mean of the gradient", (float[] weights, float[] gradient) => Zip(weights, gradient, (w, g) => w * (g - gradient.Average()))),
        ("softmax-backward", "diagonal of the Jacobian only", (float[] weights, float[] gradient) => Zip(weights, gradient, (w, g) => w * (1 - w) * g)),
        ("softmax-backward", "sign", (float[] weights, float[] gradient) => Map(Naive.SoftmaxBackward(weights, gradient), value => -value)),
        ("softmax-backward", "weight forgotten", (float[] weights, float[] gradient) => Zip(weights, gradient, (_, g) => g - Enumerable.Range(0, weights.Length).Sum(i => weights[i] * gradient[i]))),
        ("attention-weights", "scale dropped", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q, k, 1), Naive.Softmax)),
        ("attention-weights", "divided by d", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q, k, 1f / q.GetLength(1)), Naive.Softmax)),
        ("attention-weights", "multiplied by √d", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q, k, MathF.Sqrt(q.GetLength(1))), Naive.Softmax)),
        ("attention-weights", "divided by √n instead of √d", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q, k, 1 / MathF.Sqrt(k.GetLength(0))), Naive.Softmax)),
        ("attention-weights", "scale after softmax", (float[,] q, float[,] k) => Scale(Naive.Rows(Naive.Scores(q, k, 1), Naive.Softmax), Naive.Scale(q))),
        ("attention-weights", "scores instead of weights", (float[,] q, float[,] k) => Naive.Scores(q, k, Naive.Scale(q))),
        ("attention-weights", "over the queries", (float[,] q, float[,] k) => Turn(Naive.Rows(Turn(Naive.Scores(q, k, Naive.Scale(q))), Naive.Softmax))),
        ("attention-weights", "queries and keys swapped", (float[,] q, float[,] k) => Naive.Weights(k, q)),
        ("attention-weights", "no maximum subtracted", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q, k, Naive.Scale(q)), row => Share(Map(row, MathF.Exp)))),
        ("attention-weights", "sum of squares", (float[,] q, float[,] k) => Naive.Weights(q, q)),
        ("attention", "scale dropped", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Naive.Scores(q, k, 1), Naive.Softmax), v)),
        ("attention", "divided by d", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Naive.Scores(q, k, 1f / q.GetLength(1)), Naive.Softmax), v)),
        ("attention", "scale by the value's width", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Naive.Scores(q, k, 1 / MathF.Sqrt(v.GetLength(1))), Naive.Softmax), v)),
        ("attention", "key and value swapped", (float[,] q, float[,] k, float[,] v) => Naive.Attention(q, v, k)),
        ("attention", "weights times keys", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Weights(q, k), k)),
        ("attention", "scores times values", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Scores(q, k, Naive.Scale(q)), v)),
        ("attention", "columns instead of rows", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Turn(Naive.Rows(Turn(Naive.Scores(q, k, Naive.Scale(q))), Naive.Softmax)), v)),
        ("attention", "plain mean of the values", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Naive.Scores(q, k, 0), Naive.Softmax), v)),
        ("attention", "last key left out", (float[,] q, float[,] k, float[,] v) => Naive.Masked(q, k, v, Sees(q, k, (_, j) => j < k.GetLength(0) - 1))),
        ("attention", "first query for all", (float[,] q, float[,] k, float[,] v) => First(Naive.Attention(q, k, v))),
        ("causal-attention", "sees the future", Naive.Attention),
        ("causal-attention", "one too many", (float[,] q, float[,] k, float[,] v) => Naive.Masked(q, k, v, Sees(q, k, (i, j) => j <= i + 1))),
        ("causal-attention", "one too few", (float[,] q, float[,] k, float[,] v) => Naive.Masked(q, k, v, Sees(q, k, (i, j) => j < i))),
        ("causal-attention", "the past hidden", (float[,] q, float[,] k, float[,] v) => Naive.Masked(q, k, v, Sees(q, k, (i, j) => j >= i))),
        ("causal-attention", "mask after softmax", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Mask(Naive.Weights(q, k), (i, j) => j <= i), v)),
        ("causal-attention", "hidden means the score 0", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Mask(Naive.Scores(q, k, Naive.Scale(q)), (i, j) => j <= i), Naive.Softmax), v)),
        ("causal-attention", "hidden means -10", (float[,] q, float[,] k, float[,] v) => Naive.Biased(q, k, v, (i, j) => j <= i ? 0 : -10)),
        ("cached-causal-attention", "aligned at the start", (float[,] q, float[,] k, float[,] v) => Naive.Masked(q, k, v, Sees(q, k, (i, j) => j <= i))),
        ("cached-causal-attention", "hidden means -1e9", (float[,] q, float[,] k, float[,] v) => Naive.Biased(q, k, v, (i, j) => j <= i + k.GetLength(0) - q.GetLength(0) ? 0 : Hidden)),
        ("padded-attention", "padding seen", (float[,] q, float[,] k, float[,] v, int length) => Naive.Attention(q, k, v)),
        ("padded-attention", "one too many", (float[,] q, float[,] k, float[,] v, int length) => Naive.Padded(q, k, v, length + 1)),
        ("padded-attention", "padding at the front", (float[,] q, float[,] k, float[,] v, int length) => Naive.Masked(q, k, v, Sees(q, k, (_, j) => j >= k.GetLength(0) - length))),
        ("padded-attention", "hidden means -1e9", (float[,] q, float[,] k, float[,] v, int length) => Naive.Biased(q, k, v, (_, j) => j < length ? 0 : Hidden)),
        ("padded-attention", "mask after softmax", (float[,] q, float[,] k, float[,] v, int length) => Naive.Sum(Mask(Naive.Weights(q, k), (_, j) => j < length), v)),
        ("masked-attention", "mask the other way round", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Masked(q, k, v, Sees(q, k, (i, j) => !visible[i, j]))),
        ("masked-attention", "mask ignored", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Attention(q, k, v)),
        ("masked-attention", "hidden means -1e9", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Biased(q, k, v, (i, j) => visible[i, j] ? 0 : Hidden)),
        ("masked-attention", "no case for the row that sees nothing", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Sum(Naive.Rows(Hide(Naive.Scores(q, k, Naive.Scale(q)), visible), Naive.Softmax), v)),
        ("masked-attention", "mask after softmax", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Sum(Mask(Naive.Weights(q, k), (i, j) => visible[i, j]), v)),
        ("biased-attention", "bias ignored", (float[,] q, float[,] k, float[,] v, float[,] bias) => Naive.Attention(q, k, v)),
        ("biased-attention", "bias subtracted", (float[,] q, float[,] k, float[,] v, float[,] bias) => Naive.Biased(q, k, v, (i, j) => -bias[i, j])),
        ("biased-attention", "bias scaled too", (float[,] q, float[,] k, float[,] v, float[,] bias) => Naive.Biased(q, k, v, (i, j) => bias[i, j] * Naive.Scale(q))),
        ("biased-attention", "bias multiplied in", (float[,] q, float[,] k, float[,] v, float[,] bias) => Naive.Sum(Naive.Rows(Times(Naive.Scores(q, k, Naive.Scale(q)), bias), Naive.Softmax), v)),
        ("multi-head-attention", "one wide head", (float[,] q, float[,] k, float[,] v, int heads) => Naive.Attention(q, k, v)),
        ("multi-head-attention", "scale of the whole width", (float[,] q, float[,] k, float[,] v, int heads) => Naive.MultiHead(Scale(q, 1 / MathF.Sqrt(heads)), k, v, heads)),
        ("multi-head-attention", "every head the first one's keys", (float[,] q, float[,] k, float[,] v, int heads) => Naive.GroupedQuery(q, Naive.Part(k, 0, heads), Naive.Part(v, 0, heads), heads, 1)),
        ("grouped-query-attention", "heads dealt round", (float[,] q, float[,] k, float[,] v, int heads, int keyHeads) => Dealt(q, k, v, heads, keyHeads)),
        ("grouped-query-attention", "first key head for all", (float[,] q, float[,] k, float[,] v, int heads, int keyHeads) => Naive.GroupedQuery(q, Naive.Part(k, 0, keyHeads), Naive.Part(v, 0, keyHeads), heads, 1)),
    ];

    public static float[] Map(float[] row, Func<float, float> map) => [.. row.Select(map)];

    private static float[] Zip(float[] one, float[] other, Func<float, float, float> map) => [.. one.Zip(other, map)];

    private static float[] Share(float[] parts) => Map(parts, part => part / parts.Sum());

    private static float[,] Turn(float[,] matrix) => Make(matrix.GetLength(1), matrix.GetLength(0), (i, j) => matrix[j, i]);

    private static float[,] Scale(float[,] matrix, float factor) => Make(matrix.GetLength(0), matrix.GetLength(1), (i, j) => matrix[i, j] * factor);

    private static float[,] Times(float[,] one, float[,] other) => Make(one.GetLength(0), one.GetLength(1), (i, j) => one[i, j] * other[i, j]);

    private static float[,] Mask(float[,] matrix, Func<int, int, bool> sees) => Make(matrix.GetLength(0), matrix.GetLength(1), (i, j) => sees(i, j) ? matrix[i, j] : 0);

    private static float[,] Hide(float[,] matrix, bool[,] visible) => Make(matrix.GetLength(0), matrix.GetLength(1), (i, j) => visible[i, j] ? matrix[i, j] : float.NegativeInfinity);

    private static float[,] First(float[,] matrix) => Make(matrix.GetLength(0), matrix.GetLength(1), (_, j) => matrix[0, j]);

    private static float[,] Reshape(float[] values, float[,] like) => Make(like.GetLength(0), like.GetLength(1), (i, j) => values[(i * like.GetLength(1)) + j]);

    private static bool[,] Sees(float[,] q, float[,] k, Func<int, int, bool> sees)
    {
        var visible = new bool[q.GetLength(0), k.GetLength(0)];
        for (int i = 0; i < visible.GetLength(0); i++)
        {
            for (int j = 0; j < visible.GetLength(1); j++)
                visible[i, j] = sees(i, j);
        }

        return visible;
    }

    private static bool Clear(float[,] matrix, int row)
    {
        for (int j = 0; j < matrix.GetLength(1); j++)
            matrix[row, j] = 0;
        return true;
    }

    private static float[,] Dealt(float[,] q, float[,] k, float[,] v, int heads, int keyHeads)
    {
        int width = v.GetLength(1) / keyHeads;
        float[][,] parts = [.. Enumerable.Range(0, heads).Select(head => Naive.Attention(Naive.Part(q, head, heads), Naive.Part(k, head % keyHeads, keyHeads), Naive.Part(v, head % keyHeads, keyHeads)))];
        return Make(q.GetLength(0), heads * width, (i, j) => parts[j / width][i, j % width]);
    }

    private static float[,] Make(int rows, int columns, Func<int, int, float> at)
    {
        var matrix = new float[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                matrix[i, j] = at(i, j);
        }

        return matrix;
    }
}
