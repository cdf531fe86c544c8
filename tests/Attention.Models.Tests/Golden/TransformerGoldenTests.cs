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
}
