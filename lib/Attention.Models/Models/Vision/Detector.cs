using static System.FormattableString;

namespace Attention.Models;

/// <summary>An object that is to be found.</summary>
/// <param name="Class">From 0.</param>
/// <param name="Box">Its place, as shares of the image's sides: from 0 to 1.</param>
public sealed record ObjectInImage(int Class, Box Box);

/// <summary>A detector that predicts a set of objects at once: learned queries ask the image what is in it, and each answers with an object or with none (Carion et al. 2020, DETR).</summary>
/// <remarks>
/// A small convolutional backbone takes the place of ResNet, positions are learned and added once, and layers are pre-norm; queries are the decoder's input. Every decoder layer's
/// answer is part of the loss (§ 3.2, auxiliary decoding losses).
/// </remarks>
/// <example>
/// <code>
/// ShapesExample[] shapes = new ShapesTask(side: 24, most: 2).Take(Split.Training, 8, seed: 1);
/// Tensor images = ImageBatch.Of([.. shapes.Select(example =&gt; example.Image)]);
/// ObjectInImage[][] objects = [.. shapes.Select(example =&gt; example.Shapes.Select(shape =&gt; new ObjectInImage((int)shape.Kind - 1,
///     new Box(shape.Box.Left / 24, shape.Box.Top / 24, shape.Box.Right / 24, shape.Box.Bottom / 24))).ToArray())];
/// Detector model = new(new DetectorOptions(ImageSide: 24, Classes: 3) { Width = 32 }, new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 1e-3), new TrainerOptions { Steps = 5 });
/// trainer.Run(_ =&gt; model.Loss(images, objects));
/// Console.WriteLine(trainer.Losses[^1] &lt; trainer.Losses[0]); // prints True
/// IReadOnlyList&lt;Detection&gt; found = model.Predict(images);
/// Console.WriteLine(found.Count); // prints 48
/// Console.WriteLine(model.AttentionMaps(images).Shape); // prints [8, 4, 6, 6, 6]
/// </code>
/// </example>
public sealed class Detector : Module
{
    private readonly Conv2d _first, _second;
    private readonly PositionEmbedding _positions;
    private readonly IReadOnlyList<EncoderLayer> _encoder;
    private readonly IReadOnlyList<DecoderLayer> _decoder;
    private readonly LayerNormalization _norm;
    private readonly Tensor _queries;
    private readonly Linear _class;
    private readonly IReadOnlyList<Linear> _box;

    /// <summary>A detector of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public Detector(DetectorOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        int width = options.Width;
        _first = Add("backbone.0", new Conv2d(new(options.Channels, width, 3) { Stride = 2, Padding = 1 }, random));
        _second = Add("backbone.1", new Conv2d(new(width, width, 3) { Stride = 2, Padding = 1 }, random));
        _positions = Add("positions", new PositionEmbedding(Grid * Grid, width, random, Initializers.Normal(0.2f)));
        _encoder = Add("encoder", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _queries = Parameter("queries", Tensor.Normal(random, 1, options.Queries, width));
        _decoder = Add("decoder", options.Layers, _ => new DecoderLayer(options.Layer, random));
        _norm = Add("norm", new LayerNormalization(width));
        _class = Add("class", new Linear(width, options.Classes + 1, random));
        _box = Add("box", 3, i => new Linear(width, i < 2 ? width : 4, random));
    }

    /// <summary>The sizes.</summary>
    public DetectorOptions Options { get; }

    private int Grid => Options.ImageSide / 4;

    /// <summary>What every query answers.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>Logits [B, Queries, Classes + 1], the last class being "no object", and boxes [B, Queries, 4]: centre across and down, width and height, as shares of the sides.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public (Tensor Logits, Tensor Boxes) Forward(Tensor images) => Answers(images)[^1];

    /// <summary>The training step's loss: each object is paired with a query, by the least cost together, and that query should answer with it and all others with none (eq. 1 and 2).</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="objects">Those of every image; no more than queries.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">There are not as many lists as images, an image has more objects than there are queries, a class does not exist, or a box is not inside of its image.</exception>
    public Tensor Loss(Tensor images, IReadOnlyList<IReadOnlyList<ObjectInImage>> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        Check(images, objects);
        return Answers(images).Select(answer => SetLoss.Of(answer.Logits, answer.Boxes, objects, Options)).Aggregate((sum, loss) => sum + loss);
    }

