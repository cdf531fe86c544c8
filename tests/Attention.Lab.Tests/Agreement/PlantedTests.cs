namespace Attention.Lab.Tests;

public class PlantedTests
{
    public static TheoryData<string, string> Mistakes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string kernel, string mistake, _) in Planted.All)
                data.Add(kernel, mistake);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Agree_PlantedMistake_IsShownSmall(string kernel, string mistake)
    {
        Delegate function = Planted.All.Single(one => one.Kernel == kernel && one.Mistake == mistake).Function;

        var shown = Assert.Throws<DisagreementException>(() => Agreement.Agree(kernel, function));

        TestContext.Current.TestOutputHelper?.WriteLine(mistake + "\n" + shown.Message);
        Assert.StartsWith($"{kernel}: differs.", shown.Message, StringComparison.Ordinal);
        Assert.Contains("got", shown.Message, StringComparison.Ordinal);
        // Small enough to check by hand.
        Assert.True(shown.Message.Split('\n').Length <= 26, shown.Message);
        Assert.True(shown.Message.Split('\n').Max(line => line.Length) <= 80, shown.Message);
    }

    [Fact]
    public void Planted_EveryName_HasMistakes()
    {
        Assert.All(Agreement.Catalogue, contract => Assert.True(Planted.All.Count(one => one.Kernel == contract.Name) >= 2, $"{contract.Name} has fewer than two planted mistakes"));
    }
}
