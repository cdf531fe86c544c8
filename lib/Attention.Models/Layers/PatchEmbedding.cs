using static System.FormattableString;

namespace Attention.Models;

/// <summary>Cuts images into square patches, and makes each a row: a convolution whose window moves by its own size (Dosovitskiy et al. 2021, eq. 1).</summary>
public sealed class PatchEmbedding : Module
{
    private readonly Conv2d _projection;

    /// <summary>For patches of this size.</summary>
    /// <param name="channels">Of the images.</param>
    /// <param name="patch">Pixels a side of a patch.</param>
    /// <param name="width">Floats in a row.</param>
    /// <param name="random">For the first weights.</param>
    public PatchEmbedding(int channels, int patch, int width, RandomSource random) =>
        _projection = Add("projection", new Conv2d(new(channels, width, patch) { Stride = patch, Initializer = Initializers.XavierUniform() }, random));

    /// <summary>A row for every patch, row by row of the image.</summary>
    /// <param name="images">[B, C, H, W]; the patch divides height and width.</param>
    /// <returns>[B, patches, Width]</returns>
    /// <exception cref="ArgumentException">Axes or channels are others, or the patches do not fill the image.</exception>
    public Tensor Forward(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int patch = _projection.Options.Kernel;
        if (images.Rank == 4 && (images.Shape[2] % patch != 0 || images.Shape[3] % patch != 0))
        {
            throw new ArgumentException(Invariant($"patches: images of {images.Shape[2]}×{images.Shape[3]} do not divide into patches of {patch}×{patch}"));
        }

        return ToRows(_projection.Forward(images));
    }

    /// <summary>Planes [B, C, H, W] as rows [B, H · W, C]: one row for every place.</summary>
    internal static Tensor ToRows(Tensor planes) => planes.Reshape(planes.Shape[0], planes.Shape[1], -1).Transpose();
}
