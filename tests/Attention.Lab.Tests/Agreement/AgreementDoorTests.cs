using Attention.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace Attention.Lab.Tests;

public class AgreementDoorTests
{
    private static string Refusal(string name, Delegate function) => Assert.Throws<ArgumentException>(() => Agreement.Agree(name, function)).Message;

    private static DisagreementException Difference(string name, Delegate function) => Assert.Throws<DisagreementException>(() => Agreement.Agree(name, function));

    [Fact]
    public void Catalogue_EveryContract_SaysWhatItIs()
    {
        Assert.All(Agreement.Catalogue, contract =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", contract.Name);
            Assert.EndsWith(".", contract.Description, StringComparison.Ordinal);
            Assert.Contains("→ float[", contract.Signature, StringComparison.Ordinal);
        });
        Assert.Equal(Agreement.Catalogue.Count, Agreement.Catalogue.Select(contract => contract.Name).Distinct().Count());
    }

    [Fact]
    public void Agree_UnknownName_ListsTheNearestAndAll()
    {
        string refusal = Refusal("sotfmax", Naive.Softmax);

        Assert.StartsWith("no kernel is called \"sotfmax\"; nearest is \"softmax\". All names: exp, ", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongSignatures))]
    public void Agree_WrongSignature_ShowsBoth(Delegate function, string got) =>
        Assert.StartsWith($"softmax: expected a function (float[] scores) → float[] weights, got {got}", Refusal("softmax", function), StringComparison.Ordinal);

    public static TheoryData<Delegate, string> WrongSignatures => new()
    {
        { (float[,] scores) => scores, "(float[,]) → float[,]" },
        { (float[] scores, float[] more) => scores, "(float[], float[]) → float[]" },
        { () => new float[1], "() → float[]" },
        { (float[] scores) => scores.Sum(), "(float[]) → float" },
        { (float[] scores) => { }, "(float[]) → void" },
        { (string text) => text, "(string) → string" },
        { (List<float> scores) => scores, "(List<float>) → List<float>" },
    };

    [Fact]
    public void Agree_FormsOfRowsAndMatrices_AreUnderstood()
    {
        Assert.True(Agreement.Agree("softmax", (Vector<float> scores) => Naive.Softmax([.. scores]).ToVector()).Agrees);
        Assert.True(Agreement.Agree("softmax", (Vector<double> scores) => (scores - scores.Maximum()).PointwiseExp().Normalize(1)).Agrees);
        Assert.True(Agreement.Agree("softmax", (IReadOnlyList<float> scores) => Naive.Softmax([.. scores]).ToList()).Agrees);
        Assert.True(Agreement.Agree("softmax", (IEnumerable<float> scores) => Naive.Softmax([.. scores]).AsEnumerable()).Agrees);
        Assert.True(Agreement.Agree("softmax-rows", (float[][] scores) => scores.Select(Naive.Softmax).ToArray()).Agrees);
        Assert.True(Agreement.Agree("softmax-rows", (double[][] scores) => scores.Select(row => Naive.Softmax([.. row.Select(score => (float)score)])).ToArray()).Agrees);
        Assert.True(Agreement.Agree("softmax-rows", (double[,] scores) => Naive.Rows(scores.ToMatrix().ToRows(), Naive.Softmax)).Agrees);
        Assert.True(Agreement.Agree("masked-attention", (float[,] q, float[,] k, float[,] v, bool[][] visible) => Naive.Biased(q, k, v, (i, j) => visible[i][j] ? 0 : float.NegativeInfinity)).Agrees);
    }

    [Fact]
    public void Agree_OptionalParameters_KeepTheirDefaults()
    {
        static float[,] WithScale(float[,] q, float[,] k, float[,] v, float sharpness = 1, bool causal = false) =>
            causal ? Naive.Causal(q, k, v) : Naive.Attention(q.ToMatrix().Multiply(sharpness).ToRows(), k, v);

        Assert.True(Agreement.Agree("attention", WithScale).Agrees);
        Assert.True(Agreement.Agree("attention", ScaledDotProduct.Attend).Agrees);
    }

    [Fact]
    public void Agree_FunctionThatThrows_ShowsTheCaseAndKeepsTheException()
    {
        DisagreementException shown = Difference("softmax", (float[] scores) => scores.Length > 1 ? throw new InvalidOperationException("no room") : Naive.Softmax(scores));

        Assert.Equal("no room", Assert.IsType<InvalidOperationException>(shown.InnerException).Message);
        Assert.Contains("scores    0  0\n", shown.Message, StringComparison.Ordinal);
        Assert.Contains("got: InvalidOperationException: no room", shown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Agree_FunctionThatReturnsNull_SaysSo() =>
        Assert.EndsWith("got: null", Difference("softmax", (float[] scores) => (float[]?)null).Message, StringComparison.Ordinal);

    [Fact]
    public void Agree_WrongShape_SaysBothShapes() =>
        Assert.EndsWith("got: 2×1, expected 1×1", Difference("attention", (float[,] q, float[,] k, float[,] v) => new float[q.GetLength(0) + 1, v.GetLength(1)]).Message, StringComparison.Ordinal);

    [Fact]
    public void Agree_RaggedResult_SaysItsRows() =>
        Assert.Contains("got: rows of 0, 1, expected 2×1", Difference("softmax-rows", (float[][] scores) => scores.Length == 1 ? [Naive.Softmax(scores[0])] : scores.Select((row, i) => new float[i]).ToArray()).Message, StringComparison.Ordinal);

    [Fact]
    public void Agree_FunctionThatChangesItsInput_IsTold()
    {
        DisagreementException shown = Difference("softmax", (float[] scores) =>
        {
            float[] weights = Naive.Softmax(scores);
            weights.CopyTo(scores, 0);
            return weights;
        });

        Assert.Contains("got the right answer, but changed its input scores", shown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Agree_NumbersOffByALittle_ShowsEnoughDigits()
    {
        DisagreementException shown = Difference("softmax", (float[] scores) => Planted.Map(Naive.Softmax(scores), weight => weight + 2e-6f));

        Assert.Contains("expected 1, got 1.000002", shown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Differ_Mistake_ShowsTheSmallestCase()
    {
        AgreementReport report = Agreement.Differ("attention", (float[,] q, float[,] k, float[,] v) => Naive.Sum(Naive.Rows(Naive.Scores(q, k, 1), Naive.Softmax), v));

        Assert.False(report.Agrees);
        Golden.Check("differ-scale-dropped.txt", report + "\n");
        Golden.Check("differ-scale-dropped.html", ((IShown)report).ToHtml());
    }

    [Fact]
    public void Differ_NoMistake_Throws() =>
        Assert.StartsWith("attention: expected a difference, found none. attention: agrees on 200 cases", Assert.Throws<DisagreementException>(() => Agreement.Differ("attention", Naive.Attention)).Message, StringComparison.Ordinal);

    [Fact]
    public void Agree_OtherSeed_IsInTheMessage() =>
        Assert.EndsWith("seed 7", Assert.Throws<DisagreementException>(() => Agreement.Agree("exp", (float[] x) => x, seed: 7)).Message, StringComparison.Ordinal);

    [Fact]
    public void Agree_NoCases_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Agreement.Agree("exp", Naive.Exp, cases: 0));

    [Fact]
    public void Agree_DefectInTheLibrary_IsNotBlamedOnTheCell()
    {
        Contract softmax = Agreement.Catalogue.Single(contract => contract.Name == "softmax");
        var broken = new Contract("softmax", "A kernel that is wrong.", [.. softmax.Parameters], softmax.Result, softmax.Draw, softmax.Answer, [("Softmax.Broken", given => new float[given.Size('m')])]);
        Case given = broken.Draw(new Dice(1), 0);

        var defect = Assert.Throws<InvalidOperationException>(() => new Trial(broken, new CellFunction(broken, Naive.Softmax)).RunKernels(given));

        Assert.StartsWith("softmax: the library's own Softmax.Broken is wrong here, your function is not the reason", defect.Message, StringComparison.Ordinal);
    }
}
