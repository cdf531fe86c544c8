using Attention.Kernels;

namespace Attention.Lab;

internal static partial class Catalogue
{
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
}
