namespace Attention.Kernels.Tests;

/// <summary>What attention is in the eyes of statistics: a kernel regression, a Gibbs distribution, and gradients that are expectations and covariances under it.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionMeaningTests
{
    private const int Queries = 21, Keys = 70, Width = 6, ValueWidth = 5;

    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>Nadaraya 1964, Watson 1964: with each key's length as a bias, the output is the mean of the values weighted by a Gaussian around the query.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Attention_WithTheKeysLengthsAsBias_IsAGaussianKernelRegression(Form form)
    {
        Problem one = Problem.Draw(form, seed: 801);
        double squareWidth = Math.Sqrt(Width); // the Gaussian's variance, as 1/√D scales the scores
        float[] bias = new float[Queries * Keys];
        var expected = new Expected(new double[Queries * ValueWidth], new double[Queries * ValueWidth]);
        for (int i = 0; i < Queries; i++)
        {
            double total = 0;
            for (int j = 0; j < Keys; j++)
            {
                bias[(i * Keys) + j] = (float)(-Dot(one.KeyRow(j), one.KeyRow(j)) / (2 * squareWidth));
                double weight = Math.Exp(-SquareDistance(one.QueryRow(i), one.KeyRow(j)) / (2 * squareWidth));
                total += weight;
                for (int e = 0; e < ValueWidth; e++)
                {
                    expected.Values[(i * ValueWidth) + e] += weight * one.Value[(j * ValueWidth) + e];
                    expected.Magnitudes[(i * ValueWidth) + e] += weight * Math.Abs(one.Value[(j * ValueWidth) + e]);
                }
            }

            for (int e = 0; e < ValueWidth; e++)
            {
                expected.Values[(i * ValueWidth) + e] /= total;
                expected.Magnitudes[(i * ValueWidth) + e] /= total;
            }
        }

        (float[] output, _) = one.Forward(Mask.Bias(bias));
        ErrorBudget.Rounding(Keys + (one.ScoreRoundings() * Width)).Assert($"{form}", expected, output);
    }

    /// <summary>Gibbs: of all distributions over the keys, the softmax has the greatest mean score plus entropy, and that is the log-sum-exp.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void LogSumExp_IsTheGreatestMeanScorePlusEntropy(Form form)
    {
        Problem one = Problem.Draw(form, seed: 802);
        (_, float[] logSumExp) = one.Forward();
        double allowed = one.ScoreRoundings() * Width * Math.Pow(2, -24);
        Draw draw = new(803);
        for (int i = 0; i < Queries; i++)
        {
            double[] scores = one.Scores(i), softmax = Softmax(scores);
            Assert.Equal(logSumExp[i], FreeEnergy(softmax, scores), allowed);
            for (int other = 0; other < 20; other++)
            {
                // Any other distribution has less: by its divergence from the softmax.
                double[] weights = [.. draw.Simplex(Keys).Zip(softmax, (random, best) => other % 2 == 0 ? random : (0.1 * random) + (0.9 * best))];
                weights = [.. weights.Select(weight => weight / weights.Sum())];
                double divergence = weights.Zip(softmax, (p, q) => p * Math.Log(p / q)).Sum();
                Assert.True(divergence > 0);
                Assert.Equal(logSumExp[i] - divergence, FreeEnergy(weights, scores), allowed);
            }
        }
    }

    /// <summary>How an output moves with the query is how values and keys vary together under the weights: ∂o/∂q = Cov(v, k) / √D.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void QueryGradient_IsTheCovarianceOfValuesAndKeys(Form form)
    {
        Problem one = Problem.Draw(form, seed: 804);
        (float[] output, float[] logSumExp) = one.Forward();
        for (int e = 0; e < ValueWidth; e++)
        {
            float[] slopes = new float[output.Length], gradient = new float[one.Query.Length];
            for (int i = 0; i < Queries; i++)
            {
                slopes[(i * ValueWidth) + e] = 1;
            }

            ScaledDotProduct.Backward(one.Shape, one.Query, one.Key, one.Value, output, logSumExp, slopes, gradient, default, default, options: one.Options);
            var expected = new Expected(new double[gradient.Length], new double[gradient.Length]);
            for (int i = 0; i < Queries; i++)
            {
                double[] weights = Softmax(one.Scores(i));
                double mean = weights.Select((weight, j) => weight * one.Value[(j * ValueWidth) + e]).Sum();
                for (int d = 0; d < Width; d++)
                {
                    for (int j = 0; j < Keys; j++)
                    {
                        double value = one.Value[(j * ValueWidth) + e], key = one.Key[(j * Width) + d];
                        expected.Values[(i * Width) + d] += weights[j] * (value - mean) * key / Math.Sqrt(Width);
                        expected.Magnitudes[(i * Width) + d] += weights[j] * (Math.Abs(value) + Math.Abs(mean)) * Math.Abs(key) / Math.Sqrt(Width);
                    }
                }
            }

            ErrorBudget.Rounding((2 * Keys) + (one.ScoreRoundings() * Width)).Assert($"{form}, value {e}", expected, gradient);
        }
    }

    private static double[] Softmax(double[] scores)
    {
        double highest = scores.Max(), total = scores.Sum(score => Math.Exp(score - highest));
        return [.. scores.Select(score => Math.Exp(score - highest) / total)];
    }

    private static double FreeEnergy(double[] weights, double[] scores) => weights.Zip(scores, (weight, score) => weight * (score - Math.Log(weight))).Sum();

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    private static double SquareDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Dot(a, a) - (2 * Dot(a, b)) + Dot(b, b);

    private sealed record Problem(Form Form, float[] Query, float[] Key, float[] Value)
    {
        internal AttentionShape Shape { get; } = AttentionShape.Single(Queries, Keys, Width, ValueWidth);

        internal AttentionOptions Options => new() { MaxThreads = 1, RegisterBits = Form.Options().RegisterBits };

        internal static Problem Draw(Form form, int seed)
        {
            Draw draw = new(seed);
            return new(form, draw.Normal(Queries * Width), draw.Normal(Keys * Width), draw.Normal(Keys * ValueWidth));
        }

        internal ReadOnlySpan<float> QueryRow(int i) => Query.AsSpan(i * Width, Width);

        internal ReadOnlySpan<float> KeyRow(int j) => Key.AsSpan(j * Width, Width);

        internal double[] Scores(int i) => [.. Enumerable.Range(0, Keys).Select(j => Dot(QueryRow(i), KeyRow(j)) / Math.Sqrt(Width))];

        /// <summary>An exponent's rounding grows with its size, and e to it carries that on.</summary>
        internal double ScoreRoundings() => 4 + (4 * Enumerable.Range(0, Queries).Max(i => Scores(i).Max(Math.Abs) + Enumerable.Range(0, Keys).Max(j => Dot(KeyRow(j), KeyRow(j)))));

        internal (float[] Output, float[] LogSumExp) Forward(Mask mask = default)
        {
            float[] output = new float[Queries * ValueWidth], logSumExp = new float[Queries];
            ScaledDotProduct.Forward(Shape, Query, Key, Value, output, logSumExp, mask, Options);
            return (output, logSumExp);
        }
    }
}
