using System.Text.Json;

namespace Attention.Models.Tests.Text.Stems;

public sealed class PorterStemmerTests
{
    /// <summary>The examples in the paper that show a whole word's stem, and those of its rules that no later rule changes.</summary>
    [Theory]
    [InlineData("caresses caress", "ponies poni", "ties ti", "caress caress", "cats cat")]
    [InlineData("feed feed", "agreed agre", "plastered plaster", "bled bled", "motoring motor", "sing sing")]
    [InlineData("conflated conflat", "troubled troubl", "sized size", "criticizing critic", "hopping hop", "tanned tan", "falling fall", "hissing hiss", "fizzed fizz", "failing fail", "filing file")]
    [InlineData("happy happi", "sky sky", "relational relat", "conditional condit", "rational ration", "digitizer digit", "vietnamization vietnam", "predication predic", "operator oper", "feudalism feudal")]
    [InlineData("triplicate triplic", "formative form", "formalize formal", "electrical electr", "hopeful hope", "goodness good")]
    [InlineData("revival reviv", "allowance allow", "inference infer", "airliner airlin", "gyroscopic gyroscop", "adjustable adjust", "defensible defens", "irritant irrit", "replacement replac", "adjustment adjust", "dependent depend", "adoption adopt", "communism commun", "activate activ", "homologous homolog", "effective effect", "bowdlerize bowdler")]
    [InlineData("probate probat", "rate rate", "cease ceas", "controll control", "roll roll")]
    [InlineData("connect connect", "connected connect", "connecting connect", "connection connect", "connections connect", "generalizations gener", "oscillators oscil")]
    public void Stem_ThePapersExamples_AreItsStems(params string[] pairs) => Assert.All(pairs, pair => Assert.Equal(pair.Split(' ')[1], PorterStemmer.Stem(pair.Split(' ')[0])));

    /// <summary>The golden file is NLTK's; its script tells how it came about.</summary>
    [Fact]
    public void Stem_OfThousandsOfForms_IsWhatNltkSays()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "nltk-stems.json")));
        PorterVariant[] variants = [PorterVariant.Original, PorterVariant.Martin, PorterVariant.Nltk];
        Assert.True(golden.RootElement.GetArrayLength() > 5000);
        foreach (JsonElement row in golden.RootElement.EnumerateArray())
        {
            string word = row[0].GetString()!;
            for (int i = 0; i < variants.Length; i++)
            {
                string stem = PorterStemmer.Stem(word, variants[i]);
                if (row[i + 1].GetString() != stem)
                {
                    Assert.Fail($"{variants[i]}: {word}: expected {row[i + 1]}, got {stem}");
                }
            }
        }
    }

    [Fact]
    public void Stem_OfTextThatIsNoEnglish_StaysAsItIs()
    {
        foreach (string text in (string[])["猫坐在垫子上", "", "\ud800", "👩‍👩‍👧‍👦", "\0"])
        {
            Assert.All(Enum.GetValues<PorterVariant>(), variant => Assert.Equal(text, PorterStemmer.Stem(text, variant)));
        }

        Assert.All(HostileText.Each(), text => Assert.True(PorterStemmer.Stem(text).Length <= text.Length + 1));
    }

    [Fact]
    public void Stem_WithBadArguments_Refuses()
    {
        Assert.Throws<ArgumentNullException>(() => PorterStemmer.Stem(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => PorterStemmer.Stem("cat", (PorterVariant)7));
    }
}
