namespace Attention.Kernels.Tests;

internal static class Refusal
{
    /// <summary>The call is refused with exactly this sentence: a reader must be able to mend the mistake from it alone.</summary>
    public static void Says(string message, Action call) => Assert.Equal(message, Assert.Throws<ArgumentException>(call).Message);
}