    /// <summary>What is in images: of every query its likeliest class, were there an object, with that class's probability.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="least">Detections less probable than this are left out.</param>
    /// <returns>In order of images, boxes in shares of the image's sides; as the metric takes them.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a logit is NaN.</exception>
    public IReadOnlyList<Detection> Predict(Tensor images, double least = 0)
    {
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        (Tensor logits, Tensor boxes) = Forward(images);
        Tensor probabilities = logits.WithoutNan("detector").Softmax();
        int[] classes = probabilities.Slice(-1, 0, Options.Classes).ArgMax();
        List<Detection> found = [];
        for (int i = 0; i < classes.Length; i++)
        {
            float confidence = probabilities.Values[(i * (Options.Classes + 1)) + classes[i]];
            if (confidence >= least)
            {
                found.Add(new Detection(i / Options.Queries, classes[i], SetLoss.ToBox(boxes.Values.Slice(4 * i, 4)), confidence));
            }
        }

        return found;
    }

    /// <summary>Where every query looks in the last layer.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B, Heads, Queries, grid, grid], a place of the grid being 4×4 pixels; each map has the sum 1.</returns>
    public Tensor AttentionMaps(Tensor images)
    {
        Tensor weights = Pictures.WeightsOf(this, Invariant($"decoder.{Options.Layers - 1}.crossAttention"), () => Forward(images));
        return weights.Reshape(weights.Shape[0], Options.Heads, Options.Queries, Grid, Grid);
    }

    private (Tensor Logits, Tensor Boxes)[] Answers(Tensor images)
    {
        CheckImages(images);
        Tensor memory = _positions.Forward(PatchEmbedding.ToRows(_second.Forward(_first.Forward(images).Relu()).Relu()));
        foreach (EncoderLayer layer in _encoder)
        {
            memory = layer.Forward(memory);
        }

        Tensor queries = _queries.Expand(images.Shape[0], Options.Queries, Options.Width);
        var answers = new (Tensor, Tensor)[Options.Layers];
        for (int i = 0; i < answers.Length; i++)
        {
            queries = _decoder[i].Forward(queries, memory, mask: default);
            Tensor rows = _norm.Forward(queries);
            answers[i] = (_class.Forward(rows), _box[2].Forward(_box[1].Forward(_box[0].Forward(rows).Relu()).Relu()).Sigmoid());
        }

        return answers;
    }

    private static bool IsInside(Box box) => box.Left >= 0 && box.Left < box.Right && box.Right <= 1 && box.Top >= 0 && box.Top < box.Bottom && box.Bottom <= 1;

    private void CheckImages(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Shape[0] == 0 || !images.Shape.Is(images.Shape[0], Options.Channels, Options.ImageSide, Options.ImageSide))
        {
            throw new ArgumentException(Invariant($"detector: expected images [batch, {Options.Channels}, {Options.ImageSide}, {Options.ImageSide}], got {images.Shape}"));
        }
    }

    private void Check(Tensor images, IReadOnlyList<IReadOnlyList<ObjectInImage>> objects)
    {
        CheckImages(images);
        if (objects.Count != images.Shape[0])
        {
            throw new ArgumentException(Invariant($"objects: expected those of {images.Shape[0]} images, got those of {objects.Count}"), nameof(objects));
        }

        for (int i = 0; i < objects.Count; i++)
        {
            if (objects[i].Count > Options.Queries)
            {
                throw new ArgumentException(Invariant($"objects: image {i} has {objects[i].Count}, and there are {Options.Queries} queries"), nameof(objects));
            }

            if (objects[i].FirstOrDefault(one => (uint)one.Class >= (uint)Options.Classes) is { } strange)
            {
                throw new ArgumentException(Invariant($"objects: image {i}: expected a class from 0 to {Options.Classes - 1}, got {strange.Class}"), nameof(objects));
            }

            if (objects[i].FirstOrDefault(one => !IsInside(one.Box)) is { } outside)
            {
                throw new ArgumentException(Invariant($"objects: image {i}: expected a box in shares of the image's sides, 0 ≤ left < right ≤ 1 and 0 ≤ top < bottom ≤ 1, got {outside.Box}"), nameof(objects));
            }
        }
    }
}
