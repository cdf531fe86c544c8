namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class PositionPredictorTests
{
    private static readonly PositionPredictorShape[] Shapes = [new(1, 1, 1, 1), new(5, 3, 4, 20), new(33, 17, 19, 100), new(70, 5, 64, 7), new(3, 256, 33, 1000), new(130, 2, 3, 50)];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyShape_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (PositionPredictorShape shape in Shapes)
        {
            foreach (float deviation in (float[])[0.3f, 1, 1e-39f])
            {
                Draw draw = new(581);
                float[][] inputs = Inputs(shape, draw, deviation);
                float[] slopes = draw.Normal(shape.Rows), naive = new float[shape.Rows];
                Tape tape = new();
                Term[][] terms = [.. inputs.Select(tape.Inputs)];
                Term[] positions = Record(tape, shape, terms);
                string what = $"{shape}, deviation {deviation}, seed 581";

                float[] fast = FencedCall.Run(
                    fence, inputs, [shape.Rows], (x, y) => PositionPredictor.Forward(shape, x[0].Span, x[1].Span, x[2].Span, y[0].Span, form.Options()))[0];
                PositionPredictor.ForwardNaive(shape, inputs[0], inputs[1], inputs[2], naive);
                ErrorBudget.Forward.Assert(what, Tape.Values(positions), naive, fast);

                int[] lengths = [.. inputs.Select(input => input.Length)];
                float[][] gradients = FencedCall.Run(fence, [.. inputs, naive, slopes], lengths, (x, y) =>
                    PositionPredictor.Backward(shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, y[0].Span, y[1].Span, y[2].Span, form.Options()));
                float[][] naiveGradients = FencedCall.Run(fence, [.. inputs, naive, slopes], lengths, (x, y) =>
                    PositionPredictor.BackwardNaive(shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, y[0].Span, y[1].Span, y[2].Span));
                string[] names = ["dstate", "dweight", "dvector"];
                Expected[] expected = tape.Gradients(positions, slopes, terms);
                FencedCall.Judge(what, ErrorBudget.Gradient, names, expected, naiveGradients, gradients);

                // D products and a tanh round a unit, A units and a sigmoid a position; backwards the same again, and the rows are summed.
                double forward = shape.Width + shape.Hidden + 12, backward = forward + shape.Width + shape.Hidden + shape.Rows + 12;
                FencedCall.JudgeNaive(what, [forward], ["position"], [Tape.Values(positions)], [naive]);
                FencedCall.JudgeNaive(what, [backward, backward, backward], names, expected, naiveGradients);
            }
        }
    }

    [Fact]
    public void Backward_AgainstFiniteDifferences_Agrees()
    {
        PositionPredictorShape shape = new(4, 3, 5, 20);
        Draw draw = new(582);
        float[][] inputs = Inputs(shape, draw, 0.7f), gradients = [.. inputs.Select(input => new float[input.Length])];
        float[] slopes = draw.Normal(4), positions = new float[4];
        PositionPredictor.Forward(shape, inputs[0], inputs[1], inputs[2], positions);
        PositionPredictor.Backward(shape, inputs[0], inputs[1], inputs[2], positions, slopes, gradients[0], gradients[1], gradients[2]);
        for (int i = 0; i < 3; i++)
        {
            FiniteDifferences.Assert($"input {i}", inputs[i], moved => Loss(i, moved), gradients[i]);
        }

        double Loss(int which, double[] moved)
        {
            Tape tape = new();
            Term[][] terms = [.. inputs.Select((input, index) => index == which ? tape.Inputs(moved) : tape.Inputs(input))];
            return Record(tape, shape, terms).Select((term, index) => term.Value.Value * slopes[index]).Sum();
        }
    }

    /// <summary>Positions stay within the sequence however sure the predictor is; a state that is no number has no position.</summary>
    [Fact]
    public void Forward_ExtremeStates_StayWithinTheSequence()
    {
        PositionPredictorShape shape = new(4, 1, 1, 30);
        float[] positions = new float[4];
        PositionPredictor.Forward(shape, [1e30f, -1e30f, 0, float.NaN], [1], [1000], positions);
        Assert.Equal([30, 0, 15, float.NaN], positions);
        Assert.Equal(positions, PositionPredictor.Of(new float[,] { { 1e30f }, { -1e30f }, { 0 }, { float.NaN } }, new float[,] { { 1 } }, [1000], 30));
    }

    [Fact]
    public void ForwardAndBackward_SizesOrBuffersThatDoNotFit_AreRefused()
    {
        PositionPredictorShape shape = new(2, 3, 4, 5);
        float[] state = new float[6], weight = new float[12], vector = new float[4], two = new float[2];
        Refusal.Says("Rows: expected zero or more, got -1", () => PositionPredictor.Forward(shape with { Rows = -1 }, state, weight, vector, new float[2]));
        Refusal.Says("Width: expected at least 1, got 0", () => PositionPredictor.Forward(shape with { Width = 0 }, state, weight, vector, new float[2]));
        Refusal.Says("Hidden: expected at least 1, got 0", () => PositionPredictor.Forward(shape with { Hidden = 0 }, state, weight, vector, new float[2]));
        Refusal.Says("Length: expected at least 1, got 0", () => PositionPredictor.Forward(shape with { Length = 0 }, state, weight, vector, new float[2]));
        Refusal.Says("state: expected 2×3 = 6 floats, got 2", () => PositionPredictor.Forward(shape, two, weight, vector, new float[2]));
        Refusal.Says("weight: expected 4×3 = 12 floats, got 6", () => PositionPredictor.ForwardNaive(shape, state, state, vector, new float[2]));
        Refusal.Says("vector: expected 4 floats, got 2", () => PositionPredictor.Forward(shape, state, weight, two, new float[2]));
        Refusal.Says("position: expected 2 floats, got 4", () => PositionPredictor.Forward(shape, state, weight, vector, new float[4]));
        Refusal.Says("position: must not overlap vector", () => PositionPredictor.Forward(shape, state, weight, vector, vector.AsSpan(2)));
        Refusal.Says("positionGradient: expected 2 floats, got 4", () => PositionPredictor.Backward(shape, state, weight, vector, two, vector, new float[6], [], []));
        Refusal.Says("weightGradient: expected 4×3 = 12 floats, got 6", () => PositionPredictor.Backward(shape, state, weight, vector, two, two, [], new float[6], []));
        Refusal.Says("stateGradient: must not overlap state", () => PositionPredictor.Backward(shape, state, weight, vector, two, two, state, [], []));
        Refusal.Says(
            "projected states: 65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold",
            () => PositionPredictor.Forward(new(65536, 1, 65536, 1), [], [], [], []));
        PositionPredictor.Forward(shape with { Rows = 0 }, [], weight, vector, []);
    }

    private static float[][] Inputs(PositionPredictorShape shape, Draw draw, float deviation) =>
        [draw.Normal(shape.Rows * shape.Width, deviation), draw.Normal(shape.Hidden * shape.Width, deviation), draw.Normal(shape.Hidden, deviation)];

    private static Term[] Record(Tape tape, PositionPredictorShape shape, Term[][] x) =>
    [
        .. Enumerable.Range(0, shape.Rows).Select(row =>
        {
            Term[] units = [.. Enumerable.Range(0, shape.Hidden).Select(a => tape.Dot(x[1].AsSpan(a * shape.Width, shape.Width), x[0].AsSpan(row * shape.Width, shape.Width)).Tanh())];
            return Position(shape.Length, tape.Dot(x[2], units));
        }),
    ];

    /// <summary>S · sigmoid(x). Its slope p (1 − p / S) comes from the position that Forward wrote: near the end of the sequence it cancels, and is no more exact than 1 is.</summary>
    private static Term Position(int length, Term x)
    {
        double p = length / (1 + Math.Exp(-x.Value.Value)), rest = 1 / (1 + Math.Exp(x.Value.Value));
        return x.Tape.Add(new(p, p * (1 + (rest * x.Value.Size))), (x, new(p * rest, p * (1 + (p / length)))));
    }
}
