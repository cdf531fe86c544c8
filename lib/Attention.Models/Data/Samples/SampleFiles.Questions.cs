using System.Text.Encodings.Web;
using System.Text.Json;
using static System.FormattableString;

namespace Attention.Models;

public static partial class SampleFiles
{
    private static readonly string[] s_positions = ["on", "under", "behind"], s_participles = ["sat", "lay", "slept", "jumped"];

    /// <summary>Paragraphs of four sentences of the grammar; who and where is asked of each, and in version 2 also something that the paragraph does not say.</summary>
    private static void Questions(Func<string, string> path)
    {
        AlignedSentence[] sentences = [.. Distinct(Split.Training, 400).Where(sentence => sentence.English.Any(s_participles.Contains))];
        // Five that differ in what is asked and in what is answered, so that every question has one answer at most.
        AlignedSentence[][] paragraphs = [.. sentences.Chunk(5).Where(five => five.Select(Happening).Distinct().Count() == 5 && five.Select(Animal).Distinct().Count() == 5).Take(5)];
        Write(path("squad-v1.1.json"), "1.1", paragraphs);
        Write(path("squad-v2.0.json"), "v2.0", paragraphs);
    }

    private static void Write(string path, string version, AlignedSentence[][] paragraphs) => AtomicFile.Write(path, stream =>
    {
        bool second = version == "v2.0";
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("version", version);
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("title", "Cats");
        json.WriteStartArray("paragraphs");
        for (int p = 0; p < paragraphs.Length; p++)
        {
            string context = string.Join(' ', paragraphs[p].Take(4).Select(sentence => sentence.EnglishText));
            json.WriteStartObject();
            json.WriteString("context", context);
            json.WriteStartArray("qas");
            for (int s = 0; s < (second ? 5 : 4); s++)
            {
                AlignedSentence sentence = paragraphs[p][s];
                string who = Subject(sentence), where = Place(sentence);
                // The fifth sentence is not part of the paragraph: what it tells cannot be answered.
                int at = s < 4 ? context.IndexOf(sentence.EnglishText, StringComparison.Ordinal) : -1;
                Question(json, Invariant($"cats-{p}-{s}-who"), $"Who {Happening(sentence)}?", who, at, Subject(paragraphs[p][0]), second);
                if (s < 4)
                {
                    Question(json, Invariant($"cats-{p}-{s}-where"), $"What did {char.ToLowerInvariant(who[0])}{who[1..]} do, and where?", $"{Verb(sentence)} {where}", at + who.Length + 1, "", second);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Question(Utf8JsonWriter json, string id, string question, string answer, int at, string plausible, bool second)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("question", question);
        json.WriteStartArray("answers");
        if (at >= 0)
        {
            Answer(json, answer, at);
        }

        json.WriteEndArray();
        if (second)
        {
            json.WriteBoolean("is_impossible", at < 0);
        }

        if (at < 0)
        {
            json.WriteStartArray("plausible_answers");
            Answer(json, plausible, 0);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Answer(Utf8JsonWriter json, string text, int at)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("answer_start", at);
        json.WriteEndObject();
    }

    private static string Subject(AlignedSentence sentence) => string.Join(' ', sentence.English.TakeWhile(word => !s_participles.Contains(word)));

    private static string Animal(AlignedSentence sentence) => Subject(sentence).Split(' ')[^1];

    private static string Verb(AlignedSentence sentence) => sentence.English.First(s_participles.Contains);

    private static string Place(AlignedSentence sentence) => string.Join(' ', sentence.English.SkipWhile(word => !s_positions.Contains(word)).Take(3));

    private static string Happening(AlignedSentence sentence) => $"{Verb(sentence)} {Place(sentence)}";
}
