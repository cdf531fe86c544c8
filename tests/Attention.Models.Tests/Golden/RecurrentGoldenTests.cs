namespace Attention.Models.Tests.Golden;

public sealed class RecurrentGoldenTests
{
    private static readonly GoldenCases Cases = GoldenCases.Read("recurrent.json");
    private static readonly int[][] Sources = [[3, 5, 4, 6, 3], [6, 4], [5, 5, 3]], Targets = [[4, 3], [5, 6, 3, 3], [6]];
    private static readonly SequenceToSequenceOptions Small = new(7, 7) { EmbeddingWidth = 3, Width = 4, Radius = 1, LongestSource = 6 };

    [Theory]
    [InlineData(RecurrentKind.Elman, 1, new[] { 2, 4 })]
    [InlineData(RecurrentKind.Gru, 2, new[] { 4, 1, 3 })]
    [InlineData(RecurrentKind.Lstm, 2, new[] { 3, 4 })]
    public void RecurrentLayer_IsPyTorchs(RecurrentKind kind, int layers, int[] lengths)
    {
        IReadOnlyDictionary<string, Tensor> golden = Cases[$"{kind}"];
        RecurrentLayer layer = new(new(kind, 3, 4) { Layers = layers, IsBidirectional = true }, new(1));
        layer.Load(layer.State().Keys.ToDictionary(name => name, name => golden[name]));
        Tensor x = golden["x"].Detach().WithGradient("x");

        RecurrentOutput output = layer.Forward(x, lengths);
        Tensor state = Tensor.Stack(1, [.. output.States]);
        ((output.Hidden * golden["slope"]).Sum() + (state * golden["stateSlope"]).Sum()).Backward();

        GoldenCases.Near("output", golden["output"], output.Hidden);
        GoldenCases.Near("state", golden["state"], state);
        foreach ((string name, Tensor tensor) in layer.NamedParameters.Append(new("x", x)))
        {
            GoldenCases.Near($"gradient of {name}", golden[$"d.{name}"], tensor.Gradient!);
        }
    }

    [Fact]
    public void Sutskever_IsPyTorchs() => Holds("Sutskever", Small with { Attention = DecoderAttention.None, ReversesSource = true });

    [Fact]
    public void Bahdanau_IsPyTorchs() =>
        Holds("Bahdanau", Small with { Attention = DecoderAttention.Bahdanau, Score = AttentionScore.Additive, Kind = RecurrentKind.Gru, IsBidirectional = true });

    [Fact]
    public void Luong_General_IsPyTorchs() => Holds("Luong", Small with { HasInputFeeding = true });

    [Fact]
    public void Luong_DotLocalMonotonic_IsPyTorchs() =>
        Holds("Luong dot local-m", Small with { Kind = RecurrentKind.Gru, Score = AttentionScore.Dot, Window = AttentionWindow.LocalMonotonic });

    [Fact]
    public void Luong_ConcatLocalPredictive_IsPyTorchs() =>
        Holds("Luong concat local-p", Small with
        {
            Kind = RecurrentKind.Elman,
            IsBidirectional = true,
            Score = AttentionScore.Concat,
            Window = AttentionWindow.LocalPredictive,
            HasInputFeeding = true,
        });

    [Fact]
    public void Luong_Location_IsPyTorchs() => Holds("Luong location", Small with { Score = AttentionScore.Location });

    [Theory]
    [InlineData("pointer-generator", false)]
    [InlineData("pointer-generator with coverage", true)]
    public void PointerGenerator_IsPyTorchs(string name, bool hasCoverage)
    {
        PointerGenerator model = new(new(7) { EmbeddingWidth = 3, Width = 4, HasCoverage = hasCoverage }, new(1));
        int[][] sources = [[4, 9, 5, 4, 8], [6, 11]], summaries = [[5, 8, 4], [6, 12]];

        ModelGolden.Holds(Cases[name], model, () => model.Loss(sources, summaries), () => model.Loss(sources, summaries));
    }

    [Fact]
    public void ListenAttendSpell_IsPyTorchs()
    {
        IReadOnlyDictionary<string, Tensor> golden = Cases["listen, attend and spell"];
        ListenAttendSpell model = new(new(3, 7) { EmbeddingWidth = 3, Width = 4, Pyramids = 1 }, new(1));
        float[][,] sounds = [golden["sounds"].At(0, 0).ToMatrix(), golden["sounds"].At(0, 1).Slice(0, 0, 4).ToMatrix()];
        int[][] transcripts = [[3, 5], [4]];

        ModelGolden.Holds(golden, model, () => model.Loss(sounds, transcripts), () => model.Loss(sounds, transcripts));
    }

    private static void Holds(string name, SequenceToSequenceOptions options)
    {
        SequenceToSequence model = new(options, new(1));

        ModelGolden.Holds(Cases[name], model, () => model.Loss(Sources, Targets), () => model.Loss(Sources, Targets));
    }
}
