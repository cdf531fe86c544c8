namespace Attention.Models.Tests.Examples;

/// <summary>The examples in the library's doc comments compile; and those that say what they print run, and print it. One that needs a file of the reader's says nothing.</summary>
[Collection(nameof(ExampleTests))]
[CollectionDefinition(nameof(ExampleTests), DisableParallelization = true)] // what they print goes through the one console
public sealed class ExampleTests
{
    public static TheoryData<string> Members => [.. Example.All().Select(example => example.Member).Distinct()];

    [Theory]
    [MemberData(nameof(Members))]
    public void Run_EveryExample_CompilesAndPrintsWhatItSays(string member)
    {
        foreach (Example example in Example.All().Where(example => example.Member == member))
        {
            byte[] program = example.Compiled();
            if (example.Promised.Any())
            {
                Assert.Equal(example.Promised, example.Run(program));
            }
        }
    }

    [Fact]
    public void Run_BrokenExamples_AreFound()
    {
        Assert.Contains("does not compile", Assert.ThrowsAny<Exception>(() => new Example("T:Broken", "Tensor x = 3;").Compiled()).Message, StringComparison.Ordinal);
        Example throwing = new("T:Throwing", "throw new InvalidOperationException();");
        Assert.ThrowsAny<Exception>(() => throwing.Run(throwing.Compiled()));
        Example wrong = new("T:Wrong", "Console.WriteLine(1); // prints 2");
        Assert.NotEqual(wrong.Promised, wrong.Run(wrong.Compiled()));
    }
}
