namespace Attention.Lab.Tests;

/// <summary>The figures that golden files hold: every kind, and what is hard about it.</summary>
internal static class Gallery
{
    private static readonly string[] Sentence = ["I", "love", "programming"];

    public static readonly (string Name, Figure Figure)[] All =
    [
        ("attention-three-words", Figure.AttentionMap(
            "Who attends to whom in “I love programming”",
            "Every word attends most to itself; “love” spreads its attention almost evenly.",
            new float[,] { { 0.62f, 0.27f, 0.11f }, { 0.31f, 0.36f, 0.33f }, { 0.05f, 0.21f, 0.74f } },
            Sentence)),
        ("attention-repeated-tokens", Figure.AttentionMap(
            "The second “the” looks at “mat”",
            "Both “the” attend to the noun that follows them: the first to “cat”, the second to “mat”.",
            Softmax(new float[,]
            {
                { 0, 3, 1, 0, 0, 0.5f, 0 }, { 1, 2, 2, 0, 0, 0, 0 }, { 0, 2.5f, 1, 1, 0, 1, 0 }, { 0, 0, 2, 1, 0, 2, 0 }, { 0, 0.5f, 0, 1, 0, 3, 0 }, { 0, 0, 1, 1, 2, 1, 0 }, { 0, 0, 1, 0, 0, 0, 2 },
            }),
            ["the", "cat", "sat", "on", "the", "mat", "."])),
        ("attention-translation", Figure.AttentionMap(
            "Each Chinese word looks at its English one",
            "The brightest cells run along the diagonal, except that 猫 looks at “cat” and the article has no partner.",
            Softmax(new float[,] { { 1, 5, 0, 0, 0, 0 }, { 0, 1, 4, 1, 0, 0 }, { 0, 0, 1, 3, 2, 1 }, { 0, 0, 0, 1, 2, 5 } }),
            ["猫", "坐", "在", "垫子上"],
            ["<s>", "cat", "sat & purred", "on", "the", "mat"])),
        ("attention-causal-64", Figure.AttentionMap(
            "A causal map of 64 tokens", "Nothing above the diagonal: no token attends to its future.", Causal(64), [.. Enumerable.Range(0, 64).Select(i => "t" + i)])),
        ("heat-map-512-by-300", Figure.HeatMap("Positions against features", "Waves that grow longer from left to right.", Waves(512, 300), new Axis("feature"), new Axis("position"))),
        ("heat-map-not-finite", Figure.HeatMap(
            "Scores with a mask",
            "The upper right half is hidden; one score overflowed and one was never a number.",
            new float[,] { { 1.5f, float.NegativeInfinity, float.NegativeInfinity }, { -2.25f, 0.5f, float.NegativeInfinity }, { float.PositiveInfinity, float.NaN, -0.004f } },
            new Axis("key", Sentence), new Axis("query", Sentence), "score")),
        ("heat-map-one-row", Figure.HeatMap("Softmax of six scores", "The third score takes most of the weight.", new[,] { { 0.03f, 0.09f, 0.65f, 0.02f, 0.2f, 0.01f } }, new Axis("key"), new Axis("query", ["q"]), "weight")),
        ("lines-logarithmic", Figure.Lines(
            "What the scale does to attention",
            "Without a scale the entropy falls to zero as d grows; divided by √d it stays; divided by d it rises to its maximum.",
            new Axis("d, width of a query") { Logarithmic = true }, new Axis("entropy of the weights (nats)"),
            new Series("no scale", [16, 64, 256, 1024], [3.1, 1.4, 0.5, 0.2]), new Series("1/√d", [16, 64, 256, 1024], [4.8, 4.79, 4.81, 4.8]), new Series("1/d", [16, 64, 256, 1024], [5.1, 5.25, 5.29, 5.298]))),
        ("lines-gap", Figure.Lines(
            "e to the x until it overflows", "The curve rises ever faster and ends at 88.7, where float ends.",
            new Axis("x"), new Axis("e to the x") { Logarithmic = true },
            new Series("float", [.. Enumerable.Range(0, 201).Select(i => i / 2.0)], [.. Enumerable.Range(0, 201).Select(i => i is > 80 and < 100 ? double.NaN : (double)(float)Math.Exp(i / 2.0))]))),
        ("bars-grouped", Figure.Bars(
            "Five documents, five scalings", "The largest weight is far from one only where the scores are divided by √d or d.",
            new Axis("document", ["000", "001", "002", "003", "004"]), new Axis("largest weight"),
            new Series("d = 8", [0.51, 0.51, 0.83, 0.36, 0.51]), new Series("d = 64", [0.52, 0.52, 0.97, 0.34, 0.52]))),
        ("bars-negative", Figure.Bars("Gains and losses", "Two bars stand below zero.", new Axis("step"), new Axis("change"), new Series("loss", [0.4, -0.25, -0.1, 0.05]))),
        ("scatter", Figure.Scatter(
            "Embeddings of eight words in the plane", "Animals gather on the left, verbs on the right.",
            new Axis("first direction"), new Axis("second direction"),
            new Series("animals", [-1.2, -1.5, -0.9, -1.1], [0.4, 0.1, -0.2, 0.5]), new Series("verbs", [1.1, 0.8, 1.4, 1.6], [-0.3, 0.2, 0.1, 0.6]))),
        ("heat-map-long-titles", Figure.HeatMap(
            "A title that goes on for longer than the picture is wide and so is broken into lines",
            "Long names everywhere, and nothing is cut off.",
            new[,] { { 0.002f, 0.0171f }, { 0.03f, 0.004f } },
            new Axis("an axis whose title is much longer than two columns of cells are wide", ["antidisestablishmentarianism", "b"]),
            new Axis("an axis whose title is longer than two rows are high", ["a", "pneumonoultramicroscopicsilicovolcanoconiosis"]), "a measure with a long name")),
        ("lines-long-titles", Figure.Lines(
            "Long titles beside and below a chart", "Two points joined by a line.",
            new Axis("an axis whose title is so long that it needs more than one line below the plot"),
            new Axis("an axis whose title is longer than the plot beside it is high"),
            new Series("a series whose name is longer than the whole legend could ever be on one line", [1f, 2f]), new Series("short", [2f, 1.5f]))),
        ("lines-flat", Figure.Lines("A constant", "One level line.", new Axis("step"), new Axis("value"), new Series("constant", [2.5f, 2.5f, 2.5f]))),
    ];

    public static TheoryData<string> Names => [.. All.Select(one => one.Name)];

    public static Figure Find(string name) => All.Single(one => one.Name == name).Figure;

    private static float[,] Softmax(float[,] scores) => Naive.Rows(scores, Naive.Softmax);

    private static float[,] Causal(int n)
    {
        float[,] scores = Rows.Normal(7, n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
                scores[i, j] = float.NegativeInfinity;
        }

        return Softmax(scores);
    }

    private static float[,] Waves(int rows, int columns)
    {
        var waves = new float[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                waves[i, j] = (float)Math.Round(Math.Sin(i / (5 + (0.3 * j))), 3);
        }

        return waves;
    }
}
