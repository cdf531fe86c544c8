using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Tells how well a text fits an image: every word looks for what it means among the image's patches.</summary>
/// <remarks>
/// <para>
/// Lee et al. 2018, Stacked Cross Attention, § 3.1, from text to image: with unit rows eⱼ of words and vᵢ of patches, <c>αⱼ = softmaxᵢ(λ₁ eⱼ · vᵢ)</c>, <c>aⱼ = Σᵢ αⱼᵢ vᵢ</c>, and a text's fit is the mean
/// over its words of <c>cos(eⱼ, aⱼ)</c> (eq. 10). In place of detected objects there are patches, cut by reshaping and projected as in Dosovitskiy et al. 2021, eq. 1, and in place of recurrent
/// layers those of a Transformer.
/// </para>
/// <para>The loss is that of Radford et al. 2021, figure 3: every text must find its image among those of the batch, and every image its text, at a temperature that is learned, and never below 1/100 (§ 2.5).</para>
/// </remarks>
/// <example>
/// <code>
/// ShapesExample[] shapes = new ShapesTask(side: 16, most: 1).Take(Split.Training, 4, seed: 2);
/// Tensor images = Tensor.Of([.. shapes.SelectMany(shape =&gt; shape.Image.ToPlanes())], 4, 3, 16, 16);
/// Vocabulary words = Vocabulary.OfFrequent(shapes.SelectMany(shape =&gt; shape.Caption.Split(' ')));
/// int[][] captions = [.. shapes.Select(shape =&gt; words.Ids(shape.Caption.Split(' ')))];
/// TextImageModel model = new(new TextImageOptions(words.Count, ImageSide: 16, PatchSide: 4), new RandomSource(1));
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 3e-3), new() { Steps = 30 });
/// trainer.Run(_ =&gt; model.Loss(captions, images));
/// Console.WriteLine(model.Fit(captions, images).Shape); // prints [4, 4]
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// model.Fit([captions[0]], images);
/// Console.WriteLine(recorder["words"].Shape); // prints [4, 1, 3, 16]
/// </code>
/// </example>
public sealed class TextImageModel : Module
{
    // What Radford et al. 2021 begin with, § 2.5: 1 / 0.07.
    private const float FirstScale = 1 / 0.07f;

    // And what they do not let it exceed: beyond it training became unstable.
    private const float MostScale = 100;

