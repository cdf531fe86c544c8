using static System.FormattableString;

namespace Attention.Models;

/// <summary>Says of every pixel what it belongs to: patches see each other, and each patch's row then tells the classes of all its pixels.</summary>
/// <remarks>
/// The encoder and linear decoder of Strudel et al. 2021, § 3 (Segmenter). Where the paper stretches one answer per patch over its pixels, the linear layer here answers for each pixel
/// of the patch, and the answers are laid side by side (Shi et al. 2016, eq. 4).
/// </remarks>
/// <example>
/// <code>
/// ShapesExample[] shapes = new ShapesTask(side: 16, most: 2).Take(Split.Training, 8, seed: 1);
/// Tensor images = ImageBatch.Of([.. shapes.Select(example =&gt; example.Image)]);
/// int[] pixels = [.. shapes.SelectMany(example =&gt; example.Mask.Cast&lt;int&gt;())];
/// SegmentationTransformer model = new(new VisionTransformerOptions(ImageSide: 16, PatchSide: 4, Classes: 4) { Width = 32 }, new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 3e-3), new TrainerOptions { Steps = 30 });
/// trainer.Run(_ =&gt; model.Loss(images, pixels));
/// int[] predicted = model.Predict(images); // [8, 16, 16], pixel by pixel
/// Console.WriteLine(Segmentation.MeanIntersectionOverUnion(predicted, pixels, classes: 4) &gt; 0.2); // prints True
/// Console.WriteLine(model.AttentionMap(images, layer: 0, row: 3, column: 3).Shape); // prints [8, 4, 4, 4]
/// </code>
/// </example>
public sealed class SegmentationTransformer : Module
{
    private readonly PatchEncoder _encoder;
    private readonly Linear _output;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes; the classes are those of pixels, the background among them.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public SegmentationTransformer(VisionTransformerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _encoder = Add("encoder", new PatchEncoder(options, hasClassToken: false, random));
        _output = Add("output", new Linear(options.Width, checked(options.PatchSide * options.PatchSide * options.Classes), random));
    }

    /// <summary>The sizes.</summary>
    public VisionTransformerOptions Options { get; }

    /// <summary>How much speaks for each class, at every pixel.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B, ImageSide, ImageSide, Classes]</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Logits(Tensor images)
    {
        Options.CheckImages(images);
        (int grid, int patch, int batch) = (Options.Grid, Options.PatchSide, images.Shape[0]);
        Tensor patches = _output.Forward(_encoder.Forward(images)).Reshape(batch, grid, grid, patch, patch, Options.Classes);
        return patches.Permute(0, 1, 3, 2, 4, 5).Reshape(batch, Options.ImageSide, Options.ImageSide, Options.Classes);
    }

    /// <summary>The training step's loss: the mean cross-entropy over the pixels.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="pixels">[B, ImageSide, ImageSide]; the class of every pixel, row by row. Not copied.</param>
    /// <param name="ignored">The class of pixels that do not count; null: all count.</param>
    /// <returns>[]</returns>
    public Tensor Loss(Tensor images, ReadOnlyMemory<int> pixels, int? ignored = null) => Logits(images).Reshape(-1, Options.Classes).CrossEntropy(pixels, ignored);

    /// <summary>The likeliest class of every pixel.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B, ImageSide, ImageSide], row by row.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a logit is NaN.</exception>
    public int[] Predict(Tensor images)
    {
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        return Logits(images).Likeliest("vision");
    }

    /// <summary>Where one patch looks.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="layer">From 0 to Layers − 1.</param>
    /// <param name="row">The patch's row in the grid.</param>
    /// <param name="column">The patch's column in the grid.</param>
    /// <returns>[B, Heads, grid, grid]; each map has the sum 1.</returns>
    /// <exception cref="ArgumentException">There is no such layer or patch, or the images have another shape.</exception>
    public Tensor AttentionMap(Tensor images, int layer, int row, int column)
    {
        if ((uint)layer >= (uint)Options.Layers || (uint)row >= (uint)Options.Grid || (uint)column >= (uint)Options.Grid)
        {
            throw new ArgumentException(Invariant($"patch ({row}, {column}) of layer {layer}: there are {Options.Grid}×{Options.Grid} patches and {Options.Layers} layers"));
        }

        Tensor weights = Pictures.WeightsOf(this, Invariant($"encoder.layers.{layer}.attention"), () => Logits(images));
        return weights.At(2, (row * Options.Grid) + column).Reshape(weights.Shape[0], Options.Heads, Options.Grid, Options.Grid);
    }
}
