namespace Attention.Models.Tests.Models;

/// <summary>What the models that read graphs, histories, passages, memories and images with texts learn: each from one fixed seed, against a stated baseline, with a wide margin.</summary>
[Collection(Learning.Name)]
public sealed class AppliedLearningTests
{
    [Fact]
    public void GraphAttention_TellsCommunities_OfGraphsItHasNotSeen()
    {
        CommunityGraphs task = new(size: 16, outside: 0.02);
        CommunityExample[] training = task.Take(Split.Training, 40, seed: 1), test = task.Take(Split.Test, 10, seed: 2);
        GraphAttentionNetwork network = new(new(3, 3), new(3));
        Train(network, 150, 1e-2, training.Length, 2, batch => network.Loss(Features(batch, training), Union(batch, training), Communities(batch, training)));

        int[] all = [.. Enumerable.Range(0, test.Length)], communities = Communities(all, test);
        double right = Share(network.Predict(Features(all, test), Union(all, test)), communities);
        double byName = Share(Features(all, test).ArgMax(), communities); // the community that a node names

        Assert.InRange(byName, 0.6, 0.75);
        Assert.True(right > 0.9, $"{right:P1} of the nodes; by what they name {byName:P1}");

        static EdgeGraph Union(int[] batch, CommunityExample[] examples) => EdgeGraph.Union([.. batch.Select(i => examples[i].Graph)]);
        static Tensor Features(int[] batch, CommunityExample[] examples) => Tensor.Concat(0, [.. batch.Select(i => Tensor.Of(examples[i].Features))]);
        static int[] Communities(int[] batch, CommunityExample[] examples) => [.. batch.SelectMany(i => examples[i].Communities)];
    }

    [Fact]
    public void SequentialRecommender_LooksPastTheLastItem()
    {
        UserHistories task = new();
        UserHistory[] training = task.Take(Split.Training, 4000, seed: 1), test = task.Take(Split.Test, 200, seed: 2);
        int[][] histories = [.. training.Select(user => (int[])[.. user.Items, user.Next])];
        SequentialRecommender model = new(new(task.ItemCount) { Context = 12 }, new(3));
        Train(model, 800, 1e-2, histories.Length, 64, batch => model.Loss([.. batch.Select(i => histories[i])], new RandomSource((ulong)batch[0])));

        // What most often follows the last item: a chain of the first order.
        int[,] follows = new int[task.ItemCount, task.ItemCount];
        foreach (int[] history in histories)
        {
            for (int i = 1; i < history.Length; i++)
            {
                follows[history[i - 1], history[i]]++;
            }
        }

        (double hits, double gain) = Measured(user => model.Recommend(user.Items, task.ItemCount));
        (double chainHits, double chainGain) = Measured(user => [.. Enumerable.Range(0, task.ItemCount).OrderByDescending(item => follows[user.Items[^1], item])]);

        Assert.True(hits > 0.6 && hits > 4 * chainHits, $"hit rate at 5: {hits:F3}, by chain {chainHits:F3}");
        Assert.True(gain > 0.35 && gain > 4 * chainGain, $"NDCG at 5: {gain:F3}, by chain {chainGain:F3}");

        (double Hits, double Gain) Measured(Func<UserHistory, int[]> recommend)
        {
            int[][] ranked = [.. test.Select(recommend)];
            return (ranked.Zip(test, (items, user) => Ranking.Hit(items, new HashSet<int> { user.Next }, 5)).Average(),
                ranked.Zip(test, (items, user) => Ranking.Ndcg([.. items.Select(item => item == user.Next ? 1.0 : 0)], 5)).Average());
        }
    }

