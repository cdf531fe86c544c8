namespace Attention.Lab;

/// <summary>Draws cases: small ones first, and every kind of hard input over and over.</summary>
internal static class Draws
{
    public const string Ties = "ties", Extreme = "scores up to ±1000", High = "scores of 90 to 100, where e^x overflows", Low = "scores of -100 to -90, where e^x vanishes";
    public const string Tiny = "tiny numbers", Hidden = "hidden scores (-∞)", Blind = "rows that see no key", Long = "long rows", Lone = "rows of one";
    public const string Far = "numbers up to ±1000", Edge = "numbers of 70 to 88, just before e^x overflows", OtherWidth = "d_k ≠ d_v", OtherLength = "n ≠ m";
    private const string Ordinary = "";

    private static readonly string[] ScoreKinds = [Ordinary, Ties, Extreme, High, Low, Tiny, Hidden];
    private static readonly string[] AttentionKinds = [Ordinary, Ties, Extreme, High, Low, Tiny, Ordinary];
    private static readonly string[] ExponentKinds = [Ordinary, Ties, Far, Edge, Ordinary, Tiny, Ordinary];

    /// <summary>The longest axis of the case of this number.</summary>
    public static int Longest(int index) => index < 14 ? 2 : index < 50 ? 4 : index < 120 ? 8 : 17;

    /// <summary>Numbers for e^x: from where it vanishes to where it overflows.</summary>
    public static float[] Exponents(Dice dice, int index, int count, List<string> kinds)
    {
        string kind = Kind(ExponentKinds, index, kinds);
        return Fill(count, () => kind switch
        {
            Far => dice.Pick(dice.Whole(-100, 100), float.NegativeInfinity, -1000, 1000),
            Edge => dice.Whole(700, 883) / 10f,
            Tiny => dice.Normal() * 1e-6f,
            Ties => dice.Pick(0f, 1f, -1f),
            _ => Plain(dice, index),
        });
    }

    /// <summary>One row of scores, never all of them hidden.</summary>
    public static float[] Scores(Dice dice, int index, int count, List<string> kinds)
    {
        string kind = Kind(ScoreKinds, index, kinds);
        float tie = Plain(dice, index);
        float[] scores = Fill(count, () => kind switch
        {
            Ties => dice.OneIn(3) ? tie + 1 : tie,
            Extreme => dice.Whole(-1000, 1000),
            High => dice.Whole(900, 1000) / 10f,
            Low => -dice.Whole(900, 1000) / 10f,
            Tiny => dice.Normal() * 1e-6f,
            Hidden => dice.OneIn(2) ? float.NegativeInfinity : Plain(dice, index),
            _ => Plain(dice, index),
        });
        if (scores.All(float.IsNegativeInfinity))
            scores[dice.Whole(0, count - 1)] = Plain(dice, index);
        return scores;
    }

    /// <summary>Queries, keys and values whose scaled scores are of the wanted kind.</summary>
    /// <remarks>Where scores are large, they are whole numbers that float multiplies and adds without rounding: the difficulty is softmax's alone.</remarks>
    public static (float[] Query, float[] Key, float[] Value) Attention(Dice dice, int index, int queries, int keys, int width, int valueWidth, List<string> kinds)
    {
        string kind = Kind(AttentionKinds, index, kinds);
        float size = kind == Tiny ? 1e-4f : 1;
        float[]? wanted = kind switch
        {
            Extreme => Fill(keys, () => dice.Whole(-250, 250) * 4f),
            High => Fill(keys, () => (float)dice.Whole(90, 100)),
            Low => Fill(keys, () => -(float)dice.Whole(90, 100)),
            _ => null,
        };
        float[] query = Fill(queries * width, () => wanted is null ? size * Plain(dice, index) : 1);
        float[] key = new float[keys * width];
        for (int i = 0; i < key.Length; i++)
            key[i] = wanted is null ? size * Plain(dice, index) : wanted[i / width] / MathF.Sqrt(width);
        for (int i = 0; kind == Ties && i < key.Length; i++)
            key[i] = key[i % width];
        return (query, key, Fill(keys * valueWidth, () => Plain(dice, index)));
    }

    /// <summary>A width for which 1/√width and the scores are exact where the kind of this case needs it.</summary>
    public static int Width(Dice dice, int index) =>
        AttentionKinds[index % AttentionKinds.Length] is Extreme or High or Low ? dice.Pick(1, 4, index < 50 ? 4 : 16) : dice.Whole(1, Longest(index));

    /// <summary>A length along the keys: sometimes longer than any vector register.</summary>
    public static int Length(Dice dice, int index, List<string> kinds)
    {
        int length = index > 60 && index % 9 == 0 ? dice.Pick(15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 70) : dice.Whole(index < 14 ? 2 : 1, Longest(index));
        if (length > 17)
            kinds.Add(Long);
        if (length == 1)
            kinds.Add(Lone);
        return length;
    }

    /// <summary>Halves between −2 and 2 in the first cases, which are easy to read; later numbers with many digits.</summary>
    public static float Plain(Dice dice, int index) => index < 50 ? dice.Whole(-4, 4) / 2f : dice.Normal();

    public static T[] Fill<T>(int count, Func<T> next)
    {
        var numbers = new T[count];
        for (int i = 0; i < count; i++)
            numbers[i] = next();
        return numbers;
    }

    private static string Kind(string[] all, int index, List<string> kinds)
    {
        string kind = all[index % all.Length];
        if (kind != Ordinary)
            kinds.Add(kind);
        return kind;
    }
}
