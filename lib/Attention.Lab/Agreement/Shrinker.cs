namespace Attention.Lab;

/// <summary>Makes a failed case smaller and its numbers rounder, as long as it fails in the same way.</summary>
internal sealed class Shrinker(Contract contract, Trial trial)
{
    private const int MostTries = 4000;

    private int _tries;

    public Failure Shrink(Failure failure)
    {
        while (Better(failure) is { } smaller)
            failure = smaller;
        return failure;
    }

    private Failure? Better(Failure failure)
    {
        foreach (Case smaller in Smaller(failure.Case).Concat(Rounder(failure.Case)))
        {
            if (_tries++ >= MostTries)
                return null;
            if (contract.IsValid(smaller) && trial.Run(smaller) is { } still && still.IsLike(failure))
                return still;
        }

        return null;
    }

    /// <summary>The same case without some of its positions, halves first.</summary>
    private IEnumerable<Case> Smaller(Case given)
    {
        foreach (char axis in contract.Parameters.SelectMany(parameter => parameter.Axes).Distinct())
        {
            int size = given.Size(axis);
            if (size >= 4)
            {
                yield return Keep(given, axis, i => i < size / 2);
                yield return Keep(given, axis, i => i >= size / 2);
            }

            for (int left = size - 1; left >= 0 && size > 1; left--)
                yield return Keep(given, axis, i => i != left);
        }

        // Some sizes go together: as many queries as keys, heads in groups.
        if (given.Sizes.TryGetValue('n', out int n) && n > 1 && given.Size('m') == n)
        {
            for (int left = n - 1; left >= 0; left--)
                yield return Keep(Keep(given, 'n', i => i != left), 'm', i => i != left);
        }

        if (given.Sizes.TryGetValue('g', out int g) && g > 1)
            yield return Keep(Keep(given, 'h', i => i < given.Size('h') / g), 'g', i => i < 1);
    }

    private Case Keep(Case given, char axis, Func<int, bool> isKept)
    {
        var sizes = new Dictionary<char, int>(given.Sizes) { [axis] = Enumerable.Range(0, given.Size(axis)).Count(isKept) };
        object[] data = [.. contract.Parameters.Select((parameter, i) => parameter switch
        {
            { Form: Form.Size } => sizes[parameter.Axes[0]],
            { Form: Form.Count } when parameter.Axes[0] == axis => Enumerable.Range(0, given.Number(i)).Count(isKept),
            { Form: Form.Flags } => Slice(given.Flags(i), parameter.Axes, given, axis, isKept),
            { Form: Form.Vector or Form.Matrix } => Slice(given.Floats(i), parameter.Axes, given, axis, isKept),
            _ => given.Data[i],
        })];
        return given with { Sizes = sizes, Data = data };
    }

    private static T[] Slice<T>(T[] values, string axes, Case given, char axis, Func<int, bool> isKept)
    {
        int place = axes.IndexOf(axis, StringComparison.Ordinal);
        if (place < 0)
            return values;
        int stride = axes[(place + 1)..].Aggregate(1, (product, later) => product * given.Size(later));
        return [.. values.Where((_, i) => isKept(i / stride % given.Size(axis)))];
    }

    /// <summary>The same case with one number made plainer, or all of them rounded.</summary>
    private static IEnumerable<Case> Rounder(Case given)
    {
        for (int argument = 0; argument < given.Data.Length; argument++)
        {
            if (given.Data[argument] is float[] numbers)
            {
                float[] rounded = Array.ConvertAll(numbers, number => MathF.Abs(number) < 1e6f ? MathF.Round(number) + 0f : number);
                if (!rounded.SequenceEqual(numbers))
                    yield return With(given, argument, rounded);
                for (int place = 0; place < numbers.Length; place++)
                {
                    int i = place;
                    foreach (float plainer in Plainer(numbers[i]))
                        yield return With(given, argument, numbers.Select((number, at) => at == i ? plainer : number).ToArray());
                }
            }
            else if (given.Data[argument] is bool[] flags)
            {
                for (int place = 0; place < flags.Length; place++)
                {
                    int i = place;
                    if (!flags[i])
                        yield return With(given, argument, flags.Select((flag, at) => flag || at == i).ToArray());
                }
            }
        }
    }

    private static IEnumerable<float> Plainer(float number)
    {
        float[] candidates = [0f, 1, MathF.Abs(number), Digits(number, 1), Digits(number, 2), Digits(number, 3)];
        return candidates.Where(candidate => Cost(candidate) < Cost(number)).Distinct();
    }

    private static float Digits(float number, int digits) => (float)Numbers.Round(number, digits);

    /// <summary>How hard a number is to read; every step of the shrinking lowers a sum of these, so that it ends.</summary>
    private static double Cost(float number) => number switch
    {
        0 => float.IsNegative(number) ? 0.5 : 0,
        1 => 1,
        _ when !float.IsFinite(number) => 5,
        _ => (10 * Numbers.Significant(number, 9).Trim('0').Count(char.IsAsciiDigit)) + (number < 0 ? 1 : 0),
    };

    private static Case With(Case given, int argument, object value) =>
        given with { Data = [.. given.Data.Select((data, i) => i == argument ? value : data)] };
}
