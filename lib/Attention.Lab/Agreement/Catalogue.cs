using Attention.Kernels;

namespace Attention.Lab;

/// <summary>Every name that <c>Agree</c> knows.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        .. Elementwise(),
        .. SoftmaxRows(),
        Weights(),
        Attention("attention", "softmax(QKᵀ/√d_k) V: every query sees every key.", new(Sight.All), "Mask.None"),
        Attention("causal-attention", "A query sees the keys up to its own position; as many queries as keys.", new(Sight.Past), "Mask.Causal"),
        Attention("cached-causal-attention", "Causal attention of the last n positions of m: query i sees the keys up to i + m - n; a query that sees none gives zeros.", new(Sight.PastOfCache), "Mask.Causal"),
        Attention("padded-attention", "Only the first length keys are there, the others are padding; without any key the context is zero.", new(Sight.Length), "Mask.KeyLengths"),
        Attention("masked-attention", "A query sees the keys marked true; a query that sees none gives zeros.", new(Sight.Visible), "Mask.Visible"),
        Attention("biased-attention", "A number is added to each scaled score before softmax.", new(Sight.Bias), "Mask.Bias"),
        Attention("multi-head-attention", "Columns are split into equal heads, each head attends alone, and their contexts lie side by side again.", new(Sight.All, manyHeads: true)),
        Attention("grouped-query-attention", "Like multi-head-attention, but heads / keyHeads neighbouring query heads share one head of keys and values.", new(Sight.All, manyHeads: true, sharedKeys: true)),
    ];

    private static IEnumerable<Contract> Elementwise()
    {
        yield return new Contract("exp", "e to the power of each number.", [new("x", Form.Vector, "m")], new("y", Form.Vector, "m"),
            draw: (dice, index) => Row(dice, index, (count, kinds) => [Draws.Exponents(dice, index, count, kinds)]),
            answer: given => Oracle.Exponential(given.Floats(0)),
            doors:
            [
                ("Exponential.Of", given => Exponential.Of(given.Floats(0))),
                ("Exponential.Forward", given => Fill(given.Floats(0).Length, y => Exponential.Forward(given.Floats(0), y))),
                ("Exponential.ForwardNaive", given => Fill(given.Floats(0).Length, y => Exponential.ForwardNaive(given.Floats(0), y))),
            ]);
        yield return new Contract(
            "exp-backward",
            "Given y = e^x and how the loss changes with y, how it changes with x.",
            [new("y", Form.Vector, "m"), new("yGradient", Form.Vector, "m")],
            new("xGradient", Form.Vector, "m"),
            draw: (dice, index) => Row(dice, index, (count, _) => [Draws.Fill(count, () => MathF.Abs(Draws.Plain(dice, index))), Draws.Fill(count, () => Draws.Plain(dice, index))]),
            answer: given => Oracle.ExponentialBackward(given.Floats(0), given.Floats(1)),
            doors:
            [
                ("Exponential.Backward", given => Fill(given.Floats(0).Length, g => Exponential.Backward(given.Floats(0), given.Floats(1), g))),
                ("Exponential.BackwardNaive", given => Fill(given.Floats(0).Length, g => Exponential.BackwardNaive(given.Floats(0), given.Floats(1), g))),
            ]);
    }

    private static IEnumerable<Contract> SoftmaxRows()
    {
        static Exact Answer(Case given, string axes) =>
            Oracle.Softmax(axes == "m" ? 1 : given.Size('n'), given.Size('m'), [.. given.Floats(0).Select(score => (double)score)]);

        yield return new Contract("softmax", "Turns one row of scores into positive weights that sum to one; at least one score is finite.", [new("scores", Form.Vector, "m")], new("weights", Form.Vector, "m"),
            draw: (dice, index) => Row(dice, index, (count, kinds) => [Draws.Scores(dice, index, count, kinds)]),
            answer: given => Answer(given, "m"),
            doors: [("Softmax.Row", given => Softmax.Row(given.Floats(0))), .. RowDoors(_ => 1)],
            isValid: HasAScoreInEveryRow);
        yield return new Contract("softmax-rows", "Softmax of every row of a matrix; at least one score of each row is finite.", [new("scores", Form.Matrix, "nm")], new("weights", Form.Matrix, "nm"),
            draw: (dice, index) => Matrix(dice, index, blind: false),
            answer: given => Answer(given, "nm"),
            doors: [("Softmax.Rows", given => Cells.Flat(Softmax.Rows(Cells.Matrix(given.Floats(0), given.Size('n'))))), .. RowDoors(given => given.Size('n'))],
            isValid: HasAScoreInEveryRow);
        yield return new Contract("masked-softmax", "Softmax of every row, where -∞ hides a key and a row that is all hidden becomes zeros.", [new("scores", Form.Matrix, "nm")], new("weights", Form.Matrix, "nm"),
            draw: (dice, index) => Matrix(dice, index, blind: true),
            answer: given => Answer(given, "nm"),
            doors: [("Softmax.Rows", given => Cells.Flat(Softmax.Rows(Cells.Matrix(given.Floats(0), given.Size('n'))))), .. RowDoors(given => given.Size('n'))],
            isValid: given => given.Kinds.Contains(Draws.Blind) || HasAScoreInEveryRow(given));
        yield return new Contract(
            "softmax-backward",
            "Given the weights of one row and how the loss changes with them, how it changes with the scores.",
            [new("weights", Form.Vector, "m"), new("weightsGradient", Form.Vector, "m")],
            new("scoresGradient", Form.Vector, "m"),
            draw: (dice, index) => Row(dice, index, (count, kinds) => [SomeWeights(dice, index, count, kinds), Draws.Fill(count, () => Draws.Plain(dice, index))]),
            answer: given => Oracle.SoftmaxBackward(given.Floats(0), given.Floats(1)),
            doors:
            [
                ("Softmax.Backward", given => Fill(given.Size('m'), g => Softmax.Backward(new RowShape(1, given.Size('m')), given.Floats(0), given.Floats(1), g))),
                ("Softmax.BackwardNaive", given => Fill(given.Size('m'), g => Softmax.BackwardNaive(new RowShape(1, given.Size('m')), given.Floats(0), given.Floats(1), g))),
            ],
            // Weights that do not sum to one are no softmax's weights, and formulas that agree on weights may differ on them.
            isValid: given => given.Floats(0).All(weight => weight >= 0) && Math.Abs(given.Floats(0).Sum(weight => (double)weight) - 1) < 1e-6);
    }

    private static Contract Weights()
    {
        var attention = new AttentionContract(Sight.All);
        return new Contract("attention-weights", "softmax(QKᵀ/√d_k): row i is how query i spreads its attention over the keys.", attention.Parameters[..2], new("weights", Form.Matrix, "nm"),
            draw: (dice, index) => attention.Draw(dice, index) is var given ? given with { Data = given.Data[..2] } : given,
            answer: attention.Weights,
            doors:
            [
                ("ScaledDotProduct.Weights", given => Cells.Flat(ScaledDotProduct.Weights(Cells.Matrix(given.Floats(0), given.Size('n')), Cells.Matrix(given.Floats(1), given.Size('m'))))),
                ("ScaledDotProduct.ForwardNaive", given =>
                {
                    var shape = AttentionShape.Single(given.Size('n'), given.Size('m'), given.Size('d'), 1);
                    return Fill(shape.WeightCount, weights => ScaledDotProduct.ForwardNaive(shape, given.Floats(0), given.Floats(1), new float[shape.ValueCount], new float[shape.OutputCount], weights));
                }),
            ]);
    }

    private static Contract Attention(string name, string description, AttentionContract attention, params string[] masks) =>
        new(name, description, attention.Parameters, new Parameter("context", Form.Matrix, attention.Parameters[0].Axes.Replace('d', 'e')),
            draw: attention.Draw,
            answer: attention.Context,
            isValid: attention.IsValid,
            masks: masks,
            doors:
            [
                .. attention.Parameters[0].Axes == "nd"
                    ? [("ScaledDotProduct.Attend", given => Cells.Flat(ScaledDotProduct.Attend(Cells.Matrix(given.Floats(0), given.Size('n')), Cells.Matrix(given.Floats(1), given.Size('m')), Cells.Matrix(given.Floats(2), given.Size('m')), attention.Mask(given))))]
                    : Array.Empty<(string, Func<Case, float[]>)>(),
                ("ScaledDotProduct.Forward", given => Forward(given, attention, naive: false)),
                ("ScaledDotProduct.ForwardNaive", given => Forward(given, attention, naive: true)),
            ]);

    private static float[] Forward(Case given, AttentionContract attention, bool naive)
    {
        (int n, int m, int d, int e, int h, int g) = (given.Size('n'), given.Size('m'), given.Size('d'), given.Size('e'), given.Size('h'), attention.KeyHeads(given));
        var shape = new AttentionShape(1, h, g, n, m, d, e);
        float[] query = Cells.HeadsFirst(given.Floats(0), n, h, d), key = Cells.HeadsFirst(given.Floats(1), m, g, d), value = Cells.HeadsFirst(given.Floats(2), m, g, e);
        var output = new float[shape.OutputCount];
        if (naive)
            ScaledDotProduct.ForwardNaive(shape, query, key, value, output, mask: attention.Mask(given));
        else
            ScaledDotProduct.Forward(shape, query, key, value, output, mask: attention.Mask(given));
        // Back from [h, n, e] to [n, h, e].
        return Cells.HeadsFirst(output, h, n, e);
    }

    private static IEnumerable<(string, Func<Case, float[]>)> RowDoors(Func<Case, int> rows)
    {
        yield return ("Softmax.Forward", given => Fill(given.Floats(0).Length, weights => Softmax.Forward(new RowShape(rows(given), given.Size('m')), given.Floats(0), weights)));
        yield return ("Softmax.ForwardNaive", given => Fill(given.Floats(0).Length, weights => Softmax.ForwardNaive(new RowShape(rows(given), given.Size('m')), given.Floats(0), weights)));
    }

    private static Case Row(Dice dice, int index, Func<int, List<string>, object[]> draw)
    {
        var kinds = new List<string>();
        int count = Draws.Length(dice, index, kinds);
        return new Case(kinds, new Dictionary<char, int> { ['m'] = count }, draw(count, kinds));
    }

    private static Case Matrix(Dice dice, int index, bool blind)
    {
        var kinds = new List<string>();
        int rows = dice.Whole(1, Draws.Longest(index)), columns = Draws.Length(dice, index, kinds);
        float[] scores = [.. Enumerable.Range(0, rows).SelectMany(row => Draws.Scores(dice, index, columns, row == 0 ? kinds : []))];
        if (blind && index % 3 == 2)
        {
            Array.Fill(scores, float.NegativeInfinity, dice.Whole(0, rows - 1) * columns, columns);
            kinds.Add(Draws.Blind);
        }

        return new Case(kinds, new Dictionary<char, int> { ['n'] = rows, ['m'] = columns }, [scores]);
    }

    private static bool HasAScoreInEveryRow(Case given) =>
        given.Floats(0).Chunk(given.Size('m')).All(row => !row.All(float.IsNegativeInfinity));

    // Sixteenths in the first cases, which sum to one exactly and read well; softmax's own results later.
    private static float[] SomeWeights(Dice dice, int index, int count, List<string> kinds)
    {
        if (index >= 50 || count > 16)
            return [.. Oracle.Softmax(1, count, [.. Draws.Scores(dice, index, count, kinds).Select(score => (double)score)]).Values.Select(weight => (float)weight)];
        var weights = new float[count];
        for (int i = 0; i < 16; i++)
            weights[dice.Whole(0, count - 1)] += 1 / 16f;
        return weights;
    }

    private static float[] Fill(int count, Action<float[]> write)
    {
        var result = new float[count];
        write(result);
        return result;
    }
}
