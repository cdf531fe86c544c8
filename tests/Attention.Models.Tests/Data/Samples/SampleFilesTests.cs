namespace Attention.Models.Tests.Data.Samples;

public sealed class SampleFilesTests : IDisposable
{
    private static readonly string s_data = Path.Combine(Root(), "notebooks", "data");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Anew_GivesTheFilesOfTheNotebooks()
    {
        IReadOnlyList<string> names = SampleFiles.Write(_folder["data"]);

        Assert.All(names, name => Assert.True(File.ReadAllBytes(Path.Combine(_folder["data"], name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(s_data, name))), name));
        Assert.Equal(names.Order(), names.Distinct().Order());
    }

    [Fact]
    public void Folder_AllFiles_AreSmallAndExplained()
    {
        string[] files = [.. Directory.EnumerateFiles(s_data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "README.md")];
        string readme = File.ReadAllText(Path.Combine(s_data, "README.md"));

        Assert.All(files, file => Assert.True(new FileInfo(file).Length < 25_000, file));
        Assert.True(files.Sum(file => new FileInfo(file).Length) < 200_000);
        Assert.All(files, file => Assert.Contains(Path.GetRelativePath(s_data, file).Replace('\\', '/') is var name && name.StartsWith("imagenet/", StringComparison.Ordinal) ? "`imagenet/`" : name, readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_ReadByTheirReaders_AgreeWithEachOther()
    {
        SentencePair[] chinese = [.. ParallelText.Read(At("cats.en"), At("cats.zh"))], french = [.. ParallelText.Read(At("cats.en"), At("cats.fr"))];
        string[][] rows = [.. TabSeparated.Read(At("cats.tsv"), atLeast: 5)];

        Assert.Equal((120, new SentencePair("The cat sat on the mat.", "猫坐在垫子上。"), new SentencePair("The cat sat on the mat.", "Le chat s'est assis sur le tapis.")), (chinese.Length, chinese[0], french[0]));
        Assert.Equal(chinese.Select(pair => pair.Target), rows.Select(row => row[1].Replace(" ", "", StringComparison.Ordinal)));
        Assert.Contains("1-0", rows[0][3].Split(' '));
        Assert.Equal(120, chinese.Distinct().Count());
        Assert.Empty(WmtSgml.ReadPairs(At("cats-test.en.sgm"), At("cats-test.zh.sgm")).Intersect(chinese));
        Assert.Equal(20, WmtSgml.ReadPairs(At("cats-test.en.sgm"), At("cats-test.zh.sgm")).Count());
    }

    [Fact]
    public void Questions_BothVersions_HaveAnswersInTheirParagraphs()
    {
        SquadQuestion[] first = [.. SquadFile.Read(At("squad-v1.1.json"))], second = [.. SquadFile.Read(At("squad-v2.0.json"))];

        Assert.Equal((40, 45, 5), (first.Length, second.Length, second.Count(question => question.IsImpossible)));
        Assert.All(first, question => Assert.Single(question.Answers));
        Assert.Equal(45, second.Select(question => question.Id).Distinct().Count());
        Assert.All(second.Where(question => question.Question.StartsWith("Who ", StringComparison.Ordinal) && !question.IsImpossible),
            question => Assert.Contains($"{question.Answers[0].Text} {question.Question[4..^1]}", question.Context, StringComparison.Ordinal));
        Assert.All(second.Where(question => question.IsImpossible), question => Assert.DoesNotContain(question.Question[4..^1], question.Context, StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_ReadByTheirReaders_ShowWhatTheirLabelsSay()
    {
        IReadOnlyList<ImageNetSynset> synsets = ImageNetSynset.ReadList(At("imagenet/LOC_synset_mapping.txt"));
        ImageNetExample[] training = [.. ImageNetFolder.Training(At("imagenet/train"), synsets)],
            validation = [.. ImageNetFolder.Validation(At("imagenet/val"), At("imagenet/ILSVRC2012_validation_ground_truth.txt"), synsets)];

        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2], training.Select(example => example.Label));
        Assert.Equal([2, 1, 0], validation.Select(example => example.Label));
        Assert.All(ImageNetFolder.Read(training.Concat(validation)), read => Assert.Equal(read.Label, Kind(read.Image, background: 24)));
        Assert.All(IdxFile.ReadImages(At("shapes-images.idx3-ubyte"), At("shapes-labels.idx1-ubyte")), image => Assert.Equal(image.Label, Kind(image.ToImage(), background: 0)));
        Assert.All(CifarFile.Read10(At("shapes-cifar10.bin")), image => Assert.Equal(image.Label, Kind(image.ToImage(), background: 24)));
        Assert.All(CifarFile.Read100(At("shapes-cifar100.bin")), image => Assert.Equal((image.CoarseLabel, image.CoarseLabel), (image.Label / 4, Kind(image.ToImage(), background: 24))));
    }

    [Fact]
    public void SoundGraphRatingsAndWeights_ReadByTheirReaders_AreThere()
    {
        Sound sound = WavFile.Read(At("digits.wav"));
        EdgeGraph graph = EdgeList.Read(At("friends.edges"));
        Rating[] ratings = [.. RatingsFile.Read(At("ratings/u.data"))];
        using var weights = SafetensorsFile.Open(At("gpt2-tiny.safetensors"));

        Assert.Equal((8000, 1, 4), (sound.SampleRate, sound.Channels, File.ReadAllText(At("digits.txt")).Split(' ').Length));
        Assert.InRange(sound.Samples.Max(), 0.2f, 0.9f);
        Assert.Equal(graph.Nodes.Order(), TabSeparated.Read(At("friends.communities"), 2).Select(row => row[0]).Order());
        Assert.Equal(20, RatingsFile.Histories(ratings).Count);
        Assert.Equal(ratings[..65], RatingsFile.Read(At("ratings/ratings.dat")));
        Assert.Equal(ratings[..65], RatingsFile.Read(At("ratings/ratings.csv")));
        Assert.Equal(20, Gpt2Weights.Map(vocabulary: 12, positions: 8, width: 4, layers: 1).Read(weights).Count);
    }

    private static string At(string name) => Path.Combine(s_data, name);

    /// <summary>0 for a circle, 1 for a square, 2 for a triangle, by the corners of the box around what is not background.</summary>
    private static int Kind(PixelImage image, byte background)
    {
        (int row, int column)[] pixels = [.. Enumerable.Range(0, image.Height).SelectMany(row => Enumerable.Range(0, image.Width).Select(column => (row, column)))
            .Where(pixel => image[pixel.row, pixel.column] != (background, background, background))];
        int left = pixels.Min(pixel => pixel.column);
        return pixels.Contains((pixels[0].row, left)) ? 1 : pixels.Contains((pixels[^1].row, left)) ? 2 : 0;
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Attention.Notebooks.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests lie outside the solution.");
        }

        return folder;
    }
}
