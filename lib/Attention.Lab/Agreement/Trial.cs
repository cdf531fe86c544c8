namespace Attention.Lab;

/// <summary>How a function failed a case.</summary>
internal enum FailureKind
{
    Threw,
    Null,
    Shape,
    Number,
    Changed,
}

/// <summary>A case that a function got wrong.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Case">The inputs.</param>
/// <param name="Expected">The answer in double precision.</param>
/// <param name="Got">What the function returned, if it returned numbers.</param>
/// <param name="Index">Where the first wrong number stands.</param>
/// <param name="Detail">The changed argument's name.</param>
/// <param name="Thrown">What the function threw.</param>
internal sealed record Failure(FailureKind Kind, Case Case, Exact Expected, Answer? Got = null, int Index = 0, string Detail = "", Exception? Thrown = null)
{
    /// <summary>Whether both failures are of one nature, so that one may stand for the other: a wrong number is not a NaN.</summary>
    public bool IsLike(Failure other) =>
        Kind == other.Kind && Thrown?.GetType() == other.Thrown?.GetType()
        && (Kind != FailureKind.Number || double.IsFinite(Got!.Values[Index]) == double.IsFinite(other.Got!.Values[other.Index]));
}

/// <summary>Puts one case to a function.</summary>
internal sealed class Trial(Contract contract, CellFunction function)
{
    /// <summary>The largest difference met so far between a right answer and the exact one.</summary>
    public double LargestDifference { get; private set; }

    /// <summary>What is wrong with the function's answer, or null.</summary>
    public Failure? Run(Case given)
    {
        Exact exact = contract.Answer(given);
        object?[] arguments = function.Arguments(given);
        Answer? got;
        try
        {
            got = function.Call(arguments);
        }
#pragma warning disable CA1031 // Whatever a cell's function throws is its answer to this case, and is shown with the case.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return new Failure(FailureKind.Threw, given, exact, Thrown: thrown);
        }

        if (got is null)
            return new Failure(FailureKind.Null, given, exact);
        if (got.Shape != ExpectedShape(given))
            return new Failure(FailureKind.Shape, given, exact, got, Detail: ExpectedShape(given));
        for (int i = 0; i < got.Values.Length; i++)
        {
            if (!exact.Accepts(i, got.Values[i]))
                return new Failure(FailureKind.Number, given, exact, got, i);
        }

        if (function.Changed(arguments, given) is { } name)
            return new Failure(FailureKind.Changed, given, exact, got, Detail: name);
        for (int i = 0; i < got.Values.Length; i++)
            LargestDifference = Math.Max(LargestDifference, exact.Distance(i, got.Values[i]));
        return null;
    }

    /// <summary>Holds the kernels themselves to the exact answer.</summary>
    /// <exception cref="InvalidOperationException">A kernel is wrong: the library has a defect, and the cell does not.</exception>
    public void RunKernels(Case given)
    {
        Exact exact = contract.Answer(given);
        foreach ((string member, Func<Case, float[]> run) in contract.Doors)
        {
            float[] got = run(given);
            for (int i = 0; i < exact.Values.Length; i++)
            {
                if (!exact.Accepts(i, got[i]))
                    throw new InvalidOperationException($"{contract.Name}: the library's own {member} is wrong here, your function is not the reason: expected {exact.Values[i]:G6}, got {got[i]:G6}.\n\n{Counterexample.Inputs(contract, given)}");
            }
        }
    }

    private string ExpectedShape(Case given)
    {
        (int rows, int columns) = given.Shape(contract.Result.Axes);
        return contract.Result.Form == Form.Vector ? Words.Count(rows, "number") : $"{rows}×{columns}";
    }
}
