using System.Text.Json;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Questions from the JSON files of SQuAD, versions 1.1 and 2.0.</summary>
/// <remarks>
/// Rajpurkar et al. 2016 and 2018. One article is held in memory at a time. Every answer is looked up in its paragraph: an offset that does not point at it is an error.
/// </remarks>
public static class SquadFile
{
    /// <summary>Reads the questions of a file, as they are asked for.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON of this form, or an answer does not stand where it should; the message names the line at which the article begins, and the question.</exception>
    public static IEnumerable<SquadQuestion> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Questions(path);
    }

    private static IEnumerable<SquadQuestion> Questions(string path)
    {
        foreach ((int line, JsonElement article) in JsonArrayStream.Read(path, "data"))
        {
            foreach (SquadQuestion question in Article(path, line, article))
            {
                yield return question;
            }
        }
    }

    private static List<SquadQuestion> Article(string path, int line, JsonElement article)
    {
        try
        {
            string title = article.ValueKind == JsonValueKind.Object && article.TryGetProperty("title", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            string where = $"article {Quoted.Of(title)}";
            List<SquadQuestion> questions = [];
            foreach (JsonElement paragraph in List(path, line, article, "paragraphs", where))
            {
                string context = Text(path, line, paragraph, "context", where);
                foreach (JsonElement question in List(path, line, paragraph, "qas", where))
                {
                    questions.Add(Question(path, line, title, context, question));
                }
            }

            return questions;
        }
        catch (InvalidOperationException error)
        {
            // Half of a surrogate pair, written as an escape, is JSON but no text.
            throw TextLines.Bad(path, line, $"no valid text: {error.Message}", error);
        }
    }

    private static SquadQuestion Question(string path, int line, string title, string context, JsonElement question)
    {
        string id = Text(path, line, question, "id", $"a question of article {Quoted.Of(title)}");
        string where = $"question {Quoted.Of(id)}";
        bool impossible = question.TryGetProperty("is_impossible", out JsonElement flag)
            && (flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : throw TextLines.Bad(path, line, $"{where}: is_impossible is neither true nor false"));
        SquadAnswer[] answers = Answers(path, line, context, question, "answers", where);
        if (impossible && answers.Length > 0)
        {
            throw TextLines.Bad(path, line, Invariant($"{where}: is_impossible, and yet it has {answers.Length} answers"));
        }

        SquadAnswer[] plausible = question.TryGetProperty("plausible_answers", out _) ? Answers(path, line, context, question, "plausible_answers", where) : [];
        return new SquadQuestion(id, title, context, Text(path, line, question, "question", where), answers, impossible, plausible);
    }

    private static SquadAnswer[] Answers(string path, int line, string context, JsonElement question, string name, string where) =>
        [.. List(path, line, question, name, where).Select(answer =>
        {
            string text = Text(path, line, answer, "text", where);
            if (!answer.TryGetProperty("answer_start", out JsonElement start) || start.ValueKind != JsonValueKind.Number || !start.TryGetInt32(out int character))
            {
                throw TextLines.Bad(path, line, $"{where}: answer {Quoted.Of(text)} has no whole number as its answer_start");
            }

            int at = CodeUnits(context, character);
            return at >= 0 && context.AsSpan(at).StartsWith(text, StringComparison.Ordinal) ? new SquadAnswer(text, at)
                : throw TextLines.Bad(path, line, Invariant($"{where}: answer {Quoted.Of(text)} does not stand at character {character} of its paragraph"));
        })];

    /// <summary>Turns a count of characters, as Python counts them, into one of UTF-16 code units; −1 when the text is shorter.</summary>
    private static int CodeUnits(string text, int characters)
    {
        int at = 0;
        for (int seen = 0; seen < characters; seen++)
        {
            if (at >= text.Length)
            {
                return -1;
            }

            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }

        return characters < 0 ? -1 : at;
    }

    private static JsonElement.ArrayEnumerator List(string path, int line, JsonElement parent, string name, string where) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
            : throw TextLines.Bad(path, line, $"{where}: no list {name}");

    private static string Text(string path, int line, JsonElement parent, string name, string where) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()!
            : throw TextLines.Bad(path, line, $"{where}: no text {name}");
}
