using static System.FormattableString;

namespace Attention.Models;

/// <summary>Tells what happens in a clip: each frame becomes one row by a Vision Transformer, and then the frames' rows see each other (Arnab et al. 2021, ViViT, § 3.3, model 2: factorised encoder).</summary>
/// <remarks>
/// The rows of frames are those of their class tokens; before them stands a class token of the clip, and learned positions tell the order. Both encoders are those of Dosovitskiy et al. 2021, and
/// as there the layer that tells the class begins at zero.
/// </remarks>
/// <example>
/// <code>
/// // a bright column that moves to the right, and one that moves to the left
/// float[] pixels = new float[2 * 3 * 16];
/// for (int i = 0; i &lt; 12; i++) // three frames of four rows
/// {
///     pixels[(4 * i) + (i / 4)] = pixels[48 + (4 * i) + 3 - (i / 4)] = 1;
/// }
///
/// Tensor clips = Tensor.Of(pixels, 2, 3, 1, 4, 4);
/// int[] directions = [0, 1];
/// VideoTransformer model = new(new VideoTransformerOptions(new VisionTransformerOptions(ImageSide: 4, PatchSide: 2, Classes: 2) { Channels = 1, Width = 16, Layers = 1 }, Frames: 3), new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 3e-3), new TrainerOptions { Steps = 60 });
/// trainer.Run(_ =&gt; model.Loss(clips, directions));
/// Console.WriteLine(string.Join(" ", model.Predict(clips))); // prints 0 1
/// Console.WriteLine(model.AttentionMaps(clips, layer: 0).Shape); // prints [2, 4, 3]
/// </code>
/// </example>
public sealed class VideoTransformer : Module
{
    private readonly PatchEncoder _encoder;
    private readonly Tensor _classToken;
    private readonly PositionEmbedding _positions;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly LayerNormalization _norm;
    private readonly Linear _output;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public VideoTransformer(VideoTransformerOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        VisionTransformerOptions frame = options.Frame;
        _encoder = Add("encoder", new PatchEncoder(frame, hasClassToken: true, random));
        _classToken = Parameter("classToken", Tensor.Zeros(1, 1, frame.Width));
        _positions = Add("positions", new PositionEmbedding(options.Frames + 1, frame.Width, random));
        _dropout = Add("dropout", new DropoutLayer(frame.Dropout, random));
        _layers = Add("layers", options.TemporalLayers, _ => new EncoderLayer(frame.Layer, random));
        _norm = Add("norm", new LayerNormalization(frame.Width));
        _output = Add("output", new Linear(frame.Width, frame.Classes, random, initializer: Initializers.Zeros));
    }

    /// <summary>The sizes.</summary>
    public VideoTransformerOptions Options { get; }

    /// <summary>How much speaks for each class.</summary>
    /// <param name="clips">[B, frames, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B, Classes]</returns>
    /// <exception cref="ArgumentException">The clips have another shape, or more frames than there are positions.</exception>
    public Tensor Logits(Tensor clips)
    {
        Check(clips);
        (int batch, int frames, VisionTransformerOptions frame) = (clips.Shape[0], clips.Shape[1], Options.Frame);
        Tensor rows = _encoder.Forward(clips.Reshape(batch * frames, frame.Channels, frame.ImageSide, frame.ImageSide)).At(1, 0).Reshape(batch, frames, frame.Width);
        Tensor x = _dropout.Forward(_positions.Forward(Tensor.Concat(1, _classToken.Expand(batch, 1, frame.Width), rows)));
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        return _output.Forward(_norm.Forward(x).At(1, 0));
    }

    /// <summary>The training step's loss: the mean cross-entropy.</summary>
    /// <param name="clips">[B, frames, Channels, ImageSide, ImageSide]</param>
    /// <param name="classes">[B]; not copied.</param>
    /// <returns>[]</returns>
    /// <exception cref="ArgumentException">The clips have another shape, or a class does not exist.</exception>
    public Tensor Loss(Tensor clips, ReadOnlyMemory<int> classes) => Logits(clips).CrossEntropy(classes);

    /// <summary>The likeliest class of every clip.</summary>
    /// <param name="clips">[B, frames, Channels, ImageSide, ImageSide]</param>
    /// <returns>[B]</returns>
    /// <exception cref="ArgumentException">The clips have another shape, or a logit is NaN.</exception>
    public int[] Predict(Tensor clips)
    {
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        return Logits(clips).Likeliest("video");
    }

    /// <summary>At which frames the clip's class token looks. Where each frame's looks, an <see cref="AttentionRecorder"/> has as "encoder.layers.i.attention", [B · frames, Heads, 1 + patches, 1 + patches].</summary>
    /// <param name="clips">[B, frames, Channels, ImageSide, ImageSide]</param>
    /// <param name="layer">From 0 to TemporalLayers − 1.</param>
    /// <returns>[B, Heads, frames]; the sum over frames is what the token does not keep for itself.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or the clips have another shape.</exception>
    public Tensor AttentionMaps(Tensor clips, int layer)
    {
        if ((uint)layer >= (uint)Options.TemporalLayers)
        {
            throw new ArgumentException(Invariant($"layer: expected 0 to {Options.TemporalLayers - 1}, got {layer}"), nameof(layer));
        }

        Tensor weights = Pictures.WeightsOf(this, Invariant($"layers.{layer}.attention"), () => Logits(clips));
        return weights.At(2, 0).Slice(-1, 1, weights.Shape[-1] - 1);
    }

    private void Check(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        VisionTransformerOptions frame = Options.Frame;
        bool fits = clips.Rank == 5 && clips.Shape[0] > 0 && clips.Shape[1] > 0 && clips.Shape[1] <= Options.Frames;
        if (!fits || !clips.Shape.Is(clips.Shape[0], clips.Shape[1], frame.Channels, frame.ImageSide, frame.ImageSide))
        {
            throw new ArgumentException(Invariant($"video: expected clips [batch, 1 to {Options.Frames}, {frame.Channels}, {frame.ImageSide}, {frame.ImageSide}], got {clips.Shape}"));
        }
    }
}