    private readonly TokenEmbedding _words;
    private readonly PositionEmbedding _wordPositions, _patchPositions;
    private readonly Linear _patches;
    private readonly IReadOnlyList<EncoderLayer> _textLayers, _imageLayers;
    private readonly LayerNormalization _textNorm, _imageNorm;
    private readonly Tensor _logScale;
    private readonly DropoutLayer _dropout;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public TextImageModel(TextImageOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        Initializer initializer = Initializers.Normal(1 / MathF.Sqrt(options.Width));
        _words = Add("wordEmbedding", new TokenEmbedding(options.Vocabulary, options.Width, random, initializer));
        _wordPositions = Add("wordPositions", new PositionEmbedding(options.Context, options.Width, random));
        _textLayers = Add("textLayers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _textNorm = Add("textNorm", new LayerNormalization(options.Width));
        _patches = Add("patchEmbedding", new Linear(options.PatchWidth, options.Width, random));
        _patchPositions = Add("patchPositions", new PositionEmbedding(options.Patches, options.Width, random));
        _imageLayers = Add("imageLayers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _imageNorm = Add("imageNorm", new LayerNormalization(options.Width));
        _logScale = Parameter("logScale", Tensor.Scalar(MathF.Log(FirstScale)));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
    }

    /// <summary>The sizes.</summary>
    public TextImageOptions Options { get; }

    /// <summary>How well each text fits each image. While an <see cref="AttentionRecorder"/> is there, "words" are the weights of the words over the patches: [images, texts, words, patches].</summary>
    /// <param name="texts">Each at least one word.</param>
    /// <param name="images">[images, Channels, ImageSide, ImageSide]</param>
    /// <returns>[images, texts]; from −1 to 1.</returns>
    /// <exception cref="ArgumentException">A text has no word or too many, a word is not in the vocabulary, or the images have another size.</exception>
    public Tensor Forward(IReadOnlyList<int[]> texts, Tensor images)
    {
        PaddedIds words = Padded(texts);
        Tensor text = WordRows(words), patches = PatchRows(images);
        (int count, int length, int width) = text.Shape;

        // Every image is asked by all words of all texts, as if they were heads that share its patches.
        Tensor asking = text.Reshape(1, count, length, width).Expand(images.Shape[0], count, length, width);
        Tensor asked = patches.Reshape(images.Shape[0], 1, Options.Patches, width);
        AttentionOptions options = new() { Scale = Options.Sharpness };
        AttentionRecorder.Current?.Write("words", Tensor.AttentionWeights(asking, asked, default, options));
        Tensor found = Tensor.Attention(asking, asked, asked, default, options).UnitRows();

        // The mean of the cosines over the words that are there.
        float[] share = words.Mask();
        for (int i = 0; i < share.Length; i++)
        {
            share[i] /= words.Lengths[i / length];
        }

        return ((asking * found).Sum(-1) * Tensor.Of(share, count, length)).Sum(-1);
    }

    /// <summary>The training step's loss: how surprised the model is, on average, by which image belongs to each text and which text to each image.</summary>
    /// <param name="texts">Each at least one word. Two that mean the same should not be in one batch.</param>
    /// <param name="images">[texts, Channels, ImageSide, ImageSide]; the image of each text.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">There are not as many images as texts, or one does not fit.</exception>
    public Tensor Loss(IReadOnlyList<int[]> texts, Tensor images)
    {
        if (Gradients.AreOn)
        {
            _logScale.Values[0] = Math.Min(_logScale.Values[0], MathF.Log(MostScale)); // where the last step may have taken it
        }

        Tensor logits = Forward(texts, images) * _logScale.Exp();
        if (texts.Count != images.Shape[0])
        {
            throw new ArgumentException(Invariant($"text and image: expected an image for every text, got {texts.Count} texts and {images.Shape[0]} images"), nameof(images));
        }

        int[] own = [.. Enumerable.Range(0, texts.Count)];
        return (logits.CrossEntropy(own) + logits.Transpose().CrossEntropy(own)) * 0.5f;
    }

    /// <summary>How well each text fits each image, without gradients: a text's best image is the largest of its column, an image's best text that of its row.</summary>
    /// <param name="texts">Each at least one word.</param>
    /// <param name="images">[images, Channels, ImageSide, ImageSide]</param>
    /// <returns>[images, texts]; from −1 to 1.</returns>
    /// <exception cref="ArgumentException">A text or an image does not fit.</exception>
    public Tensor Fit(IReadOnlyList<int[]> texts, Tensor images)
    {
        using Prediction prediction = Predict();
        return Forward(texts, images);
    }

    /// <summary>[texts, length, Width]; unit rows.</summary>
    private Tensor WordRows(PaddedIds words)
    {
        Tensor x = _dropout.Forward(_wordPositions.Forward(_words.Forward(words.Ids, words.Rows, words.Width)));
        foreach (EncoderLayer layer in _textLayers)
        {
            x = layer.Forward(x, Mask.KeyLengths(words.Lengths));
        }

        return _textNorm.Forward(x).UnitRows();
    }

    /// <summary>[images, Patches, Width]; unit rows, row by row of the image.</summary>
    private Tensor PatchRows(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        (int side, int patch, int channels) = (Options.ImageSide, Options.PatchSide, Options.Channels);
        if (images.Rank != 4 || images.Shape[0] == 0 || !images.Shape.Is(images.Shape[0], channels, side, side))
        {
            throw new ArgumentException(Invariant($"text and image: expected images [images, {channels}, {side}, {side}], got {images.Shape}"), nameof(images));
        }

        Tensor cut = images.Reshape(images.Shape[0], channels, side / patch, patch, side / patch, patch).Permute(0, 2, 4, 1, 3, 5);
        Tensor x = _dropout.Forward(_patchPositions.Forward(_patches.Forward(cut.Reshape(images.Shape[0], Options.Patches, Options.PatchWidth))));
        foreach (EncoderLayer layer in _imageLayers)
        {
            x = layer.Forward(x);
        }

        return _imageNorm.Forward(x).UnitRows();
    }

    private PaddedIds Padded(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new ArgumentException("text and image: expected at least 1 text, got none", nameof(texts));
        }

        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Length < 1 || texts[i].Length > Options.Context)
            {
                throw new ArgumentException(Invariant($"text and image: expected texts of 1 to {Options.Context} words, and text {i} has {texts[i].Length}"), nameof(texts));
            }
        }

        return PaddedIds.Of(texts, padding: 0);
    }
}
