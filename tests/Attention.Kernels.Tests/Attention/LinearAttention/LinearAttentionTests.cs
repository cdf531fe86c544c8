namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LinearAttentionTests
{
    private static readonly LinearProblem[] Problems =
    [
        .. from shape in (string[])["2×4/2×33×33×5/7", "1×1×1×1×1", "1×1×65×65×3/1", "1×2×5×5×80/31", "1×1×3×3×256/80", "1×1×130×130×2/3"]
           from map in Enum.GetValues<FeatureMap>()
           from causal in (bool[])[false, true]
           where map != FeatureMap.Identity || shape.Contains('4')
           select new LinearProblem(shape, map, causal, seed: 501),
        .. from shape in (string[])["1×2/1×1×70×4/3", "1×1×70×1×4/3", "2×1×19×17×17/16"] select new LinearProblem(shape, FeatureMap.EluPlusOne, causal: false, seed: 502),
        .. from chunk in (int[])[1, 7, 16, 1000] select new LinearProblem("1×2/1×33×33×5/7", FeatureMap.EluPlusOne, causal: true, seed: 503, chunk: chunk),
        .. from deviation in (float[])[1e-39f, 100, 1000] select new LinearProblem("1×2/1×33×33×5/7", FeatureMap.EluPlusOne, causal: true, seed: 504, deviation: deviation),
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (LinearProblem problem in Problems)
        {
            FencedCall.Judge(problem.Name, ErrorBudget.Forward, LinearProblem.Forwards, problem.ForwardExpected, problem.ForwardNaive(), problem.Forward(form.Options(), fence));
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (LinearProblem problem in Problems)
        {
            FencedCall.Judge(
                problem.Name, ErrorBudget.Gradient, LinearProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true), problem.Backward(form.Options(), fence));
        }
    }

    /// <summary>
    /// The yardstick: two features round twice each, D products a weight, M terms are summed and divided once. Backwards that comes in with the output and the normaliser, Dv products round a
    /// slope, and what a key head serves is summed. Where inputs are so large that features fall below the smallest normal float, what is lost is no longer a share of their size.
    /// </summary>
    [Fact]
    public void Naive_AnyShape_LosesNoMoreThanRoundingCan()
    {
        foreach (LinearProblem problem in Problems.Where(problem => problem.Deviation < 100))
        {
            AttentionShape shape = problem.Shape;
            double forward = shape.Width + shape.Keys + 8, backward = (2 * forward) + (2 * shape.ValueWidth) + shape.Keys + ((double)shape.Queries * shape.Heads / shape.KeyHeads) + 8;
            FencedCall.JudgeNaive(problem.Name, [forward, forward], LinearProblem.Forwards, problem.ForwardExpected, problem.ForwardNaive());
            FencedCall.JudgeNaive(problem.Name, [backward, backward, backward], LinearProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true));
        }
    }

    /// <summary>With a state before and a gradient of the state after, the fast form says what the sums say, of the state's gradient too.</summary>
    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_WithState_IsTheNaiveForms(Form form, Fence fence)
    {
        foreach ((string text, bool causal) in ((string, bool)[])[("2×4/2×33×33×5/7", true), ("1×2/1×20×47×16/3", false), ("1×1×70×70×3/9", true)])
        {
            LinearProblem problem = new(text, FeatureMap.EluPlusOne, causal, seed: 513, chunk: 16);
            AttentionShape shape = problem.Shape;
            int count = shape.Batch * shape.KeyHeads * shape.Width * (shape.ValueWidth + 1);
            Draw draw = new(514);
            float[] before = draw.Uniform(count, 0, 2), after = draw.Normal(count);
            float[] carried = [.. before], output = new float[problem.Slopes.Length], normaliser = new float[new Sizes(shape).Rows];
            LinearAttention.ForwardNaive(shape, problem.Query, problem.Key, problem.Value, output, normaliser, carried, problem.Form);
            float[][] inputs = [problem.Query, problem.Key, problem.Value, output, normaliser, problem.Slopes, before];
            float[][] Run(bool naive) => FencedCall.Run(fence, inputs, [problem.Query.Length, problem.Key.Length, problem.Value.Length, count], (x, y) =>
            {
                after.CopyTo(y[3]);
                if (naive)
                {
                    LinearAttention.BackwardNaive(
                        shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span, y[2].Span, x[6].Span, y[3].Span, problem.Form);
                }
                else
                {
                    LinearAttention.Backward(
                        shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, y[0].Span, y[1].Span, y[2].Span, x[6].Span, y[3].Span, problem.Form, form.Options());
                }
            });

            float[][] naive = Run(naive: true), fast = Run(naive: false);
            string[] names = [.. LinearProblem.Backwards, "stateGradient"];
            for (int i = 0; i < names.Length; i++)
            {
                // Both round every sum of at most so many terms, and the largest of the gradient stands for their size.
                double largest = naive[i].Max(Math.Abs), terms = shape.Width + shape.ValueWidth + shape.Keys + ((double)shape.Queries * shape.Heads / shape.KeyHeads);
                Expected expected = new(Array.ConvertAll(naive[i], each => (double)each), [.. naive[i].Select(_ => largest)]);
                ErrorBudget.Rounding(terms).Assert($"{names[i]}, {form}, {fence}, {problem.Name}", expected, fast[i]);
            }
        }
    }

    /// <summary>The naive form in segments that carry the state back is the whole, so that it may be held up as the measure.</summary>
    [Fact]
    public void BackwardNaive_InTwoSegments_IsTheWhole()
    {
        LinearProblem whole = new("1×1×21×21×5/7", FeatureMap.EluPlusOne, causal: true, seed: 515);
        float[] output = new float[21 * 7], normaliser = new float[21], dquery = new float[21 * 5], dkey = new float[21 * 5], dvalue = new float[21 * 7];
        float[] state = new float[5 * 8], stateGradient = new float[5 * 8];
        float[] between = [];
        foreach (Range rows in (Range[])[new(0, 8), new(8, 21)])
        {
            between = [.. state];
            (int first, int count) = rows.GetOffsetAndLength(21);
            LinearAttention.ForwardNaive(
                AttentionShape.Single(count, count, 5, 7), whole.Query.AsSpan(first * 5, count * 5), whole.Key.AsSpan(first * 5, count * 5), whole.Value.AsSpan(first * 7, count * 7),
                output.AsSpan(first * 7, count * 7), normaliser.AsSpan(first, count), state, whole.Form);
        }

        foreach ((Range rows, float[] before) in ((Range, float[])[])[(new(8, 21), between), (new(0, 8), new float[5 * 8])])
        {
            (int first, int count) = rows.GetOffsetAndLength(21);
            LinearAttention.BackwardNaive(
                AttentionShape.Single(count, count, 5, 7),
                whole.Query.AsSpan(first * 5, count * 5), whole.Key.AsSpan(first * 5, count * 5), whole.Value.AsSpan(first * 7, count * 7),
                output.AsSpan(first * 7, count * 7), normaliser.AsSpan(first, count), whole.Slopes.AsSpan(first * 7, count * 7),
                dquery.AsSpan(first * 5, count * 5), dkey.AsSpan(first * 5, count * 5), dvalue.AsSpan(first * 7, count * 7), before, stateGradient, whole.Form);
        }

        double operations = (2 * (5 + 21 + 8)) + 14 + 21 + 21 + 8;
        FencedCall.JudgeNaive($"segments of {whole.Name}", [operations, operations, operations], LinearProblem.Backwards, whole.BackwardExpected, [dquery, dkey, dvalue]);
    }

    [Theory]
    [InlineData(FeatureMap.EluPlusOne, false)]
    [InlineData(FeatureMap.EluPlusOne, true)]
    [InlineData(FeatureMap.Relu, true)]
    [InlineData(FeatureMap.Identity, false)]
    public void Backward_AgainstFiniteDifferences_Agrees(FeatureMap map, bool causal)
    {
        LinearProblem problem = new("1×2/1×6×6×5/3", map, causal, seed: 505);
        float[][] gradients = problem.Backward(default);
        double[] query = Array.ConvertAll(problem.Query, x => (double)x), key = Array.ConvertAll(problem.Key, x => (double)x), value = Array.ConvertAll(problem.Value, x => (double)x);
        FiniteDifferences.Assert("dquery", problem.Query, moved => problem.Loss(moved, key, value), gradients[0]);
        FiniteDifferences.Assert("dkey", problem.Key, moved => problem.Loss(query, moved, value), gradients[1]);
        FiniteDifferences.Assert("dvalue", problem.Value, moved => problem.Loss(query, key, moved), gradients[2]);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardRecurrent_AnyShape_IsTheCausalForm(Form form)
    {
        foreach (LinearProblem problem in Problems.Where(problem => problem.Form.Causal))
        {
            float[] output = new float[problem.Slopes.Length], normaliser = new float[new Sizes(problem.Shape).Rows];
            LinearAttention.ForwardRecurrent(problem.Shape, problem.Query, problem.Key, problem.Value, output, normaliser, map: problem.Form.Map, options: form.Options());
            FencedCall.Judge(
                $"recurrent, {problem.Name}", ErrorBudget.Forward, LinearProblem.Forwards, problem.ForwardExpected, problem.ForwardNaive(), [output, normaliser]);
        }
    }

    /// <summary>Cut anywhere and carried on with the state, a sequence has the outputs and gradients that it has in one piece, in whatever form each piece is computed.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_InSegmentsThatCarryTheState_IsTheWhole(Form form)
    {
        KernelOptions options = form.Options();
        LinearProblem whole = new("1×1×50×50×5/7", FeatureMap.EluPlusOne, causal: true, seed: 506, chunk: 16);
        float[][] forward = whole.Forward(options);
        (float[] output, float[] normaliser) = (new float[50 * 7], new float[50]);
        (float[] dquery, float[] dkey, float[] dvalue) = (new float[50 * 5], new float[50 * 5], new float[50 * 7]);
        float[] state = new float[5 * 8], stateGradient = new float[5 * 8];
        List<(int First, int Count, float[] Before)> segments = [];
        int index = 0;
        foreach (int count in (int[])[1, 20, 3, 26])
        {
            int first = segments.Sum(segment => segment.Count);
            segments.Add((first, count, [.. state]));
            AttentionShape shape = AttentionShape.Single(count, count, 5, 7);
            ReadOnlySpan<float> q = whole.Query.AsSpan(first * 5, count * 5), k = whole.Key.AsSpan(first * 5, count * 5), v = whole.Value.AsSpan(first * 7, count * 7);
            Span<float> o = output.AsSpan(first * 7, count * 7), n = normaliser.AsSpan(first, count);
            switch (index++ % 3)
            {
                case 0:
                    LinearAttention.ForwardRecurrent(shape, q, k, v, o, n, state, options: options);
                    break;
                case 1:
                    LinearAttention.Forward(shape, q, k, v, o, n, state, whole.Form, options);
                    break;
                default:
                    LinearAttention.ForwardNaive(shape, q, k, v, o, n, state, whole.Form);
                    break;
            }
        }

        FencedCall.Judge($"segments of {whole.Name}", ErrorBudget.Forward, LinearProblem.Forwards, whole.ForwardExpected, forward, [output, normaliser]);
        segments.Reverse();
        foreach ((int first, int count, float[] before) in segments)
        {
            LinearAttention.Backward(
                AttentionShape.Single(count, count, 5, 7),
                whole.Query.AsSpan(first * 5, count * 5), whole.Key.AsSpan(first * 5, count * 5), whole.Value.AsSpan(first * 7, count * 7),
                output.AsSpan(first * 7, count * 7), normaliser.AsSpan(first, count), whole.Slopes.AsSpan(first * 7, count * 7),
                dquery.AsSpan(first * 5, count * 5), dkey.AsSpan(first * 5, count * 5), dvalue.AsSpan(first * 7, count * 7),
                before, stateGradient, whole.Form, options);
        }

        FencedCall.Judge($"segments of {whole.Name}", ErrorBudget.Gradient, LinearProblem.Backwards, whole.BackwardExpected, whole.Backward(default, naive: true), [dquery, dkey, dvalue]);
    }

    /// <summary>Keys that arrive in two pieces fold into the same state, whatever the order in which queries are asked.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_KeysInPieces_IsTheWhole(Form form)
    {
        LinearProblem whole = new("1×1×9×50×5/7", FeatureMap.EluPlusOne, causal: false, seed: 507);
        float[] state = new float[5 * 8], output = new float[9 * 7];
        LinearAttention.Forward(AttentionShape.Single(0, 21, 5, 7), [], whole.Key.AsSpan(0, 21 * 5), whole.Value.AsSpan(0, 21 * 7), [], state: state, options: form.Options());
        LinearAttention.Forward(
            AttentionShape.Single(9, 29, 5, 7), whole.Query, whole.Key.AsSpan(21 * 5), whole.Value.AsSpan(21 * 7), output, state: state, options: form.Options());
        ErrorBudget.Forward.Assert(whole.Name, whole.ForwardExpected[0], whole.ForwardNaive()[0], output);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_WeightsThatSumToZero_GiveZerosAndNoGradient(Form form)
    {
        LinearProblem problem = new("1×1×20×20×5/3", FeatureMap.Relu, causal: true, seed: 508);
        problem.Query.AsSpan(7 * 5, 5).Fill(-1);
        problem.Key.AsSpan(0, 2 * 5).Fill(-1);
        float[][] forward = problem.Forward(form.Options()), backward = problem.Backward(form.Options());
        foreach (int row in (int[])[0, 1, 7])
        {
            Assert.All(forward[0].AsSpan(row * 3, 3).ToArray(), value => Assert.Equal(0, value));
            Assert.Equal(0, forward[1][row]);
            Assert.All(backward[0].AsSpan(row * 5, 5).ToArray(), value => Assert.Equal(0, value));
        }

        Assert.NotEqual(0, forward[1][8]);
        Assert.All(
            new LinearProblem("1×1×3×0×5/3", FeatureMap.EluPlusOne, causal: false, seed: 1).Forward(form.Options()).SelectMany(values => values), value => Assert.Equal(0, value));
    }

    /// <summary>What comes later is not looked at: NaN and ∞ there change no earlier output, and no gradient of what they cannot see.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Causal_NotANumberAtAPosition_SpoilsNothingBeforeIt(Form form)
    {
        foreach (int place in (int[])[0, 1, 13, 16, 30, 39])
        {
            foreach (float poison in (float[])[float.NaN, float.PositiveInfinity])
            {
                LinearProblem clean = new("1×2/1×40×40×5/3", FeatureMap.EluPlusOne, causal: true, seed: 509, chunk: 16);
                LinearProblem poisoned = new("1×2/1×40×40×5/3", FeatureMap.EluPlusOne, causal: true, seed: 509, chunk: 16);
                poisoned.Key[place * 5] = poison;
                poisoned.Value[(place * 3) + 1] = poison;
                float[] output = poisoned.Forward(form.Options())[0], naive = poisoned.ForwardNaive()[0];
                for (int head = 0; head < 2; head++)
                {
                    Range before = (head * 120)..((head * 120) + (place * 3));
                    Expected expected = new(clean.ForwardExpected[0].Values[before], clean.ForwardExpected[0].Magnitudes[before]);
                    ErrorBudget.Forward.Assert($"before {poison} at {place}", expected, naive.AsSpan(head * 120, place * 3), output.AsSpan(head * 120, place * 3));
                    Assert.All(output[((head * 120) + (place * 3))..((head + 1) * 120)].Where((_, i) => i % 3 == 1), value => Assert.True(float.IsNaN(value), $"{poison} at {place}: {value}"));
                }

                poisoned = new("1×2/1×40×40×5/3", FeatureMap.EluPlusOne, causal: true, seed: 509, chunk: 16);
                poisoned.Query[place * 5] = poison;
                float[][] backward = poisoned.Backward(form.Options());
                Assert.All(backward[1][((place + 1) * 5)..], value => Assert.True(float.IsFinite(value), $"{poison} in query {place} reached a key after it"));
                Assert.All(backward[0][..(place * 5)], value => Assert.True(float.IsFinite(value), $"{poison} in query {place} reached a query before it"));
                Assert.All(backward[1][..((place + 1) * 5)], value => Assert.True(float.IsNaN(value), $"{poison} in query {place} did not reach the keys that it saw: {value}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyThreadCount_GivesTheSameBits(Form form)
    {
        foreach (bool causal in (bool[])[false, true])
        {
            LinearProblem problem = new("3×4/2×90×90×64/64", FeatureMap.EluPlusOne, causal, seed: 510);
            float[][] one = [.. problem.Forward(form.Options() with { MaxThreads = 1 }), .. problem.Backward(form.Options() with { MaxThreads = 1 })];
            float[][] many = [.. problem.Forward(form.Options() with { MaxThreads = 4 }), .. problem.Backward(form.Options() with { MaxThreads = 4 })];
            Assert.All(one.Zip(many), pair => Bits.Same(problem.Name, pair.First, pair.Second));
        }
    }

    [Theory]
    [InlineData("0×2×5×5×3")]
    [InlineData("2×2×0×0×3")]
    [InlineData("2×2×0×5×3")]
    public void Forward_NothingToDo_Returns(string shape)
    {
        LinearProblem problem = new(shape, FeatureMap.EluPlusOne, causal: false, seed: 511);
        Assert.Empty(problem.Forward(default)[0]);
        Assert.All(problem.Backward(default).SelectMany(gradient => gradient), value => Assert.Equal(0, value));
    }
}
