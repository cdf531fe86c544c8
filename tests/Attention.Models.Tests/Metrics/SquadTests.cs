namespace Attention.Models.Tests.Metrics;

public sealed class SquadTests
{
    [Theory]
    [InlineData("The  Broncos!", "broncos")]
    [InlineData("An apple a day: the 'end'.", "apple day end")]
    [InlineData("Theatre", "theatre")]
    [InlineData("$5 + 3%", "5 3")]
    [InlineData("猫，在垫子上。", "猫，在垫子上。")]
    [InlineData("the½ the\u0301 a² an_ a-b", "the½ \u0301 a² ab")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    public void Normalise_CaseMarksAndArticles_DoNotCount(string answer, string expected) => Assert.Equal(expected, Squad.Normalise(answer));

    [Fact]
    public void ExactMatch_AnyRightAnswer_IsEnough()
    {
        Assert.Equal(1, Squad.ExactMatch("the Denver Broncos.", ["Broncos", "Denver Broncos"]));
        Assert.Equal(0, Squad.ExactMatch("Denver", ["Broncos", "Denver Broncos"]));
    }

    [Fact]
    public void ExactMatch_AnswerOfOneLetter_CountsAsAnyOther()
    {
        Assert.Equal((1, 0), (Squad.ExactMatch("5", ["5"]), Squad.ExactMatch("", ["5"])));
        Assert.Equal((1, 0), (Squad.F1("x", ["x"]), Squad.F1("", ["x"])));
    }

    [Fact]
    public void F1_SomeWordsRight_IsTheBestOverlap()
    {
        Assert.Equal(2 * 0.5 * 1 / 1.5, Squad.F1("in Denver", ["Denver", "Colorado"]), 1e-12);
        Assert.Equal(2.0 / 3, Squad.F1("the the cat cat", ["cat"]), 1e-12);
        Assert.Equal(0, Squad.F1("Boston", ["Denver"]));
    }

    /// <summary>SQuAD 2.0 asks questions that the text does not answer.</summary>
    [Fact]
    public void Scores_QuestionWithoutAnswer_WantSilence()
    {
        Assert.Equal((1, 1), (Squad.ExactMatch("", []), Squad.F1("", [])));
        Assert.Equal((0, 0), (Squad.ExactMatch("Denver", []), Squad.F1("Denver", [])));
        Assert.Equal((0, 0), (Squad.ExactMatch("", ["Denver"]), Squad.F1("", ["Denver"])));
        Assert.Equal(1, Squad.F1("", ["the"])); // nothing is left of it, so it counts as none
    }
}
