namespace Attention.Kernels.Tests;

/// <summary>The mask that a case of attention.json is named after, as a caller of the library would say it.</summary>
internal sealed record GoldenMask(string Name, GoldenCase Golden) : MaskCase
{
    public override Mask Build(Fences fences)
    {
        Mask mask = Name.Contains("causal", StringComparison.Ordinal) ? Mask.Causal : Mask.None;
        if (Golden.Has("lengths"))
        {
            mask &= Mask.KeyLengths(fences.Input(Golden.Integers("lengths"), "lengths"));
        }

        if (Golden.Has("visible"))
        {
            mask &= Mask.Visible(fences.Input(Array.ConvertAll(Golden.Integers("visible"), flag => flag != 0), "visible"));
        }

        if (Golden.Has("bias"))
        {
            mask &= Mask.Bias(fences.Input(Golden.Input("bias"), "bias"));
        }

        if (Golden.Has("slopes"))
        {
            mask &= Mask.Alibi(fences.Input(Golden.Input("slopes"), "slopes"));
        }

        if (Golden.Has("starts"))
        {
            mask &= Mask.KeyStarts(fences.Input(Golden.Integers("starts"), "starts"));
        }

        if (Golden.Has("layout"))
        {
            mask &= Mask.Blocks(fences.Input(Array.ConvertAll(Golden.Integers("layout"), flag => flag != 0), "layout"), Golden.Integer("blockSize"));
        }

        if (Golden.Has("table"))
        {
            mask &= Mask.RelativeBias(fences.Input(Golden.Input("table"), "table"), Golden.Integer("buckets"), Golden.Integer("bidirectional") == 1, Golden.Integer("maxDistance"));
        }

        return Golden.HasNumber("window") ? mask & Mask.Window(Golden.Integer("window") - 1, 0, Golden.HasNumber("sinks") ? Golden.Integer("sinks") : 0) : mask;
    }

    /// <summary>A golden problem is never cut into heads.</summary>
    public override MaskCase Head(int b, int h) => throw new NotSupportedException();
}
