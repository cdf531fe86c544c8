namespace Attention.Kernels.Tests;

/// <summary>The ways into a kernel that must all agree.</summary>
public enum Form
{
    /// <summary>The public method, which picks the widest registers there are.</summary>
    Door,
    Lanes512,
    Lanes256,
    Lanes128,
    Lanes1,
}

internal static class Forms
{
    /// <summary>
    /// The forms that this process can run. A width that the hardware lacks, or that a switch turned off, is not pretended to be tested; but for the widest, which the runtime
    /// computes in halves where it must: its sums, its order and its edges are the same, and only its instructions are not.
    /// </summary>
    public static readonly Form[] Supported =
    [
        Form.Door,
        .. Kernels.Lanes256.IsSupported ? [Form.Lanes512] : Array.Empty<Form>(),
        .. Kernels.Lanes256.IsSupported ? [Form.Lanes256] : Array.Empty<Form>(),
        .. Kernels.Lanes128.IsSupported ? [Form.Lanes128] : Array.Empty<Form>(),
        Form.Lanes1,
    ];

    public static TheoryData<Form> Theory => new(Supported);

    public static TheoryData<Form, Fence> FencedTheory => [.. from form in Supported from fence in Enum.GetValues<Fence>() select (form, fence)];

    /// <summary>The options that lead a public method into this form.</summary>
    public static KernelOptions Options(this Form form) => new()
    {
        RegisterBits = form switch
        {
            Form.Lanes512 => 512,
            Form.Lanes256 => 256,
            Form.Lanes128 => 128,
            Form.Lanes1 => 32,
            _ => 0,
        },
    };
}
