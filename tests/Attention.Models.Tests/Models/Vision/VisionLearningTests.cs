namespace Attention.Models.Tests.Models.Vision;

[Collection(Learning.Name)]
public sealed class VisionLearningTests
{
    [Fact]
    public void VisionTransformer_TellsShapesThatItHasNotSeen()
    {
        ShapesTask task = new(side: 20, most: 1);
        (Tensor images, int[] kinds) = Kinds(task.Take(Split.Training, 1024, 1));
        (Tensor newImages, int[] newKinds) = Kinds(task.Take(Split.Test, 200, 2));
        VisionTransformer model = new(new(20, 5, 3) { Width = 32 }, new(1));

        Steps.Run(model, 250, 3e-3, kinds.Length, 32, batch => model.Loss(images.Select(batch), batch.Select(i => kinds[i]).ToArray()));

        double right = model.Predict(newImages).Zip(newKinds).Average(pair => pair.First == pair.Second ? 1.0 : 0);
        Assert.True(right > 0.75, $"{right:P1} of the shapes are told; one kind for all tells 1/3");

        static (Tensor, int[]) Kinds(ShapesExample[] examples) => (Images(examples), [.. examples.Select(example => (int)example.Shapes[0].Kind - 1)]);
    }

    /// <summary>A square moves a pixel a frame, up, down, left or right; where it is in any one frame tells nothing.</summary>
    [Fact]
    public void VideoTransformer_TellsWhereToASquareMoves_WhichAFrameDoesNot()
    {
        const int Side = 8, Frames = 3, Square = 2;
        RandomSource random = new(1);
        (float[] Pixels, int Direction)[] all = [.. Enumerable.Range(0, 1224).Select(_ => Clip())];
        double moving = Right(Frames), still = Right(1);

        Assert.True(moving > 0.9 && still < 0.4, $"{moving:P1} of the directions are told from {Frames} frames, {still:P1} from one; by chance a quarter");

        double Right(int frames)
        {
            VideoTransformer model = new(new(new(Side, 2, 4) { Channels = 1, Width = 32, Layers = 1 }, frames), new(1));
            Steps.Run(model, 400, 3e-3, 1024, 32, batch => model.Loss(Clips(batch, frames), batch.Select(i => all[i].Direction).ToArray()));
            int[] test = [.. Enumerable.Range(1024, 200)];
            return model.Predict(Clips(test, frames)).Zip(test).Average(pair => pair.First == all[pair.Second].Direction ? 1.0 : 0);
        }

        Tensor Clips(int[] numbers, int frames) => Tensor.Of([.. numbers.SelectMany(i => all[i].Pixels.Take(frames * Side * Side))], numbers.Length, frames, 1, Side, Side);

        (float[], int) Clip()
        {
            int direction = random.NextInt(4), across = direction == 0 ? 1 : direction == 1 ? -1 : 0, down = direction == 2 ? 1 : direction == 3 ? -1 : 0;
            // The first frame's places are the same for all directions.
            int left = Frames - 1 + random.NextInt(Side - Square - (2 * (Frames - 1)) + 1), top = Frames - 1 + random.NextInt(Side - Square - (2 * (Frames - 1)) + 1);
            float[] pixels = new float[Frames * Side * Side];
            for (int i = 0; i < Frames * Square * Square; i++)
            {
                int frame = i / (Square * Square), row = top + (down * frame) + (i / Square % Square), column = left + (across * frame) + (i % Square);
                pixels[(((frame * Side) + row) * Side) + column] = 1;
            }

            return (pixels, direction);
        }
    }

    [Fact]
    public void SegmentationTransformer_WithAttention_SegmentsBetterThanPatchesAlone()
    {
        ShapesTask task = new(side: 20, most: 2);
        ShapesExample[] seen = task.Take(Split.Training, 1024, 1), fresh = task.Take(Split.Test, 64, 2);
        Tensor images = Images(seen);

        double with = MeanOverlap(2), alone = MeanOverlap(0);

        Assert.True(with > 0.6 && with > alone + 0.1, $"mIoU with attention {with:F3}, of patches that do not see each other {alone:F3}");

        double MeanOverlap(int layers)
        {
            SegmentationTransformer model = new(new(20, 4, 4) { Width = 48, Layers = layers }, new(1));
            Steps.Run(model, 600, 3e-3, seen.Length, 16, batch => model.Loss(images.Select(batch), Pixels(batch.Select(i => seen[i]))));
            return Segmentation.MeanIntersectionOverUnion(model.Predict(Images(fresh)), Pixels(fresh), 4);
        }

        static int[] Pixels(IEnumerable<ShapesExample> examples) => [.. examples.SelectMany(example => example.Mask.Cast<int>())];
    }

