namespace Attention.Kernels;

/// <summary>Which registers the kernels use on this machine.</summary>
/// <remarks>
/// The widest that the runtime reports as accelerated. For tests, <c>DOTNET_EnableAVX512=0</c> leaves at most 256 bits, <c>DOTNET_EnableAVX2=0</c> 128, and
/// <c>DOTNET_EnableHWIntrinsic=0</c> single floats.
/// </remarks>
public static class VectorWidth
{
    /// <summary>512, 256, 128, or 32: one float at a time.</summary>
    public static int Bits =>
        Lanes512.IsSupported ? 512
        : Lanes256.IsSupported ? 256
        : Lanes128.IsSupported ? 128
        : 32;
}
