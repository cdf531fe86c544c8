using System.Text.Json;

namespace Attention.Models.Tests.Data;

public sealed class SquadFileTests : IDisposable
{
    private const string Version2 = """
        {"version": "v2.0", "extra": {"deep": [1, [2, {"data": []}]]},
         "data": [
          {"title": "Cats", "paragraphs": [{"context": "The 😀 cat sat on the mat.", "qas": [
            {"id": "q1", "question": "Who sat?", "is_impossible": false, "answers": [{"text": "cat", "answer_start": 6}, {"text": "The 😀 cat", "answer_start": 0}]},
            {"id": "q2", "question": "Who stood?", "is_impossible": true, "answers": [], "plausible_answers": [{"text": "mat.", "answer_start": 21}]}]}]},
          {"title": "Dogs", "paragraphs": []}
         ]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Version2_GivesQuestionsWithAnswersThatStandInTheText()
    {
        SquadQuestion[] questions = [.. SquadFile.Read(_folder.Write("dev.json", Version2))];

        Assert.Equal(["q1", "q2"], questions.Select(question => question.Id));
        Assert.Equal(("Cats", "Who sat?", false), (questions[0].Article, questions[0].Question, questions[0].IsImpossible));
        Assert.Equal([new SquadAnswer("cat", 7), new SquadAnswer("The 😀 cat", 0)], questions[0].Answers);
        Assert.Equal("cat", questions[0].Context.Substring(7, 3));
        Assert.Empty(questions[1].Answers);
        Assert.True(questions[1].IsImpossible);
        Assert.Equal([new SquadAnswer("mat.", 22)], questions[1].PlausibleAnswers);
    }

    [Fact]
    public void Read_Version1_HasNoImpossibleQuestions()
    {
        string path = _folder.Write("dev.json", """{"data":[{"title":"T","paragraphs":[{"context":"a b","qas":[{"answers":[{"answer_start":2,"text":"b"}],"question":"?","id":"1"}]}]}],"version":"1.1"}""");

        SquadQuestion question = Assert.Single(SquadFile.Read(path));

        Assert.Equal((false, new SquadAnswer("b", 2)), (question.IsImpossible, question.Answers[0]));
        Assert.Empty(question.PlausibleAnswers);
    }

    /// <summary>Many articles, some larger than the reader's buffer: each is read as it is asked for, and no offset gets lost where the buffer ends.</summary>
    [Fact]
    public void Read_LongFile_StreamsArticles()
    {
        const int seed = 4;
        var random = new Random(seed);
        var articles = Enumerable.Range(0, 60).Select(article =>
        {
            string context = string.Concat(Enumerable.Range(0, random.Next(1, article % 20 == 7 ? 60_000 : 900)).Select(_ => "word猫 "[random.Next(6)])) + "end";
            return new { title = $"t{article}", paragraphs = new[] { new { context, qas = new[] { new { id = $"{article}", question = "?", answers = new[] { new { text = "end", answer_start = context.Length - 3 } } } } } } };
        });
        string path = _folder.Write("dev.json", JsonSerializer.Serialize(new { version = "1.1", data = articles }));

        SquadQuestion[] questions = [.. SquadFile.Read(path)];

        Assert.Equal(Enumerable.Range(0, 60).Select(article => $"{article}"), questions.Select(question => question.Id));
        Assert.All(questions, question => Assert.EndsWith("end", question.Context[..(question.Answers[0].Start + 3)], StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WrongOffset_NamesLineAndQuestion()
    {
        string path = _folder.Write("dev.json", Version2.Replace("\"answer_start\": 6", "\"answer_start\": 7", StringComparison.Ordinal));

        var refusal = Assert.Throws<InvalidDataException>(() => SquadFile.Read(path).Count());

        Assert.Equal($"{path}(3): question \"q1\": answer \"cat\" does not stand at character 7 of its paragraph", refusal.Message);
    }

    [Theory]
    [InlineData("\"answer_start\": 6", "\"answer_start\": 900", "(3): question \"q1\": answer \"cat\" does not stand at character 900")]
    [InlineData("\"answer_start\": 6", "\"answer_start\": -1", "(3): question \"q1\": answer \"cat\" does not stand at character -1")]
    [InlineData("\"answer_start\": 6", "\"answer_start\": \"6\"", "(3): question \"q1\": answer \"cat\" has no whole number as its answer_start")]
    [InlineData("\"answer_start\": 6", "\"start\": 6", "(3): question \"q1\": answer \"cat\" has no whole number as its answer_start")]
    [InlineData("\"is_impossible\": false", "\"is_impossible\": true", "(3): question \"q1\": is_impossible, and yet it has 2 answers")]
    [InlineData("\"is_impossible\": false", "\"is_impossible\": 0", "(3): question \"q1\": is_impossible is neither true nor false")]
    [InlineData("\"question\": \"Who sat?\"", "\"asked\": 1", "(3): question \"q1\": no text question")]
    [InlineData("\"id\": \"q1\"", "\"id\": 1", "(3): a question of article \"Cats\": no text id")]
    [InlineData("\"context\"", "\"text\"", "(3): article \"Cats\": no text context")]
    [InlineData("\"paragraphs\": []", "\"paragraphs\": {}", "(6): article \"Dogs\": no list paragraphs")]
    [InlineData("{\"title\": \"Dogs\", \"paragraphs\": []}", "3", "(6): article \"\": no list paragraphs")]
    [InlineData("\"data\": [\n", "\"date\": [\n", ": no list data in the file")]
    [InlineData("\"data\": [\n", "\"data\": 3, \"x\": [\n", "(1): data is not one list")]
    [InlineData("\"Dogs\"", "Dogs", "(6): no valid JSON")]
    [InlineData("]}\n", "", "no valid JSON")]
    [InlineData("\"Dogs\"", "\"\\ud800\"", "(6): no valid text")]
    public void Read_BrokenFile_SaysWhatAndWhere(string part, string broken, string expected)
    {
        Assert.Contains(part, Version2 + "\n", StringComparison.Ordinal);
        string path = _folder.Write("dev.json", (Version2 + "\n").Replace(part, broken, StringComparison.Ordinal));

        var refusal = Assert.Throws<InvalidDataException>(() => SquadFile.Read(path).Count());

        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{\"data\":[")]
    [InlineData("{\"data\":[]")]
    [InlineData("{\"data\":[]}}")]
    public void Read_OtherJson_IsRefused(string text) => Assert.Throws<InvalidDataException>(() => SquadFile.Read(_folder.Write("dev.json", text)).Count());

    [Fact]
    public void Read_DeepJson_IsRefused()
    {
        string path = _folder.Write("dev.json", "{\"data\":[" + new string('[', 1_000_000));

        Assert.Contains("no valid JSON", Assert.Throws<InvalidDataException>(() => SquadFile.Read(path).Count()).Message, StringComparison.Ordinal);
    }
}
