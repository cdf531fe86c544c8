namespace Attention.Models;

/// <summary>What a user has watched, and what comes next.</summary>
/// <param name="Items">The items, oldest first.</param>
/// <param name="Next">The item that the user watches next.</param>
/// <param name="Series">The two series that the user follows, in turn.</param>
public sealed record UserHistory(int[] Items, int Next, (int First, int Second) Series);

/// <summary>Histories for a recommender: every user follows two series in turn, an episode of one, an episode of the other, with hits of the day in between.</summary>
/// <remarks>
/// Episode e of series s is item s · <see cref="Episodes"/> + e, and the last episode is followed by the first; the hits have the ids after all series. What comes next is the
/// episode after the last but one of the items that are no hits, so a model must look past the last item, and past the hits.
/// </remarks>
public sealed class UserHistories : SyntheticTask<UserHistory>
{
    private readonly int _series, _hits, _length;
    private readonly double _hitChance;

    /// <summary>A task of this size.</summary>
    /// <param name="series">How many series there are, at least 2.</param>
    /// <param name="episodes">Episodes a series, at least 2.</param>
    /// <param name="hits">How many hits of the day there are.</param>
    /// <param name="length">Items a history, hits among them, at least 4.</param>
    /// <param name="hitChance">How likely an item is a hit.</param>
    public UserHistories(int series = 8, int episodes = 6, int hits = 5, int length = 12, double hitChance = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(series, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(hits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 4);
        if (hitChance is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(hitChance), hitChance, "a chance is from 0 to 1");
        }

        (_series, Episodes, _hits, _length, _hitChance) = (series, episodes, hits, length, hitChance);
    }

    /// <summary>Episodes a series.</summary>
    public int Episodes { get; }

    /// <summary>How many items there are: all episodes, then the hits.</summary>
    public int ItemCount => (_series * Episodes) + _hits;

    /// <summary>Whether an item is a hit of the day.</summary>
    public bool IsHit(int item) => item >= _series * Episodes;

    /// <inheritdoc/>
    protected override UserHistory Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int first = random.NextInt(_series), second = (first + 1 + random.NextInt(_series - 1)) % _series;
        int[] series = [first, second], episode = [random.NextInt(Episodes), random.NextInt(Episodes)], items = new int[_length];
        int turn = 0;
        for (int i = 0; i < items.Length; i++)
        {
            // The first four are never hits, so that both series can be told.
            items[i] = i >= 4 && random.NextDouble() < _hitChance ? (_series * Episodes) + random.NextInt(_hits) : Watch();
        }

        return new UserHistory(items, Watch(), (first, second));

        int Watch()
        {
            int item = (series[turn] * Episodes) + episode[turn];
            episode[turn] = (episode[turn] + 1) % Episodes;
            turn = 1 - turn;
            return item;
        }
    }

    /// <inheritdoc/>
    protected override string Key(UserHistory example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Join(' ', example.Items);
    }
}
