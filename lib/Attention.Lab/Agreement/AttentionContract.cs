using Attention.Kernels;

namespace Attention.Lab;

/// <summary>How the contracts of attention draw, answer and call; they differ only in their heads and in what a query may see.</summary>
/// <param name="sight">What decides which keys a query sees.</param>
/// <param name="manyHeads">Whether the columns hold several heads.</param>
/// <param name="sharedKeys">Whether several query heads share one head of keys and values.</param>
internal sealed class AttentionContract(Sight sight, bool manyHeads = false, bool sharedKeys = false)
{
    public Parameter[] Parameters { get; } =
    [
        new("query", Form.Matrix, manyHeads ? "nhd" : "nd"),
        new("key", Form.Matrix, sharedKeys ? "mgd" : manyHeads ? "mhd" : "md"),
        new("value", Form.Matrix, sharedKeys ? "mge" : manyHeads ? "mhe" : "me"),
        .. manyHeads ? [new Parameter("heads", Form.Size, "h")] : Array.Empty<Parameter>(),
        .. sharedKeys ? [new Parameter("keyHeads", Form.Size, "g")] : Array.Empty<Parameter>(),
        .. sight switch
        {
            Sight.Length => [new Parameter("length", Form.Count, "m")],
            Sight.Visible => [new Parameter("visible", Form.Flags, "nm")],
            Sight.Bias => [new Parameter("bias", Form.Matrix, "nm")],
            _ => Array.Empty<Parameter>(),
        },
    ];

    public Case Draw(Dice dice, int index)
    {
        var kinds = new List<string>();
        int heads = manyHeads ? dice.Whole(1, index < 14 ? 2 : 4) : 1, keyHeads = heads;
        if (sharedKeys)
            heads *= dice.Whole(1, 3);
        int keys = Draws.Length(dice, index, kinds), queries = sight == Sight.Past ? keys : dice.Whole(1, Draws.Longest(index));
        int width = Draws.Width(dice, index), valueWidth = dice.Whole(1, Draws.Longest(index));
        (float[] query, _, _) = Draws.Attention(dice, index, queries * heads, 1, width, 1, []);
        (_, float[] key, float[] value) = Draws.Attention(dice, index, 1, keys * keyHeads, width, valueWidth, kinds);
        object[] data =
        [
            query, key, value,
            .. manyHeads ? [heads] : Array.Empty<object>(),
            .. sharedKeys ? [keyHeads] : Array.Empty<object>(),
            .. sight switch
            {
                Sight.Length => [index % 5 == 4 ? 0 : dice.Whole(1, keys)],
                Sight.Visible => [Flags(dice, index, queries, keys)],
                // Sixteenths, which even a score of 1000 takes in without rounding.
                Sight.Bias => [Draws.Fill(queries * keys, () => MathF.Round(16 * Draws.Plain(dice, index)) / 16)],
                _ => Array.Empty<object>(),
            },
        ];
        var sizes = new Dictionary<char, int> { ['n'] = queries, ['m'] = keys, ['d'] = width, ['e'] = valueWidth, ['h'] = heads };
        if (sharedKeys)
            sizes['g'] = keyHeads;
        var drawn = new Case(kinds, sizes, data);
        if (queries != keys)
            kinds.Add(Draws.OtherLength);
        if (width != valueWidth)
            kinds.Add(Draws.OtherWidth);
        if (IsBlind(drawn))
            kinds.Add(Draws.Blind);
        return drawn;
    }

    public Exact Weights(Case given) => HeadWeights(given, 0);

    public Exact Context(Case given)
    {
        (int n, int m, int h, int e) = (given.Size('n'), given.Size('m'), given.Size('h'), given.Size('e'));
        var (values, slack) = (new double[n * h * e], new double[n * h * e]);
        for (int head = 0; head < h; head++)
        {
            Exact context = Oracle.Context(HeadWeights(given, head), n, m, e, Head(given.Floats(2), m, KeyHeads(given), KeyHead(given, head), e));
            for (int i = 0; i < n; i++)
            {
                Array.Copy(context.Values, i * e, values, ((i * h) + head) * e, e);
                Array.Copy(context.Slack, i * e, slack, ((i * h) + head) * e, e);
            }
        }

        return new Exact(values, slack);
    }

    /// <summary>The mask that makes the kernel see what this contract says.</summary>
    public Mask Mask(Case given) => sight switch
    {
        Sight.Past => Kernels.Mask.Causal,
        Sight.PastOfCache => Kernels.Mask.Causal,
        Sight.Length => Kernels.Mask.KeyLengths(new[] { given.Number(3) }),
        Sight.Visible => Kernels.Mask.Visible(given.Flags(3)),
        Sight.Bias => Kernels.Mask.Bias(given.Floats(3)),
        _ => Kernels.Mask.None,
    };

    /// <summary>Whether a case that was made smaller still makes sense. It does not become blind on the way: what a blind row gives is a convention, and hides other mistakes.</summary>
    public bool IsValid(Case given) =>
        given.Size('h') % KeyHeads(given) == 0 && (sight != Sight.Past || given.Size('n') == given.Size('m')) && (given.Kinds.Contains(Draws.Blind) || !IsBlind(given));

    /// <summary>How many heads of keys a case has; without sharing, as many as heads of queries.</summary>
    public int KeyHeads(Case given) => sharedKeys ? given.Size('g') : given.Size('h');

    private int KeyHead(Case given, int head) => head / (given.Size('h') / KeyHeads(given));

    private Exact HeadWeights(Case given, int head)
    {
        (int n, int m, int d) = (given.Size('n'), given.Size('m'), given.Size('d'));
        double[] query = Head(given.Floats(0), n, given.Size('h'), head, d);
        double[] key = Head(given.Floats(1), m, KeyHeads(given), KeyHead(given, head), d);
        return Oracle.Weights(n, m, d, query, key, sight == Sight.All ? null : (i, j) => Bias(given, i, j));
    }

    private bool IsBlind(Case given) =>
        Enumerable.Range(0, given.Size('n')).Any(i => Enumerable.Range(0, given.Size('m')).All(j => double.IsNegativeInfinity(Bias(given, i, j))));

    private double Bias(Case given, int i, int j)
    {
        (int n, int m) = (given.Size('n'), given.Size('m'));
        bool visible = sight switch
        {
            Sight.Past or Sight.PastOfCache => j <= i + m - n,
            Sight.Length => j < given.Number(3),
            Sight.Visible => given.Flags(3)[(i * m) + j],
            _ => true,
        };
        return !visible ? double.NegativeInfinity : sight == Sight.Bias ? given.Floats(3)[(i * m) + j] : 0;
    }

    private static double[] Head(float[] rows, int count, int heads, int head, int width)
    {
        double[] part = new double[count * width];
        for (int i = 0; i < part.Length; i++)
            part[i] = rows[(((i / width * heads) + head) * width) + (i % width)];
        return part;
    }

    private static bool[] Flags(Dice dice, int index, int queries, int keys)
    {
        bool[] flags = Draws.Fill(queries * keys, () => !dice.OneIn(3));
        for (int i = 0; i < queries; i++)
            flags[(i * keys) + dice.Whole(0, keys - 1)] = true;
        if (index % 4 == 3)
            Array.Clear(flags, dice.Whole(0, queries - 1) * keys, keys);
        return flags;
    }
}
