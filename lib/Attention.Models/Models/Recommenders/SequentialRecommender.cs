using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Recommends what a user may want next, from what the user took before and in what order: self-attention over a history.</summary>
/// <remarks>
/// SASRec, Kang and McAuley 2018. Items and positions are embedded (eq. 1), causal pre-norm layers follow (eq. 2 to 5 and § III-B), and an item's score is the product of a history's last row
/// and the item's embedding (eq. 6, with the shared table). The loss is binary: at every position the item that came next against one that the user never took (eq. 7).
/// </remarks>
/// <example>
/// <code>
/// UserHistories task = new(series: 2, episodes: 4, hits: 1, length: 6);
/// UserHistory[] users = task.Take(Split.Training, 200, seed: 1);
/// SequentialRecommender model = new(new SequentialRecommenderOptions(task.ItemCount) { Context = 8, Width = 16 }, new RandomSource(1));
/// Epochs epochs = new(users.Length, batchSize: 32, seed: 1);
/// Trainer trainer = new(model, new AdamOptimizer(model.NamedParameters, 1e-2), new() { Steps = 50 });
/// trainer.Run(step =&gt; model.Loss([.. epochs.At(step).ToArray().Select(i =&gt; (int[])[.. users[i].Items, users[i].Next])], new RandomSource((ulong)step)));
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// Console.WriteLine(model.Recommend(users[0].Items, count: 3).Length); // prints 3
/// Console.WriteLine(recorder["layers.0.attention"].Shape); // prints [1, 1, 6, 6]
/// </code>
/// </example>
public sealed class SequentialRecommender : Module
{
    private readonly TokenEmbedding _items;
    private readonly PositionEmbedding _positions;
    private readonly DropoutLayer _dropout;
    private readonly IReadOnlyList<EncoderLayer> _layers;
    private readonly LayerNormalization _finalNorm;

