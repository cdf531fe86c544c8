namespace Attention.Models.Tests.Text;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("The cat sat. It slept! Did it? Yes", "The cat sat.|It slept!|Did it?|Yes")]
    [InlineData("Dr. Smith met Mr. J. K. Jones on Jan. 5. They spoke.", "Dr. Smith met Mr. J. K. Jones on Jan. 5.|They spoke.")]
    [InlineData("See Fig. 2 and No. 7, vs. Eq. 3.", "See Fig. 2 and No. 7, vs. Eq. 3.")]
    [InlineData("He lives in the U.S. The army left. The U.S. Army stayed.", "He lives in the U.S.|The army left.|The U.S. Army stayed.")]
    [InlineData("Use e.g. Python, i.e. code, etc. and so on.", "Use e.g. Python, i.e. code, etc. and so on.")]
    [InlineData("Cats, dogs, etc. They sleep.", "Cats, dogs, etc.|They sleep.")]
    [InlineData("\"Stop!\" he said. \"Why?\" She ran.", "\"Stop!\" he said.|\"Why?\"|She ran.")]
    [InlineData("“It works.” (He smiled.) Then: nothing.", "“It works.”|(He smiled.)|Then: nothing.")]
    [InlineData("Pi is 3.14. A file.txt is at example.com today.", "Pi is 3.14.|A file.txt is at example.com today.")]
    [InlineData("Wait... what? Well... No.", "Wait... what?|Well...|No.")]
    [InlineData("1. Mix. 2. Bake at 5. Eat.", "1. Mix.|2. Bake at 5.|Eat.")]
    [InlineData("So did I. He too.", "So did I.|He too.")]
    [InlineData("What?! Really!!! Yes.", "What?!|Really!!!|Yes.")]
    [InlineData("A title\n\nA text that\ngoes on.\r\n \r\nEnd", "A title|A text that\ngoes on.|End")]
    [InlineData("猫坐在垫子上。它睡了！真的吗？是", "猫坐在垫子上。|它睡了！|真的吗？|是")]
    [InlineData("他说：“你好！”我走了。「行。」", "他说：“你好！”|我走了。|「行。」")]
    [InlineData("“好吗？”，他问。", "“好吗？”，他问。")]
    [InlineData("我用 GPT-2。It works. 好的.我走", "我用 GPT-2。|It works.|好的.|我走")]
    [InlineData("¿Qué? ¡Vale! Élan. état.", "¿Qué?|¡Vale!|Élan. état.")]
    [InlineData("   ", "")]
    [InlineData("...", "...")]
    [InlineData("Hi. (", "Hi.|(")]
    public void Split_OnText_GivesItsSentences(string text, string sentences) =>
        Assert.Equal(sentences.Length == 0 ? [] : sentences.Split('|'), SentenceSplitter.Split(text));

    [Fact]
    public void Split_WithOtherAbbreviations_KnowsThoseOnly()
    {
        Assert.Equal(["Das ist z. Zt. alles.", "Dr.", "Wer?"], SentenceSplitter.Split("Das ist z. Zt. alles. Dr. Wer?", ["zt", "z"]));
    }

    [Fact]
    public void Tokens_OnText_StandInIt() => Assert.Equal([new Token("Hi.", 1), new Token("猫。", 5)], SentenceSplitter.Tokens(" Hi. 猫。"));
}
