namespace Attention.Kernels.Tests;

/// <summary>How many floats each buffer of an attention problem holds, counted apart from the library.</summary>
internal readonly record struct Sizes(AttentionShape Shape)
{
    public int Query => Shape.Batch * Shape.Heads * Shape.Queries * Shape.Width;

    public int Key => Shape.Batch * Shape.KeyHeads * Shape.Keys * Shape.Width;

    public int Value => Shape.Batch * Shape.KeyHeads * Shape.Keys * Shape.ValueWidth;

    public int Output => Shape.Batch * Shape.Heads * Shape.Queries * Shape.ValueWidth;

    public int Weights => Shape.Batch * Shape.Heads * Shape.Queries * Shape.Keys;

    /// <summary>Query rows over all batches and heads.</summary>
    public int Rows => Shape.Batch * Shape.Heads * Shape.Queries;
}
