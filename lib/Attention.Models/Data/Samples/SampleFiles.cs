using static System.FormattableString;

namespace Attention.Models;

/// <summary>The small files from which the course's notebooks read: every format that a reader of this library knows, filled by the synthetic tasks.</summary>
public static partial class SampleFiles
{
    private const ulong Seed = 2017;

    /// <summary>Writes all files; the same bytes every time, on every machine.</summary>
    /// <param name="folder">Where to write; made when it is missing, and files of these names are replaced.</param>
    /// <returns>The names of the files, with the folders that they lie in.</returns>
    public static IReadOnlyList<string> Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        List<string> names = [];
        Translations(Path);
        Questions(Path);
        Pictures(Path);
        SmallPictures(Path);
        Digits(Path);
        Friends(Path);
        Ratings(Path);
        Weights(Path);
        return names;

        string Path(string name)
        {
            names.Add(name);
            string path = System.IO.Path.Combine(folder, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    private static void Translations(Func<string, string> path)
    {
        AlignedSentence[] sentences = [TranslationGrammar.TheCatSatOnTheMat, .. Distinct(Split.Training, 119)];
        AtomicFile.WriteLines(path("cats.en"), sentences.Select(sentence => sentence.EnglishText));
        AtomicFile.WriteLines(path("cats.zh"), sentences.Select(sentence => sentence.ChineseText));
        AtomicFile.WriteLines(path("cats.fr"), sentences.Select(sentence => sentence.FrenchText));
        AtomicFile.WriteLines(path("cats.tsv"), sentences.Select(sentence => string.Join('\t',
            string.Join(' ', sentence.English), string.Join(' ', sentence.Chinese), string.Join(' ', sentence.French), Pairs(sentence.EnglishChinese), Pairs(sentence.EnglishFrench))));
        AlignedSentence[] test = Distinct(Split.Test, 20);
        AtomicFile.WriteLines(path("cats-test.en.sgm"), Set("srcset", "", test.Select(sentence => sentence.EnglishText)));
        AtomicFile.WriteLines(path("cats-test.zh.sgm"), Set("refset", " trglang=\"zh\"", test.Select(sentence => sentence.ChineseText)));

        static string Pairs(IEnumerable<(int, int)> pairs) => string.Join(' ', pairs.Select(pair => Invariant($"{pair.Item1}-{pair.Item2}")));
    }

    private static AlignedSentence[] Distinct(Split split, int count) =>
        [.. new TranslationGrammar().Examples(split, Seed).DistinctBy(sentence => sentence.EnglishText).Where(sentence => sentence.EnglishText != TranslationGrammar.TheCatSatOnTheMat.EnglishText).Take(count)];

    private static IEnumerable<string> Set(string kind, string target, IEnumerable<string> segments) =>
    [
        $"<{kind} setid=\"cats-test\" srclang=\"en\"{target}>",
        $"<doc docid=\"cats\" sysid=\"{(kind == "srcset" ? "source" : "grammar")}\">",
        "<p>",
        .. segments.Select((segment, i) => Invariant($"<seg id=\"{i + 1}\">{segment}</seg>")),
        "</p>",
        "</doc>",
        $"</{kind}>",
    ];

    private static void Pictures(Func<string, string> path)
    {
        // The names are made in WordNet's form; WordNet itself knows none of them.
        string[] synsets = ["n90000001 circle, disc", "n90000002 square", "n90000003 triangle"];
        AtomicFile.WriteLines(path("imagenet/LOC_synset_mapping.txt"), synsets);
        ShapesExample[] training = [.. OneOfEachKind(Split.Training, 3)], validation = [.. OneOfEachKind(Split.Test, 1).Reverse()];
        int[] seen = new int[4];
        foreach (ShapesExample example in training)
        {
            int kind = (int)example.Shapes[0].Kind;
            string synset = synsets[kind - 1].Split(' ')[0];
            Png.Write(path(Invariant($"imagenet/train/{synset}/{synset}_{++seen[kind]}.png")), example.Image);
        }

        for (int i = 0; i < validation.Length; i++)
        {
            Netpbm.Write(path(Invariant($"imagenet/val/ILSVRC2012_val_{i + 1:D8}.ppm")), validation[i].Image);
        }

        AtomicFile.WriteLines(path("imagenet/ILSVRC2012_validation_ground_truth.txt"), validation.Select(example => Invariant($"{(int)example.Shapes[0].Kind}")));
    }

    private static IEnumerable<ShapesExample> OneOfEachKind(Split split, int times) => Enum.GetValues<ShapeKind>()
        .SelectMany(kind => new ShapesTask(side: 24, most: 1).Examples(split, Seed).Where(example => example.Shapes[0].Kind == kind).Take(times));

    private static void SmallPictures(Func<string, string> path)
    {
        ShapesExample[] grey = new ShapesTask(side: 28, most: 1).Take(Split.Training, 20, Seed), colour = new ShapesTask(side: 32, most: 1).Take(Split.Training, 10, Seed);
        IdxFile.Write(path("shapes-images.idx3-ubyte"), [grey.Length, 28, 28], grey.SelectMany(example => example.Mask.Cast<int>().Select(kind => (byte)(kind > 0 ? 255 : 0))).ToArray());
        IdxFile.Write(path("shapes-labels.idx1-ubyte"), [grey.Length], grey.Select(example => (byte)(example.Shapes[0].Kind - 1)).ToArray());
        CifarFile.Write(path("shapes-cifar10.bin"), colour.Take(6).Select(example => Planes(example, coarse: false)));
        CifarFile.Write(path("shapes-cifar100.bin"), colour.Skip(6).Select(example => Planes(example, coarse: true)));
    }

    /// <summary>The image in planes; its kind is the label, or the group of a label that also tells the colour.</summary>
    private static LabelledImage Planes(ShapesExample example, bool coarse)
    {
        int kind = (int)example.Shapes[0].Kind - 1, colour = Array.IndexOf(["red", "green", "blue", "yellow"], example.Shapes[0].Colour), plane = example.Image.Width * example.Image.Height;
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = example.Image.Bytes.Span[(3 * (i % plane)) + (i / plane)];
        }

        return new LabelledImage(pixels, 3, example.Image.Height, example.Image.Width, coarse ? (4 * kind) + colour : kind, coarse ? kind : -1);
    }

    private static void Digits(Func<string, string> path)
    {
        SpokenDigitsExample example = new SpokenDigits(fewest: 4, most: 4).Take(Split.Training, 1, Seed)[0];
        WavFile.Write(path("digits.wav"), example.Sound);
        AtomicFile.WriteLines(path("digits.txt"), [string.Join(' ', example.Digits)]);
    }

    private static void Friends(Func<string, string> path)
    {
        CommunityExample example = new CommunityGraphs().Take(Split.Training, 1, Seed)[0];
        AtomicFile.WriteLines(path("friends.edges"), ["# who knows whom; the communities are in friends.communities", .. example.Graph.Edges.Select(edge => $"{example.Graph.Nodes[edge.From]} {example.Graph.Nodes[edge.To]}")]);
        AtomicFile.WriteLines(path("friends.communities"), example.Communities.Select((community, node) => Invariant($"{example.Graph.Nodes[node]}\t{community}")));
    }

    private static void Ratings(Func<string, string> path)
    {
        var task = new UserHistories();
        // Who follows a series likes it; hits are watched because all do. The next item is the last rating.
        Rating[] ratings = [.. task.Take(Split.Training, 20, Seed).SelectMany((history, user) => history.Items.Append(history.Next)
            .Select((item, i) => new Rating(user + 1, item + 1, task.IsHit(item) ? 3 : 4 + ((user + item) % 2), 881_250_949 + (86_400L * i) + user)))];
        AtomicFile.WriteLines(path("ratings/u.data"), ratings.Select(rating => Invariant($"{rating.User}\t{rating.Item}\t{rating.Stars:F0}\t{rating.Time}")));
        AtomicFile.WriteLines(path("ratings/ratings.dat"), ratings.Take(65).Select(rating => Invariant($"{rating.User}::{rating.Item}::{rating.Stars:F0}::{rating.Time}")));
        AtomicFile.WriteLines(path("ratings/ratings.csv"), ["userId,movieId,rating,timestamp", .. ratings.Take(65).Select(rating => Invariant($"{rating.User},{rating.Item},{rating.Stars:F1},{rating.Time}"))]);
    }

    private static void Weights(Func<string, string> path)
    {
        var random = new RandomSource(Seed);
        WeightMap map = Gpt2Weights.Map(vocabulary: 12, positions: 8, width: 4, layers: 1);
        SafetensorsFile.Write(path("gpt2-tiny.safetensors"), map.Weights.Where(weight => !weight.Optional).Select(weight =>
        {
            float[] values = new float[Shapes.Count(weight.Shape)!.Value];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(random.NextDouble() - 0.5);
            }

            return new NamedWeights(weight.Name, weight.Shape, values);
        }), new Dictionary<string, string> { ["format"] = "pt" });
    }
}
