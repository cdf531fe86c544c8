using System.Globalization;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>An image of a data set and what it shows.</summary>
/// <param name="Path">The image's file.</param>
/// <param name="Label">The class, counted from 0, in the order of the synsets.</param>
/// <param name="Synset">The class as WordNet names it.</param>
public readonly record struct ImageNetExample(string Path, int Label, ImageNetSynset Synset);

/// <summary>ImageNet as it is laid out on a disk: a folder per synset for training, one flat folder with a list of labels for validation.</summary>
/// <remarks>
/// Russakovsky et al. 2015 (ILSVRC 2012). Files are listed in the order of their names, so that every machine sees them alike; images are decoded one at a time, as they are asked for.
/// </remarks>
public static class ImageNetFolder
{
    private static readonly string[] s_endings = [".JPEG", ".JPG", ".PNG", ".PPM", ".PGM"];

    /// <summary>Lists a training folder: <c>n01440764/n01440764_18.JPEG</c>.</summary>
    /// <param name="folder">The folder that holds the synsets' folders.</param>
    /// <param name="synsets">The classes, in the order of their labels.</param>
    /// <exception cref="InvalidDataException">A folder is no synset's; its name is in the message.</exception>
    public static IEnumerable<ImageNetExample> Training(string folder, IReadOnlyList<ImageNetSynset> synsets)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(synsets);
        var labels = Enumerable.Range(0, synsets.Count).ToDictionary(label => synsets[label].WordNetId, StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (!labels.TryGetValue(Path.GetFileName(path), out int label))
            {
                throw new InvalidDataException(Invariant($"{path}: {Quoted.Of(Path.GetFileName(path))} is none of the {synsets.Count} synsets"));
            }

            foreach (string image in Images(path))
            {
                yield return new ImageNetExample(image, label, synsets[label]);
            }
        }
    }

    /// <summary>Pairs the images of a validation folder, in the order of their names, with the lines of the devkit's ground truth.</summary>
    /// <param name="folder">The folder with <c>ILSVRC2012_val_00000001.JPEG</c> and so on.</param>
    /// <param name="groundTruth">The file <c>ILSVRC2012_validation_ground_truth.txt</c>: on each line the ILSVRC2012_ID of an image's synset, counted from 1.</param>
    /// <param name="synsets">The classes; looked up by their ids.</param>
    /// <exception cref="InvalidDataException">A line is no synset's id, or there are more or fewer lines than images.</exception>
    public static IEnumerable<ImageNetExample> Validation(string folder, string groundTruth, IReadOnlyList<ImageNetSynset> synsets)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(groundTruth);
        ArgumentNullException.ThrowIfNull(synsets);
        string[] images = [.. Images(folder)];
        var labels = Enumerable.Range(0, synsets.Count).ToDictionary(label => synsets[label].Id);
        int count = 0;
        foreach ((int line, string text) in TextLines.Read(groundTruth))
        {
            if (!int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id) || !labels.TryGetValue(id, out int label))
            {
                throw TextLines.Bad(groundTruth, line, Invariant($"{Quoted.Of(text)} is the id of none of the {synsets.Count} synsets"));
            }

            if (count == images.Length)
            {
                throw TextLines.Bad(groundTruth, line, Invariant($"a label without an image: {folder} has only {images.Length}"));
            }

            yield return new ImageNetExample(images[count++], label, synsets[label]);
        }

        if (count != images.Length)
        {
            throw new InvalidDataException(Invariant($"{groundTruth}: {count} labels for the {images.Length} images of {folder}"));
        }
    }

    /// <summary>Decodes images as they are asked for.</summary>
    /// <param name="examples">What to read.</param>
    /// <param name="decode">A decoder, such as one for JPEG; <see cref="ImageFile.Read"/> when omitted.</param>
    public static IEnumerable<(PixelImage Image, int Label)> Read(IEnumerable<ImageNetExample> examples, Func<string, PixelImage>? decode = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return examples.Select(example => ((decode ?? ImageFile.Read)(example.Path), example.Label));
    }

    private static IEnumerable<string> Images(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => s_endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
}
