namespace Attention.Lab;

/// <summary>Proves before the reader's eyes that a cell's function and the library's kernel agree, or shows where they do not.</summary>
/// <remarks>
/// In a cell: <c>using static Attention.Lab.Agreement;</c>, then <c>Agree("softmax", SoftmaxRow)</c>. The function is put to many cases, small ones first: ragged lengths, extreme
/// scores, ties, hidden keys, d_k ≠ d_v, n ≠ m. Its answers and the kernels' are held against the definition in double precision, within a bound derived from
/// the roundings of plain float loops. Rows and matrices may be float or double, arrays or MathNet's.
/// </remarks>
public static class Agreement
{
    /// <summary>How many cases a function is put to when nothing is said.</summary>
    public const int DefaultCases = 200;

    /// <summary>The seed of the cases when nothing is said.</summary>
    public const int DefaultSeed = 2017;

    /// <summary>Everything that a function can be compared with.</summary>
    public static IReadOnlyList<Contract> Catalogue => Lab.Catalogue.All;

    /// <summary>Shows that a function agrees with the kernel of this name.</summary>
    /// <param name="name">A name of the <see cref="Catalogue"/>: "softmax", "attention" …</param>
    /// <param name="function">The cell's own function.</param>
    /// <param name="cases">How many cases to try.</param>
    /// <param name="seed">Another seed draws other cases.</param>
    /// <returns>What was tried, for display.</returns>
    /// <exception cref="DisagreementException">They differ; the message shows the smallest case: input, expected, got.</exception>
    /// <exception cref="ArgumentException">There is no such name, or the function takes or gives something else.</exception>
    public static AgreementReport Agree(string name, Delegate function, int cases = DefaultCases, int seed = DefaultSeed)
    {
        AgreementReport report = Compare(name, function, cases, seed);
        return report.Agrees ? report : throw new DisagreementException(report.ToString(), report.Failure!.Thrown);
    }

    /// <summary>Shows where a function differs from the kernel of this name: for teaching what goes wrong.</summary>
    /// <inheritdoc cref="Agree"/>
    /// <returns>The smallest case that differs, for display.</returns>
    /// <exception cref="DisagreementException">They agree, or the function gives no numbers to compare: it throws, or its result has another shape.</exception>
    public static AgreementReport Differ(string name, Delegate function, int cases = DefaultCases, int seed = DefaultSeed)
    {
        AgreementReport report = Compare(name, function, cases, seed);
        return report.Failure switch
        {
            { Kind: FailureKind.Number } => report,
            null => throw new DisagreementException($"{name}: expected a difference, found none. {report}"),
            { Thrown: var thrown } => throw new DisagreementException($"{name}: expected other numbers, but no numbers came. {report}", thrown),
        };
    }

    private static AgreementReport Compare(string name, Delegate function, int cases, int seed)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cases);
        Contract contract = Find(name);
        var trial = new Trial(contract, new CellFunction(contract, function));
        var kinds = new List<string>();
        for (int index = 0; index < cases; index++)
        {
            Case given = contract.Draw(new Dice(unchecked((seed * 1_000_003) + index)), index);
            trial.RunKernels(given);
            if (trial.Run(given) is { } failure)
                return new AgreementReport(contract, index + 1, cases, seed, new Shrinker(contract, trial).Shrink(failure));
            kinds.AddRange(given.Kinds);
        }

        return new AgreementReport(contract, cases, seed, trial.LargestDifference, kinds);
    }

    private static Contract Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Catalogue.FirstOrDefault(contract => contract.Name == name)
            ?? throw new ArgumentException(
                $"no kernel is called \"{name}\"; nearest is \"{Catalogue.MinBy(contract => Spelling.Distance(contract.Name, name))!.Name}\". All names: {string.Join(", ", Catalogue.Select(contract => contract.Name))}",
                nameof(name));
    }
}
