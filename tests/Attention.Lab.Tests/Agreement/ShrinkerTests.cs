using FsCheck;
using FsCheck.Fluent;

namespace Attention.Lab.Tests;

public class ShrinkerTests
{
    private static Failure Shrink(string name, Delegate function, int index)
    {
        Contract contract = Agreement.Catalogue.Single(one => one.Name == name);
        var trial = new Trial(contract, new CellFunction(contract, function));
        Failure failure = trial.Run(contract.Draw(new Dice(3), index)) ?? throw new InvalidOperationException("the case was to fail");
        return new Shrinker(contract, trial).Shrink(failure);
    }

    [Fact]
    public void Shrink_LongRow_ComesDownToWhatMatters()
    {
        Failure failure = Shrink("softmax", (float[] scores) => Planted.Map(scores, score => MathF.Exp(score - scores.Max())), 63);

        Assert.Equal([0f, 0f], failure.Case.Floats(0));
    }

    [Fact]
    public void Shrink_ManyHeads_ComesDownToTwo()
    {
        Failure failure = Shrink("multi-head-attention", (float[,] q, float[,] k, float[,] v, int heads) => Naive.Attention(q, k, v), 150);

        Assert.Equal(2, failure.Case.Size('h'));
        Assert.Equal((1, 2), (failure.Case.Size('n'), failure.Case.Size('m')));
        Assert.All(failure.Case.Floats(0).Concat(failure.Case.Floats(1)), number => Assert.True(number is 0 or 1));
    }

    [Fact]
    public void Shrink_CountAndFlags_FollowTheKeys()
    {
        Failure padded = Shrink("padded-attention", (float[,] q, float[,] k, float[,] v, int length) => Naive.Attention(q, k, v), 153);
        Failure masked = Shrink("masked-attention", (float[,] q, float[,] k, float[,] v, bool[,] visible) => Naive.Attention(q, k, v), 153);

        Assert.Equal((2, 1), (padded.Case.Size('m'), padded.Case.Number(3)));
        Assert.Equal(2, masked.Case.Size('m'));
        Assert.Single(masked.Case.Flags(3), visible => !visible);
    }

    [Fact]
    public void Shrink_WrongNumber_DoesNotBecomeNaN()
    {
        Failure failure = Shrink("softmax", (float[] scores) => Planted.Map(scores, score => score / scores.Sum()), 70);

        Assert.Equal(FailureKind.Number, failure.Kind);
        Assert.True(double.IsFinite(failure.Got!.Values[failure.Index]));
    }

    [Fact]
    public void Shrink_AnyCaseOfAnyMistake_IsNoLargerAndStillWrong()
    {
        Gen<(int Mistake, int Index)> cases = from mistake in Gen.Choose(0, Planted.All.Length - 1) from index in Gen.Choose(0, 199) select (mistake, index);
        Prop.ForAll(cases.ToArbitrary(), drawn =>
        {
            (string kernel, _, Delegate function) = Planted.All[drawn.Mistake];
            Contract contract = Agreement.Catalogue.Single(one => one.Name == kernel);
            var trial = new Trial(contract, new CellFunction(contract, function));
            Case given = contract.Draw(new Dice(drawn.Index), drawn.Index);
            if (trial.Run(given) is not { } failure)
                return;
            Failure small = new Shrinker(contract, trial).Shrink(failure);

            Assert.True(small.IsLike(failure));
            Assert.NotNull(trial.Run(small.Case));
            Assert.True(contract.IsValid(small.Case));
            Assert.All(small.Case.Sizes, size => Assert.InRange(size.Value, 1, given.Size(size.Key)));
        }).QuickCheckThrowOnFailure();
    }
}