    [Fact]
    public void Detector_FindsWhatItHasNotSeen()
    {
        ShapesTask task = new(side: 24, most: 2);
        ShapesExample[] seen = task.Take(Split.Training, 1024, 1), fresh = task.Take(Split.Test, 64, 2);
        Tensor images = Images(seen);
        ObjectInImage[][] objects = Objects(seen), right = Objects(fresh);
        Detection[] there = [.. right.SelectMany((list, image) => list.Select(one => new Detection(image, one.Class, one.Box)))];
        Detector model = new(new(24, 3) { Width = 48, Queries = 5, InnerWidth = 96 }, new(1));

        Steps.Run(model, 1200, 2e-3, seen.Length, 16, batch => model.Loss(images.Select(batch), [.. batch.Select(i => objects[i])]));

        double precision = Detection.MeanAveragePrecision(model.Predict(Images(fresh)), there);

        // Without a look at the image: in every quarter a box of the middle size, of each kind.
        Detection[] blind = [.. Enumerable.Range(0, fresh.Length * 12).Select(i => new Detection(i / 12, i % 3, new((i / 3 % 2 * 0.5) + 0.1, (i / 6 % 2 * 0.5) + 0.1, (i / 3 % 2 * 0.5) + 0.4, (i / 6 % 2 * 0.5) + 0.4), 0.5))];
        double baseline = Detection.MeanAveragePrecision(blind, there);
        Assert.True(precision > 0.5 && precision > 3 * baseline, $"mAP {precision:F3}, of guesses {baseline:F3}");

        static ObjectInImage[][] Objects(ShapesExample[] examples) => [.. examples.Select(example => example.Shapes.Select(shape =>
            new ObjectInImage((int)shape.Kind - 1, new(shape.Box.Left / 24, shape.Box.Top / 24, shape.Box.Right / 24, shape.Box.Bottom / 24))).ToArray())];
    }

    [Theory]
    [InlineData(CaptionAttention.Soft, 0.6)]
    [InlineData(CaptionAttention.Hard, 0.3)]
    public void Captioner_WritesWhatItSees_AndLooksThere(CaptionAttention attention, double least)
    {
        string[] vocabulary = ["<s>", "</s>", "a", "red", "green", "blue", "yellow", "circle", "square", "triangle"];
        ShapesTask task = new(side: 20, most: 1);
        ShapesExample[] seen = task.Take(Split.Training, 1024, 1), fresh = task.Take(Split.Test, 200, 2);
        int[][] captions = Captions(seen), right = Captions(fresh);
        Tensor images = Images(seen);
        SeeingCaptioner model = new(new(vocabulary.Length, 32, 0, 1) { Attention = attention, DoublyStochastic = 0.01f }, new(1));

        Steps.Run(model, 900, 3e-3, seen.Length, 32, batch => model.Captioner.Loss(model.Features(images.Select(batch)), [.. batch.Select(i => captions[i])]));

        IReadOnlyList<Caption> written;
        using (Gradients.Off())
        {
            written = model.Captioner.Write(model.Features(Images(fresh)), 5);
        }

        double exact = written.Zip(right).Average(pair => pair.First.Words.SequenceEqual(pair.Second) ? 1.0 : 0);

        // The place that the colour's word looks at most, of 5×5: its pixels, 4×4 and what the convolutions see around them, and the shape's box.
        double there = written.Zip(fresh).Where(pair => pair.First.Words.Length > 1).Average(pair => IsThere(pair.First, pair.Second.Shapes[0].Box) ? 1.0 : 0);
        Assert.True(exact > least, $"{exact:P1} of the captions are exact; one caption for all is in 1/12");
        Assert.True(there > 0.6, $"{there:P1} of the colours were looked for where the shape is");

        int[][] Captions(ShapesExample[] examples) => [.. examples.Select(example => example.Caption.Split(' ').Select(word => Array.IndexOf(vocabulary, word)).ToArray())];

        static bool IsThere(Caption caption, Box box)
        {
            int place = Enumerable.Range(0, 25).MaxBy(place => caption.Weights[1, place]), left = place % 5 * 4, top = place / 5 * 4;
            return new Box(left - 3, top - 3, left + 4, top + 4) is var seen && Math.Min(seen.Right, box.Right) > Math.Max(seen.Left, box.Left) && Math.Min(seen.Bottom, box.Bottom) > Math.Max(seen.Top, box.Top);
        }
    }

    /// <summary>A captioner and the two convolutions through which it sees.</summary>
    private sealed class SeeingCaptioner : Module
    {
        private readonly Conv2d _first, _second;

        internal SeeingCaptioner(CaptionerOptions options, RandomSource random)
        {
            _first = Add("first", new Conv2d(new(3, 16, 3) { Stride = 2, Padding = 1 }, random));
            _second = Add("second", new Conv2d(new(16, options.FeatureWidth, 3) { Stride = 2, Padding = 1 }, random));
            Captioner = Add("captioner", new Captioner(options, random));
        }

        internal Captioner Captioner { get; }

        internal Tensor Features(Tensor images)
        {
            Tensor planes = _second.Forward(_first.Forward(images).Relu()).Relu();
            return planes.Reshape(planes.Shape[0], planes.Shape[1], -1).Transpose();
        }
    }

    private static Tensor Images(IEnumerable<ShapesExample> examples) => ImageBatch.Of([.. examples.Select(example => example.Image)]);
}
