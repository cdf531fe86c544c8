using Attention.Kernels.Tests;

namespace Attention.Benchmarks.Tests;

public sealed class OperationsTests
{
    [Fact]
    public void All_KernelsOfTheLibrary_AreMeasured()
    {
        Assert.InRange(PublicKernels.Names.Length, 80, int.MaxValue);
        Assert.Equal(
            PublicKernels.Names.Order(StringComparer.Ordinal),
            Operations.All.Select(operation => operation.Member).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_Names_AreDifferent() => Assert.Distinct(Operations.All.Select(operation => operation.Name));

    [Theory]
    [InlineData("Softmax.Forward", "", "softmax")]
    [InlineData("Softmax.BackwardAlongAxis", "", "softmax-backward-along-axis")]
    [InlineData("MaskedSoftmax.Forward", "lengths", "masked-softmax-lengths")]
    [InlineData("Adam.Step", "", "adam-step")]
    public void Name_OfAMember_IsWhatIsTyped(string member, string variant, string expected) =>
        Assert.Equal(expected, new Operation(member, "", default, _ => () => { }) { Variant = variant }.Name);

    /// <summary>Every operation is prepared and called once, and writes numbers; what they should be is the kernels' tests' concern.</summary>
    [Fact]
    public void All_CalledOnce_WriteNumbers()
    {
        foreach (Operation operation in Operations.All)
        {
            using var buffers = new Buffers(threads: 2);
            operation.Prepare(buffers)();
            buffers.CheckResults(operation.Name);
        }
    }

    [Fact]
    public void CheckResults_NothingWritten_IsRefused()
    {
        using var buffers = new Buffers(threads: 1);
        buffers.Result(3);
        Assert.Equal("x: result 0 is all zeros; nothing was timed.", Assert.Throws<WrongResultException>(() => buffers.CheckResults("x")).Message);
    }

    [Fact]
    public void CheckResults_NaN_IsRefused()
    {
        using var buffers = new Buffers(threads: 1);
        FloatBuffer result = buffers.Result(3);
        (result.Span[0], result.Span[2]) = (1, float.NaN);
        Assert.Equal("x: result 0 holds NaN at 2; nothing was timed.", Assert.Throws<WrongResultException>(() => buffers.CheckResults("x")).Message);
    }

    /// <summary>Multiply-adds bind a product of matrices, memory a sum, exponentials a softmax in the cache.</summary>
    [Theory]
    [InlineData(1e9, 1e3, 1e3, 1e3, "multiply-adds")]
    [InlineData(1e3, 1e7, 1e3, 1e3, "exponentials")]
    [InlineData(1e3, 1e3, 1e7, 1e3, "memory")]
    [InlineData(1e3, 1e3, 1e3, 1e7, "memory")]
    public void Binding_OneKindOfWorkIsMuch_IsTheLimit(double flops, double exponentials, double read, double written, string expected)
    {
        using var limits = new Limits(new Work(flops, exponentials, read, written), threads: 1);
        limits.Measure();
        (string name, double milliseconds) = limits.Binding();
        Assert.Equal(expected, name);
        Assert.InRange(milliseconds, 1e-3, 1e4);
    }
}