    [Fact]
    public void SpanReader_PointsAtAnswers_AndKnowsWhenThereIsNone()
    {
        const int Sentences = 3;
        RandomSource random = new(1);
        (SquadQuestion Question, string First)[] all = [.. Enumerable.Range(0, 2400).Select(_ => Asked(random))];
        Vocabulary vocabulary = Vocabulary.OfFrequent(all.SelectMany(one => WordTokenizer.Split(one.Question.Context + " " + one.Question.Question)));
        SpanQuestion[] questions = [.. all.Select(one => SpanQuestion.Of(one.Question, WordTokenizer.Tokens, vocabulary))];
        SpanReader reader = new(new(vocabulary.Count) { Context = 24, LongestAnswer = 4 }, new(3));
        Train(reader, 1200, 3e-3, 2200, 32, batch => reader.Loss([.. batch.Select(i => questions[i])]));

        (SquadQuestion Question, string First)[] test = all[2200..];
        string[] answers = [.. reader.Answer(questions[2200..]).Zip(test, (span, one) => Text(one.Question, span))];
        double exact = Mean(answers, Squad.ExactMatch), f1 = Mean(answers, Squad.F1), guessed = Mean([.. test.Select(one => one.First)], Squad.ExactMatch);

        Assert.InRange(guessed, 0.2, 0.4); // a right kind of answer, from the first sentence
        Assert.True(exact > 0.8 && f1 >= exact, $"exact {exact:F3}, F1 {f1:F3}; by the first sentence {guessed:F3}");

        double Mean(string[] given, Func<string, IReadOnlyList<string>, double> measure) => given.Zip(test, (answer, one) => measure(answer, [.. one.Question.Answers.Select(right => right.Text)])).Average();

        static string Text(SquadQuestion question, TokenSpan? span)
        {
            Token[] tokens = [.. WordTokenizer.Tokens(question.Context)];
            return span is { } found ? question.Context[tokens[found.First].Start..tokens[found.Last].End] : "";
        }

        static (SquadQuestion Question, string First) Asked(RandomSource random)
        {
            string[] who = ["cat", "dog", "cow", "pig", "hen", "fox"], where = ["on the mat", "in the barn", "by the lake", "near the hill", "under the tree", "at the gate"];
            random.Shuffle<string>(who);
            random.Shuffle<string>(where);
            string context = string.Join(' ', Enumerable.Range(0, Sentences).Select(i => $"The {who[i]} slept {where[i]}."));
            // One more than there are: what is asked of the last one, the passage does not say.
            int asked = random.NextInt(Sentences + 1);
            bool isPlace = random.NextInt(2) == 0;
            string question = isPlace ? $"Where did the {who[asked]} sleep?" : $"Who slept {where[asked]}?", answer = isPlace ? where[asked] : who[asked];
            return (new("", "", context, question, asked < Sentences ? [new(answer, context.IndexOf(answer, StringComparison.Ordinal))] : [], asked == Sentences, []), isPlace ? where[0] : who[0]);
        }
    }

    [Fact]
    public void KeyValueMemory_InTwoHops_FollowsTwoFacts()
    {
        // Words: 0 to 5 people, 6 to 11 towns, 12 to 17 countries. Who lives in which town, which town lies in which country: another world for every question.
        RandomSource random = new(1);
        MemoryQuestion[] questions = [.. Enumerable.Range(0, 2200).Select(_ => Asked(random))];
        double two = Right(hops: 2), one = Right(hops: 1);

        Assert.True(one < 0.5, $"one hop: {one:P1}"); // it cannot do better than to guess one of four countries
        Assert.True(two > 0.9, $"two hops: {two:P1}, one: {one:P1}");

        double Right(int hops)
        {
            KeyValueMemoryNetwork network = new(new(18) { Hops = hops }, new(3));
            Train(network, 500, 1e-2, 2000, 32, batch => network.Loss([.. batch.Select(i => questions[i])]));
            return Share(network.Answer(questions[2000..]), [.. questions[2000..].Select(question => question.Answer)]);
        }

        static MemoryQuestion Asked(RandomSource random)
        {
            int[] people = [0, 1, 2, 3, 4, 5], towns = [6, 7, 8, 9, 10, 11], countries = [12, 13, 14, 15, 16, 17];
            random.Shuffle<int>(people);
            random.Shuffle<int>(towns);
            random.Shuffle<int>(countries);
            MemoryFact[] facts = [.. Enumerable.Range(0, 4).SelectMany(i => new MemoryFact[] { new([people[i]], towns[i]), new([towns[i]], countries[i]) })];
            random.Shuffle<MemoryFact>(facts);
            return new([people[0]], facts, countries[0]);
        }
    }

