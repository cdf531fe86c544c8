using System.Text.Json;

namespace Attention.Models.Tests.Text.BytePairs;

public sealed class BytePairFilesTests
{
    private static readonly string[] SomeMerges = ["a b", "ab c"];

    /// <summary>The ids are those of GPT-2's published vocabulary, of which the golden file holds the part that these texts need; its script tells how they came about.</summary>
    [Fact]
    public void Encode_WithGpt2sVocabulary_GivesThePublishedIds()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "gpt2-tokens.json")));
        using var files = VocabularyFiles.Of(golden.RootElement.GetProperty("vocabulary").GetRawText(), string.Join('\n', golden.RootElement.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()).Prepend("#version: 0.2")) + "\n");
        BytePairTokenizer gpt2 = files.Load("<|endoftext|>");

        foreach (JsonElement published in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            string text = published.GetProperty("text").GetString()!;

            Assert.Equal(published.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), gpt2.Encode(text));
            Assert.Equal(text, gpt2.Decode(gpt2.Encode(text)));
        }

        Assert.Equal([15496, 995], gpt2.Encode("Hello world"));
        Assert.Equal((50257, 50256), (gpt2.Count, gpt2.Specials["<|endoftext|>"]));
    }

    [Fact]
    public void Load_AfterSave_EncodesTheSame()
    {
        using var files = VocabularyFiles.Of("", "");
        string[] texts = ["the cat sat on the mat, the cat ran", "猫猫猫在猫", "# # ## #version"];
        var trained = BytePairTokenizer.Train(texts, 300, specials: ["<猫 1>"]);

        trained.Save(files.Vocabulary, files.Merges);
        BytePairTokenizer loaded = files.Load("<猫 1>");

        Assert.Equal(trained.Count, loaded.Count);
        Assert.All(texts, text => Assert.Equal(trained.Encode(text), loaded.Encode(text)));
        Assert.Equal(trained.Specials, loaded.Specials);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(files.Merges)!).Length);
    }

    [Theory]
    [InlineData("a b\nab\n", "(2): expected two tokens with a space between them, got \"ab\"")]
    [InlineData("#version: 0.2\na b\n\nab c\n", "(3): expected two tokens with a space between them, got \"\"")]
    [InlineData("a b c\n", "(1): expected two tokens with a space between them, got \"a b c\"")]
    [InlineData("a b\nb a\n", "(2): \"ba\" is not in the vocabulary")]
    [InlineData("a b\r\nab c\r\na b", "(3): \"a b\" stands on line 1 already")]
    public void Load_OfMergesThatAreNone_NamesTheLine(string merges, string message)
    {
        using var files = VocabularyFiles.Of(SomeMerges);
        File.WriteAllText(files.Merges, merges);

        Assert.Equal(files.Merges + message, Assert.Throws<InvalidDataException>(() => files.Load()).Message);
    }

    [Theory]
    [InlineData("[1]", "(1): expected an object with the id of each token")]
    [InlineData("{\"a\": 1,\n\"b\": \"2\"}", "(2): the id of \"b\" is not a whole number from 0 to 2147483646")]
    [InlineData("{\"a\": 1,\n\n\"b\": -2}", "(3): the id of \"b\" is not a whole number from 0 to 2147483646")]
    [InlineData("{\"a\": 99999999999999999999}", "(1): the id of \"a\" is not a whole number from 0 to 2147483646")]
    [InlineData("{\"a\": 1.5}", "(1): the id of \"a\" is not a whole number from 0 to 2147483646")]
    [InlineData("{\"a\": {\"b\":\n {}}}", "(1): the id of \"a\" is not a whole number from 0 to 2147483646")]
    [InlineData("{\"a\": 1,\n\"a\": 2}", "(2): \"a\" has an id already, 1")]
    [InlineData("{\"a\": 1,\n\"b\": 1}", "(2): 1 is the id of \"a\" already")]
    [InlineData("{\"a\": 1,\n\"a b\": 2}", "(2): \"a b\" has a letter that stands for no byte, and is not named as special")]
    [InlineData("{\"\": 1}", "(1): a token is empty")]
    [InlineData("{\"a\": 1}", ": byte 33, written \"!\", has no token: each byte needs one, or some texts had none")]
    public void Load_OfAVocabularyThatIsNone_NamesTheLine(string vocabulary, string message)
    {
        using var files = VocabularyFiles.Of(vocabulary, "");

        Assert.Equal(files.Vocabulary + message, Assert.Throws<InvalidDataException>(() => files.Load()).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\": 1,\n\"b\"")]
    [InlineData("{\"a\": 1}\n\n{")]
    [InlineData("{\"a\": \n nope}")]
    [InlineData("{\"\\ud800\": 1}")]
    public void Load_OfMalformedJson_NamesTheLine(string vocabulary)
    {
        using var files = VocabularyFiles.Of(vocabulary, "");

        string message = Assert.Throws<InvalidDataException>(() => files.Load()).Message;

        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(files.Vocabulary)}\\({Math.Max(1, vocabulary.Split('\n').Length)}\\): .", message);
    }

    [Fact]
    public void Load_WithoutTheSpecialToken_SaysSo()
    {
        using var files = VocabularyFiles.Of(SomeMerges);

        Assert.Equal($"{files.Vocabulary}: the special token \"<s>\" is missing", Assert.Throws<InvalidDataException>(() => files.Load("<s>")).Message);
    }
}
