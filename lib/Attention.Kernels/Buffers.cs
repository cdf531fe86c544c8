namespace Attention.Kernels;

/// <summary>Some of a call's buffers with their names, for <see cref="Guard.Apart(Buffers, Buffers)"/>.</summary>
/// <remarks>No array can hold spans, and an address may not be kept of memory that can move; so there is a fixed number of places.</remarks>
internal ref struct Buffers
{
    private const int Places = 16;

    private Named _0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15;

    internal int Count { get; private set; }

    internal readonly Named this[int index] => index switch
    {
        0 => _0,
        1 => _1,
        2 => _2,
        3 => _3,
        4 => _4,
        5 => _5,
        6 => _6,
        7 => _7,
        8 => _8,
        9 => _9,
        10 => _10,
        11 => _11,
        12 => _12,
        13 => _13,
        14 => _14,
        _ => _15,
    };

    /// <summary>An empty one shares memory with nothing, and takes no place.</summary>
    internal void Add(string name, ReadOnlySpan<float> buffer)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        Named named = new(name, buffer);
        switch (Count++)
        {
            case 0:
                _0 = named;
                break;
            case 1:
                _1 = named;
                break;
            case 2:
                _2 = named;
                break;
            case 3:
                _3 = named;
                break;
            case 4:
                _4 = named;
                break;
            case 5:
                _5 = named;
                break;
            case 6:
                _6 = named;
                break;
            case 7:
                _7 = named;
                break;
            case 8:
                _8 = named;
                break;
            case 9:
                _9 = named;
                break;
            case 10:
                _10 = named;
                break;
            case 11:
                _11 = named;
                break;
            case 12:
                _12 = named;
                break;
            case 13:
                _13 = named;
                break;
            case 14:
                _14 = named;
                break;
            case 15:
                _15 = named;
                break;
            default:
                throw new InvalidOperationException($"{name}: there are places for {Places} buffers");
        }
    }

    internal readonly ref struct Named(string name, ReadOnlySpan<float> buffer)
    {
        internal string Name { get; } = name;

        internal ReadOnlySpan<float> Buffer { get; } = buffer;
    }
}
