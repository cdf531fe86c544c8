using static System.FormattableString;

namespace Attention.Models;

/// <summary>The Vision Transformer: an image is a sentence of patches, and a row of its own, the class token, gathers what the image is (Dosovitskiy et al. 2021, eq. 1 to 4).</summary>
/// <example>
/// <code>
/// ShapesExample[] shapes = new ShapesTask(side: 20, most: 1).Take(Split.Training, 64, seed: 1);
/// int[] kinds = [.. shapes.Select(example =&gt; (int)example.Shapes[0].Kind - 1)];
/// Tensor images = ImageBatch.Of([.. shapes.Select(example =&gt; example.Image)]);
/// VisionTransformer model = new(new VisionTransformerOptions(ImageSide: 20, PatchSide: 5, Classes: 3) { Width = 32 }, new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 3e-3), new TrainerOptions { Steps = 20 });
/// trainer.Run(_ =&gt; model.Loss(images, kinds));
/// Console.WriteLine(trainer.Losses[^1] &lt; trainer.Losses[0]); // prints True
/// Console.WriteLine(model.Predict(images).Length); // prints 64
/// Console.WriteLine(model.AttentionMaps(images, layer: 1).Shape); // prints [64, 4, 4, 4]
/// </code>
/// </example>
public sealed class VisionTransformer : Module
{
    private readonly PatchEncoder _encoder;
    private readonly Linear _output;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public VisionTransformer(VisionTransformerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _encoder = Add("encoder", new PatchEncoder(options, hasClassToken: true, random));
        _output = Add("output", new Linear(options.Width, options.Classes, random, initializer: Initializers.Zeros));
    }

    /// <summary>The sizes.</summary>
    public VisionTransformerOptions Options { get; }

    /// <summary>How much speaks for each class.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B, Classes]</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Logits(Tensor images)
    {
        Options.CheckImages(images);
        return _output.Forward(_encoder.Forward(images).At(1, 0));
    }

    /// <summary>The training step's loss: the mean cross-entropy.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="classes">[B]; not copied.</param>
    /// <returns>[]</returns>
    public Tensor Loss(Tensor images, ReadOnlyMemory<int> classes) => Logits(images).CrossEntropy(classes);

    /// <summary>The likeliest class of every image.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B]</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a logit is NaN.</exception>
    public int[] Predict(Tensor images)
    {
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        return Logits(images).Likeliest("vision");
    }

    /// <summary>Where the class token looks: a map over the patches for every head.</summary>
    /// <param name="images">[B, Channels, ImageSide, ImageSide]</param>
    /// <param name="layer">From 0 to Layers − 1.</param>
    /// <returns>[B, Heads, grid, grid]; a map's sum is what the token does not keep for itself.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or the images have another shape.</exception>
    public Tensor AttentionMaps(Tensor images, int layer)
    {
        if ((uint)layer >= (uint)Options.Layers)
        {
            throw new ArgumentException(Invariant($"layer: expected 0 to {Options.Layers - 1}, got {layer}"), nameof(layer));
        }

        Tensor weights = Pictures.WeightsOf(this, Invariant($"encoder.layers.{layer}.attention"), () => Logits(images));
        return weights.At(2, 0).Slice(-1, 1, Options.Patches).Reshape(weights.Shape[0], Options.Heads, Options.Grid, Options.Grid);
    }
}
