namespace Attention.Models.Tests.Models.Vision;

public sealed class TextImageModelTests
{
    private static readonly int[][] Texts = [[1, 4, 2], [5, 6]];

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        TextImageModel model = New();
        Tensor images = Images(2).WithGradient("images");

        GradientCheck.Assert(() => model.Loss(Texts, images), [images, .. model.Parameters]);
    }

    [Fact]
    public void Forward_GivesEachPairWhatItGetsAlone()
    {
        TextImageModel model = New();
        Tensor images = Images(3);

        Tensor together = model.Forward(Texts, images);

        Assert.Equal(Shape.Create([3, 2]), together.Shape);
        for (int image = 0; image < 3; image++)
        {
            for (int text = 0; text < 2; text++)
            {
                Assert.Equal(model.Forward([Texts[text]], images.Slice(0, image, 1)).Values[0], together[image, text], 1e-5f);
            }
        }

        Assert.All(together.ToArray(), fit => Assert.InRange(fit, -1, 1));
    }

    [Fact]
    public void Loss_IsTheMeanOfBothWays()
    {
        TextImageModel model = New();
        Tensor images = Images(2), logits = model.Forward(Texts, images) * MathF.Exp(model.State()["logScale"].Value);
        double ofImages = -logits.LogSoftmax(1)[0, 0] - logits.LogSoftmax(1)[1, 1], ofTexts = -logits.LogSoftmax(0)[0, 0] - logits.LogSoftmax(0)[1, 1];

        Assert.Equal((ofImages + ofTexts) / 4, model.Loss(Texts, images).Value, 1e-4);
    }

    [Fact]
    public void Loss_ItsScale_IsAHundredAtMost()
    {
        TextImageModel model = New();
        Tensor scale = model.State()["logScale"];
        Assert.Equal(1 / 0.07, Math.Exp(new TextImageModel(new(7, 4, 2), new(1)).State()["logScale"].Value), 1e-4); // where it begins
        scale.Values[0] = MathF.Log(100);
        float most = model.Loss(Texts, Images(2)).Value;

        scale.Values[0] = 7;

        Assert.Equal(most, model.Loss(Texts, Images(2)).Value);
        Assert.Equal(MathF.Log(100), model.State()["logScale"].Value);
    }

    [Fact]
    public void Forward_CutsAnImageIntoPatches()
    {
        // Without layers and positions it does not matter where a patch lies.
        TextImageModel model = New(layers: 0);
        model.State()["patchPositions.weight"].Values.Clear();
        Tensor image = Images(1), moved = Tensor.Zeros(1, 3, 4, 4);
        for (int channel = 0; channel < 3; channel++)
        {
            for (int place = 0; place < 16; place++)
            {
                // The upper left patch to the lower right, and so on: two down and two across.
                moved.Values[(16 * channel) + ((place / 4 + 2) % 4 * 4) + ((place + 2) % 4)] = image.Values[(16 * channel) + place];
            }
        }

        Golden.GoldenCases.Near("fits", model.Forward(Texts, image), model.Forward(Texts, moved));
        moved.Values[..4].Reverse();
        Assert.NotEqual(model.Forward(Texts, image).ToArray(), model.Forward(Texts, moved).ToArray());
    }

    [Fact]
    public void Weights_OfWordsOverPatches_AreRecorded()
    {
        using AttentionRecorder recorder = AttentionRecorder.Start();
        New().Fit(Texts, Images(3));

        Tensor weights = recorder["words"];

        Assert.Equal(Shape.Create([3, 2, 3, 4]), weights.Shape);
        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        TextImageModel model = New();

        Assert.Contains("images [images, 3, 4, 4], got [2, 3, 4, 5]", Assert.Throws<ArgumentException>(() => model.Forward(Texts, Tensor.Zeros(2, 3, 4, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("got 2 texts and 3 images", Assert.Throws<ArgumentException>(() => model.Loss(Texts, Images(3))).Message, StringComparison.Ordinal);
        Assert.Contains("texts of 1 to 4 words, and text 1 has 5", Assert.Throws<ArgumentException>(() => model.Forward([[1], [1, 2, 3, 4, 5]], Images(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Forward([[]], Images(1)));
        Assert.Throws<ArgumentException>(() => model.Forward([[7]], Images(1)));
        Assert.Contains("patches of 3 pixels do not fill a side of 4", Assert.Throws<ArgumentException>(() => new TextImageModel(new(7, 4, 3), new(1))).Message, StringComparison.Ordinal);
        Assert.Contains("text and image: expected a vocabulary", Assert.Throws<ArgumentException>(() => new TextImageModel(new(0, 4, 2), new(1))).Message, StringComparison.Ordinal);
    }

    private static TextImageModel New(int layers = 1) =>
        new TextImageModel(new(7, ImageSide: 4, PatchSide: 2) { Context = 4, Width = 4, Heads = 2, InnerWidth = 6, Layers = layers }, new(1)).Stirred(0.6f);

    private static Tensor Images(int count) => Tensor.Normal(new(5), 1, count, 3, 4, 4);
}
