using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>The buckets of T5's relative bias. Where a bucket begins is found once, so that a kernel asks no logarithm.</summary>
internal readonly struct RelativeBuckets
{
    private readonly bool _isBidirectional;
    private readonly int _perSide;
    private readonly int _exact;

    /// <summary>The smallest distance of each bucket that holds several.</summary>
    private readonly int[] _begins;

    internal RelativeBuckets(int buckets, bool isBidirectional, int maxDistance)
    {
        Check(buckets, isBidirectional, maxDistance);
        (Count, _isBidirectional) = (buckets, isBidirectional);
        _perSide = isBidirectional ? buckets / 2 : buckets;
        _exact = _perSide / 2;
        _begins = new int[_perSide - _exact];
        for (int i = 0; i < _begins.Length; i++)
        {
            (int low, int high) = (_exact, maxDistance);
            while (low < high)
            {
                int middle = low + ((high - low) / 2);
                (low, high) = Wide(middle, _perSide, maxDistance) >= _exact + i ? (low, middle) : (middle + 1, high);
            }

            _begins[i] = low;
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count { get; }

    /// <summary>The bucket of a key's position minus a query's.</summary>
    internal int Of(int relativePosition)
    {
        bool isAfter = relativePosition > 0;
        int distance = isAfter && !_isBidirectional ? 0 : Math.Abs(relativePosition);
        int side = isAfter && _isBidirectional ? _perSide : 0;
        if (distance < _exact)
        {
            return side + distance;
        }

        int last = _begins.Length - 1;
        while (last > 0 && _begins[last] > distance)
        {
            last--;
        }

        return side + _exact + last;
    }

    internal static int Of(int relativePosition, int buckets, bool isBidirectional, int maxDistance)
    {
        Check(buckets, isBidirectional, maxDistance);
        int perSide = isBidirectional ? buckets / 2 : buckets;
        int side = relativePosition > 0 && isBidirectional ? perSide : 0;
        int distance = relativePosition > 0 && !isBidirectional ? 0 : relativePosition == int.MinValue ? int.MaxValue : Math.Abs(relativePosition);
        return side + (distance < perSide / 2 ? distance : Wide(distance, perSide, maxDistance));
    }

    /// <summary>exact + ln(distance / exact) / ln(maxDistance / exact) · (perSide − exact), at most perSide − 1.</summary>
    private static int Wide(int distance, int perSide, int maxDistance)
    {
        int exact = perSide / 2;
        double share = Math.Log((double)distance / exact) / Math.Log((double)maxDistance / exact);
        return (int)Math.Min(perSide - 1, exact + (share * (perSide - exact)));
    }

    private static void Check(int buckets, bool isBidirectional, int maxDistance)
    {
        if (isBidirectional ? buckets < 4 || buckets % 2 != 0 : buckets < 2)
        {
            throw new ArgumentException(Invariant($"buckets: expected {(isBidirectional ? "an even number of at least 4" : "at least 2")}, got {buckets}"));
        }

        int exact = (isBidirectional ? buckets / 2 : buckets) / 2;
        if (maxDistance <= exact)
        {
            throw new ArgumentException(Invariant($"maxDistance: expected more than the {exact} distances that have a bucket each, got {maxDistance}"));
        }
    }
}
