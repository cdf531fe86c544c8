namespace Attention.Models.Tests.Golden;

public sealed class TransformerGoldenTests
{
    private static readonly GoldenCases Cases = GoldenCases.Read("transformer.json");

    [Theory]
    [InlineData("gpt", false)]
    [InlineData("gpt, tied", true)]
    public void Gpt_IsPyTorchs(string name, bool isTied)
    {
        Gpt gpt = new(new(7) { Context = 5, Width = 8, Heads = 2, Layers = 2, InnerWidth = 12, IsTied = isTied }, new(1));
        int[] text = [1, 4, 2, 6, 0, 3, 3, 5, 1, 2], inputs = [1, 4, 2, 6, 3, 3, 5, 1];

        ModelGolden.Holds(Cases[name], gpt, () => gpt.Forward(inputs, 2, 4), () => gpt.Loss(text, 2));
    }

    [Theory]
    [InlineData("transformer", false)]
    [InlineData("transformer, pre-norm", true)]
    public void Transformer_IsPyTorchs(string name, bool isPreNorm)
    {
        Transformer transformer = new(new(6, 7) { Width = 8, Heads = 2, InnerWidth = 12, IsPreNorm = isPreNorm, Positions = 5, LabelSmoothing = 0.1f }, new(1));
        int[][] sources = [[3, 4, 5, 3], [5, 3]], targets = [[3, 6, 4], [5]];
        int[] shown = [1, 3, 6, 4, 1, 5, 0, 0], lengths = [4, 2];

        ModelGolden.Holds(Cases[name], transformer, () => transformer.Decode(shown, transformer.Encode(PaddedIds.Of(sources, 0)), lengths), () => transformer.Loss(sources, targets));
    }

    [Fact]
    public void Bert_IsPyTorchs()
    {
        Bert bert = new(new(9) { Positions = 6, Width = 8, Heads = 2, InnerWidth = 12 }, new(1));
        BertBatch batch = new([1, 5, 3, 2, 7, 1, 3, 2, 0, 0], [5, 3], [0, 0, 0, 1, 1, 0, 0, 1, 0, 0]) { Words = [-1, -1, 4, -1, 7, -1, 6, -1, -1, -1], NextSentence = [1, 0] };

        ModelGolden.Holds(Cases["bert"], bert, () => bert.Words(bert.Forward(batch)), () => bert.Loss(batch));
    }

    [Fact]
    public void TransformerXl_IsPyTorchs()
    {
        TransformerXl model = new(new(7) { Segment = 3, Memory = 3, Width = 8, Heads = 2, InnerWidth = 12 }, new(1));
        int[] first = [1, 4, 2, 3, 3, 5], second = [6, 0, 5, 1, 2, 6], targets = [0, 5, 3, 2, 6, 4];

        ModelGolden.Holds(
            Cases["transformer-xl"],
            model,
            () => model.Forward(second, 2, model.Forward(first, 2).Memory).Logits,
            () =>
            {
                TransformerXlMemory? memory = model.Forward(first, 2).Memory;
                return model.Loss(second, targets, 2, ref memory);
            });
    }
}
