namespace Attention.Models;

/// <summary>Keys with their values, and a key whose value is asked for.</summary>
/// <param name="Source">key, value, key, value ... and the key that asks.</param>
/// <param name="Answer">The value of the key that asks.</param>
/// <param name="AnswerAt">Where in the source that value stands: where attention should point.</param>
public sealed record RecallExample(int[] Source, int Answer, int AnswerAt);

/// <summary>Associative recall: look up the value that came with a key.</summary>
/// <remarks>After Ba et al. 2016, Using fast weights to attend to the recent past. Keys have the ids from 0, values those that follow.</remarks>
public sealed class RecallTask : SyntheticTask<RecallExample>
{
    private readonly int _keys, _values, _pairs;

    /// <summary>A task of this size.</summary>
    /// <param name="keys">How many different keys there are.</param>
    /// <param name="values">How many different values there are.</param>
    /// <param name="pairs">Pairs an example; no key comes twice in one.</param>
    public RecallTask(int keys = 26, int values = 10, int pairs = 6)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(values, 1);
        (_keys, _values, _pairs) = (keys, values, pairs);
    }

    /// <summary>How many ids there are: keys and values.</summary>
    public int VocabularySize => _keys + _values;

    /// <summary>How many symbols an example's source has.</summary>
    public int SourceLength => (2 * _pairs) + 1;

    /// <inheritdoc/>
    protected override RecallExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] keys = [.. Enumerable.Range(0, _keys)];
        random.Shuffle<int>(keys);
        int[] source = new int[SourceLength];
        for (int pair = 0; pair < _pairs; pair++)
        {
            source[2 * pair] = keys[pair];
            source[(2 * pair) + 1] = _keys + random.NextInt(_values);
        }

        int asked = random.NextInt(_pairs);
        source[^1] = keys[asked];
        return new RecallExample(source, source[(2 * asked) + 1], (2 * asked) + 1);
    }

    /// <inheritdoc/>
    protected override string Key(RecallExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Join(' ', example.Source);
    }
}