    /// <summary>A model of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SequentialRecommender(SequentialRecommenderOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        Initializer initializer = Initializers.Normal(1 / MathF.Sqrt(options.Width));
        _items = Add("itemEmbedding", new TokenEmbedding(options.Items, options.Width, random, initializer));
        _positions = Add("positionEmbedding", new PositionEmbedding(options.Context, options.Width, random, initializer));
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
        _layers = Add("layers", options.Layers, _ => new EncoderLayer(options.Layer, random));
        _finalNorm = Add("finalNorm", new LayerNormalization(options.Width));
    }

    /// <summary>The sizes.</summary>
    public SequentialRecommenderOptions Options { get; }

    /// <summary>What a user wants after each item, as a row that is near the embeddings of such items.</summary>
    /// <param name="histories">Each at least one item, oldest first; of long ones the latest items count.</param>
    /// <returns>[users, length, Width], where length is the longest history's; shorter histories stand at the end of their rows.</returns>
    /// <exception cref="ArgumentException">There is no history or an empty one, or an item is not one of the items.</exception>
    public Tensor Forward(IReadOnlyList<int[]> histories)
    {
        ArgumentNullException.ThrowIfNull(histories);
        if (histories.Count == 0)
        {
            throw new ArgumentException("recommender: expected at least 1 history, got none", nameof(histories));
        }

        int[][] latest = [.. histories.Select((history, user) => Latest(history, user, Options.Context))];
        int length = latest.Max(history => history.Length);
        int[] items = new int[latest.Length * length], starts = [.. latest.Select(history => length - history.Length)];
        for (int user = 0; user < latest.Length; user++)
        {
            // Before the start any item may stand: it is seen by none that counts.
            latest[user].CopyTo(items, (user * length) + starts[user]);
        }

        // The latest item always has the last position, as it has in a full context.
        Tensor x = _dropout.Forward(_positions.Forward(_items.Forward(items, latest.Length, length), Options.Context - length));
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, Mask.Causal & Mask.KeyStarts(starts));
        }

        return _finalNorm.Forward(x);
    }

    /// <summary>The training step's loss: at every item, the one that came next against another that is drawn from those that are not in the history.</summary>
    /// <param name="histories">Each at least two items, oldest first, and not all of the items.</param>
    /// <param name="random">For the other items.</param>
    /// <returns>[]; the mean over all items that came next.</returns>
    /// <exception cref="ArgumentException">A history is too short or has every item, or an item is not one of the items.</exception>
    public Tensor Loss(IReadOnlyList<int[]> histories, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(histories);
        ArgumentNullException.ThrowIfNull(random);
        return Loss(histories, [.. histories.Select((history, user) => Others(history, user, random))]);
    }

    /// <summary>The training step's loss, where the other items are given.</summary>
    /// <param name="histories">Each at least two items, oldest first.</param>
    /// <param name="others">For each item of a history after the first, one that is not what the user wanted.</param>
    /// <returns>[]; the mean over all items that came next.</returns>
    /// <exception cref="ArgumentException">A history is too short, the others are not as many, or an item is not one of the items.</exception>
    public Tensor Loss(IReadOnlyList<int[]> histories, IReadOnlyList<int[]> others)
    {
        ArgumentNullException.ThrowIfNull(histories);
        ArgumentNullException.ThrowIfNull(others);
        for (int user = 0; user < histories.Count; user++)
        {
            int given = user < others.Count ? others[user].Length : 0;
            if (histories[user].Length < 2 || given != histories[user].Length - 1)
            {
                throw new ArgumentException(
                    Invariant($"recommender: expected histories of n items, 2 at least, and n − 1 others; history {user} has {histories[user].Length} items and {given} others"), nameof(others));
            }
        }

        Tensor x = Forward([.. histories.Select((history, user) => Latest(history, user, Options.Context + 1)[..^1])]);
        (int users, int length, int width) = x.Shape;
        List<int> rows = [], wanted = [], unwanted = [];
        for (int user = 0; user < users; user++)
        {
            int count = Math.Min(histories[user].Length - 1, length);
            rows.AddRange(Enumerable.Range((user * length) + length - count, count));
            wanted.AddRange(histories[user][^count..]);
            unwanted.AddRange(others[user][^count..]);
        }

        x = x.Reshape(users * length, width).Select(rows.ToArray());
        Tensor right = (x * _items.Forward(wanted.ToArray())).Sum(-1), wrong = (x * _items.Forward(unwanted.ToArray())).Sum(-1);
        return ((-right).Softplus() + wrong.Softplus()).Mean();
    }

    /// <summary>How well each item would come next.</summary>
    /// <param name="histories">Each at least one item, oldest first.</param>
    /// <returns>[users, Items]; larger is better.</returns>
    /// <exception cref="ArgumentException">A history is empty, or an item is not one of the items.</exception>
    public Tensor Scores(IReadOnlyList<int[]> histories)
    {
        using Prediction prediction = Predict();
        Tensor x = Forward(histories);
        return _items.Logits(x.At(1, x.Shape[1] - 1));
    }

    /// <summary>What the user may want next, best first.</summary>
    /// <param name="history">At least one item, oldest first.</param>
    /// <param name="count">How many items at most.</param>
    /// <param name="allowSeen">Whether items of the history may come again.</param>
    /// <returns>Items; fewer than asked for, if there are no more.</returns>
    /// <exception cref="ArgumentException">The history is empty, the count negative, an item is not one of the items, or a score is NaN.</exception>
    public int[] Recommend(int[] history, int count, bool allowSeen = true)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        float[] scores = Scores([history]).WithoutNan("recommender").ToArray();
        return [.. Enumerable.Range(0, Options.Items).Where(item => allowSeen || !history.Contains(item)).OrderByDescending(item => scores[item]).Take(count)];
    }

    private int[] Latest(int[] history, int user, int most)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Length == 0 || history.Any(item => (uint)item >= (uint)Options.Items))
        {
            throw new ArgumentException(Invariant($"recommender: expected histories of items from 0 to {Options.Items - 1}, 1 at least; history {user} is [{string.Join(", ", history)}]"));
        }

        return history[^Math.Min(history.Length, most)..];
    }

    private int[] Others(int[] history, int user, RandomSource random)
    {
        HashSet<int> taken = [.. history];
        if (taken.Count >= Options.Items)
        {
            throw new ArgumentException(Invariant($"recommender: history {user} has all {Options.Items} items, so that none is left which the user did not want"), nameof(history));
        }

        int[] others = new int[Math.Max(history.Length - 1, 0)];
        for (int i = 0; i < others.Length; i++)
        {
            do
            {
                others[i] = random.NextInt(Options.Items);
            }
            while (taken.Contains(others[i]));
        }

        return others;
    }
}
