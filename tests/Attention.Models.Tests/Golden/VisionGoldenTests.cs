namespace Attention.Models.Tests.Golden;

public sealed class VisionGoldenTests
{
    private static readonly GoldenCases Cases = GoldenCases.Read("vision.json");
    private static readonly int[] Labels = [2, 0];

    [Fact]
    public void Conv1d_IsPyTorchs() => Convolves("conv1d", new Conv1d(new(3, 4, 3) { Stride = 2, Padding = 2, Dilation = 2 }, new(1)).Forward);

    [Fact]
    public void Conv2d_IsPyTorchs() => Convolves("conv2d", new Conv2d(new(3, 4, 3) { Stride = 2, Padding = 1 }, new(1)).Forward);

    [Fact]
    public void Conv2d_InGroups_IsPyTorchs() => Convolves("grouped conv2d", new Conv2d(new(4, 6, 3) { Padding = 2, Dilation = 2, Groups = 2 }, new(1)).Forward);

    [Fact]
    public void Pools_ArePyTorchs()
    {
        SlidingWindow window = new(3, 2) { Stride = (2, 2), Padding = (1, 1) };

        Holds("max pool", x => x.MaxPool(window), []);
        Holds("average pool", x => x.AveragePool(window), []);
    }

    [Fact]
    public void VisionTransformer_IsPyTorchs()
    {
        VisionTransformer model = new(new(4, 2, 3) { Channels = 2, Width = 4, Heads = 2, Layers = 2, InnerWidth = 6 }, new(1));
        Tensor images = Cases["vision"]["images"];

        ModelGolden.Holds(Cases["vision"], model, () => model.Logits(images), () => model.Loss(images, Labels));
    }

    [Fact]
    public void VideoTransformer_IsPyTorchs()
    {
        VideoTransformer model = new(new(new(4, 2, 3) { Channels = 2, Width = 4, Heads = 2, Layers = 1, InnerWidth = 6 }, 3), new(1));
        Tensor clips = Cases["video"]["clips"];

        ModelGolden.Holds(Cases["video"], model, () => model.Logits(clips), () => model.Loss(clips, Labels));
    }

    [Fact]
    public void SegmentationTransformer_IsPyTorchs()
    {
        SegmentationTransformer model = new(new(4, 2, 3) { Channels = 2, Width = 4, Heads = 2, Layers = 1, InnerWidth = 6 }, new(1));
        Tensor images = Cases["segmentation"]["images"];
        int[] pixels = [.. Enumerable.Range(0, 32).Select(i => i * 7 % 3)];

        ModelGolden.Holds(Cases["segmentation"], model, () => model.Logits(images), () => model.Loss(images, pixels));
    }

    [Fact]
    public void Detector_IsPyTorchs()
    {
        Detector model = new(new(8, 2) { Channels = 1, Queries = 3, Width = 4, Heads = 2, Layers = 2, InnerWidth = 4 }, new(1));
        Tensor images = Cases["detector"]["images"];
        ObjectInImage[][] objects = [[new(1, new(0.1, 0.2, 0.5, 0.6)), new(0, new(0.55, 0.3, 0.9, 0.95))], [], [new(0, new(0.05, 0.05, 0.4, 0.3))]];

        ModelGolden.Holds(
            Cases["detector"],
            model,
            () =>
            {
                (Tensor logits, Tensor boxes) = model.Forward(images);
                return Tensor.Concat(-1, logits, boxes);
            },
            () => model.Loss(images, objects));
    }

    [Theory]
    [InlineData(CaptionAttention.Soft, "soft captioner")]
    [InlineData(CaptionAttention.Hard, "hard captioner")]
    public void Captioner_IsPyTorchs(CaptionAttention attention, string name)
    {
        Captioner model = new(new(5, 3, 0, 1) { Width = 5, Attention = attention }, new(1));
        model.Evaluate(); // places are the likeliest, not drawn
        Tensor features = Cases[name]["features"];
        int[][] captions = [[3, 2, 4], [4], [2, 2]];

        ModelGolden.Holds(Cases[name], model, () => model.Loss(features, captions), () => model.Loss(features, captions));
    }

    private static void Convolves(string name, Func<Tensor, Tensor> forward)
    {
        var layer = (Convolution)forward.Target!;
        layer.Load(new Dictionary<string, Tensor> { ["weight"] = Cases[name]["weight"], ["bias"] = Cases[name]["bias"] });
        Holds(name, forward, layer.NamedParameters);
    }

    private static void Holds(string name, Func<Tensor, Tensor> function, IEnumerable<KeyValuePair<string, Tensor>> parameters)
    {
        IReadOnlyDictionary<string, Tensor> golden = Cases[name];
        Tensor x = golden["x"].Detach().WithGradient("x"), output = function(x);
        output.Backward(golden["slope"]);

        GoldenCases.Near("output", golden["output"], output);
        foreach ((string tensor, Tensor value) in parameters.Append(new("x", x)))
        {
            GoldenCases.Near($"gradient of {tensor}", golden[$"d.{tensor}"], value.Gradient!);
        }
    }
}
