using FsCheck;
using FsCheck.Fluent;

namespace Attention.Models.Tests.Text;

public sealed class WordTokenizerTests
{
    [Theory]
    [InlineData("I love programming", "I|love|programming")]
    [InlineData("The cat sat on the mat.", "The|cat|sat|on|the|mat|.")]
    [InlineData("don't use self-attention!", "don't|use|self-attention|!")]
    [InlineData("'quoted' -dash- rock 'n' roll", "'|quoted|'|-|dash|-|rock|'|n|'|roll")]
    [InlineData("a--b", "a|-|-|b")]
    [InlineData("3.14 and x2", "3|.|14|and|x2")]
    [InlineData("猫坐在垫子上。", "猫|坐|在|垫|子|上|。")]
    [InlineData("C#编程ok", "C|#|编|程|ok")]
    [InlineData("naïve cafe\u0301", "naïve|cafe\u0301")]
    [InlineData("𠀀a", "𠀀|a")]
    [InlineData("", "")]
    [InlineData(" \t\n ", "")]
    public void Split_OnText_GivesItsWords(string text, string words) =>
        Assert.Equal(words.Length == 0 ? [] : words.Split('|'), WordTokenizer.Split(text));

    [Fact]
    public void Tokens_OnAnyText_LieWhereTheySay()
    {
        Prop.ForAll<NonNull<string>>(text => WordTokenizer.Tokens(text.Get).All(token => text.Get[token.Start..token.End] == token.Text)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tokens_OnAnyText_LeaveNothingButWhiteSpace()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            int end = 0;
            foreach (Token token in WordTokenizer.Tokens(text.Get))
            {
                if (token.Text.Length == 0 || token.Start < end || !string.IsNullOrWhiteSpace(text.Get[end..token.Start]))
                {
                    return false;
                }

                end = token.End;
            }

            return string.IsNullOrWhiteSpace(text.Get[end..]);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Split_OnALoneSurrogate_KeepsItApart() => Assert.Equal(["a", "\ud800", "b"], WordTokenizer.Split("a\ud800b"));

    [Fact]
    public void Split_OnNull_Refuses() => Assert.Throws<ArgumentNullException>(() => WordTokenizer.Split(null!));
}