    [Fact]
    public void Retrieval_KnowsWhatTheModelHasNotLearned()
    {
        // In the model's world a token is followed by the next but one, in the other world by another, and that is only read.
        int[] rule = [2, 3, 4, 5, 6, 7, 0, 1], other = [5, 0, 7, 1, 3, 6, 2, 4];
        RandomSource random = new(1);
        Gpt gpt = new(new(8) { Context = 12, Width = 32, Layers = 1 }, new(3));
        int[] lessons = Texts(rule, 32);
        Train(gpt, 100, 1e-2, 32, 8, batch => gpt.Loss(batch.SelectMany(i => lessons[(12 * i)..(12 * (i + 1))]).ToArray(), batch.Length));
        int[] known = Texts(rule, 16), read = Texts(other, 16), asked = Texts(other, 16);
        RetrievalGpt model = new(gpt, new() { Share = 0.5f, Neighbours = 4 });

        double knownBefore = model.Surprise(known, 16), before = model.Surprise(asked, 16);
        model.Read(read, 16);
        model.Read(Texts(rule, 16), 16);
        double knownAfter = model.Surprise(known, 16), after = model.Surprise(asked, 16);

        Assert.True(knownBefore < 0.4 && before > 3, $"before: {knownBefore:F3} and {before:F3} nats");
        Assert.True(after < before / 2, $"the other world: {before:F3} nats, after reading {after:F3}");
        Assert.True(knownAfter < knownBefore + Math.Log(2), $"the model's world: {knownBefore:F3} nats, after reading {knownAfter:F3}");

        // Each text begins anywhere; every token but the first follows from the one before.
        int[] Texts(int[] next, int count)
        {
            int[] texts = new int[12 * count];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = i % 12 == 0 ? random.NextInt(8) : next[texts[i - 1]];
            }

            return texts;
        }
    }

    [Fact]
    public void TextImage_FindsImagesOfTexts_AndTextsOfImages_AndPointsAtColours()
    {
        ShapesTask task = new(side: 16, most: 2);
        ShapesExample[] training = task.Take(Split.Training, 800, seed: 1), test = [.. task.Take(Split.Test, 200, seed: 2).DistinctBy(example => example.Caption).Take(24)];
        Vocabulary vocabulary = Vocabulary.OfFrequent(training.SelectMany(example => example.Caption.Split(' ')));
        TextImageModel model = new(new(vocabulary.Count, ImageSide: 16, PatchSide: 4), new(3));
        Train(model, 400, 3e-3, training.Length, 16, batch =>
        {
            ShapesExample[] different = [.. batch.Select(i => training[i]).DistinctBy(example => example.Caption)];
            return model.Loss(Captions(different), Images(different));
        });

        using AttentionRecorder recorder = AttentionRecorder.Start();
        Tensor fit = model.Fit(Captions(test), Images(test)), weights = recorder["words"];
        int[] own = [.. Enumerable.Range(0, test.Length)];
        double texts = Share(fit.ArgMax(1), own), images = Share(fit.ArgMax(0), own), inside = 0, area = 0;
        foreach ((ShapesExample example, int i) in test.Select((example, i) => (example, i)))
        {
            // The first colour's word, second of the caption, over the patches that its shape touches.
            Box box = example.Shapes[0].Box;
            for (int patch = 0; patch < 16; patch++)
            {
                (int top, int left) = (patch / 4 * 4, patch % 4 * 4);
                bool touches = box.Left < left + 4 && box.Right > left && box.Top < top + 4 && box.Bottom > top;
                inside += touches ? weights[i, i, 1, patch] / test.Length : 0;
                area += touches ? 1.0 / 16 / test.Length : 0;
            }
        }

        Assert.Equal(24, test.Length);
        Assert.True(texts > 0.5 && images > 0.5, $"of images the text {texts:P1}, of texts the image {images:P1}; by chance {1.0 / 24:P1}");
        Assert.True(inside > 2 * area, $"the colour's word looks at its shape with {inside:F3}; at random {area:F3}");

        int[][] Captions(ShapesExample[] examples) => [.. examples.Select(example => vocabulary.Ids(example.Caption.Split(' ')))];
        static Tensor Images(ShapesExample[] examples) =>
            Tensor.Of([.. examples.SelectMany(example => example.Image.ToPlanes((0.5f, 0.5f, 0.5f), (0.5f, 0.5f, 0.5f)))], examples.Length, 3, 16, 16);
    }

    private static void Train(Module model, int steps, double rate, int examples, int batchSize, Func<int[], Tensor> loss)
    {
        Epochs epochs = new(examples, batchSize, seed: 5);
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(rate, steps, warmUp: steps / 20)) { ClipNorm = 1 };
        new Trainer(model, optimizer, new() { Steps = steps }).Run(step => loss(epochs.At(step).ToArray()));
    }

    private static double Share(int[] given, int[] right) => given.Zip(right, (one, other) => one == other ? 1.0 : 0).Average();
}
