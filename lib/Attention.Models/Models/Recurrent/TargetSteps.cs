namespace Attention.Models;

/// <summary>Targets as teacher forcing reads them (Williams and Zipser 1989): at every step the word before, as it should have been, and the word that should follow. Step by step, [T, B].</summary>
internal sealed class TargetSteps
{
    /// <summary>What is expected where a target has ended.</summary>
    internal const int Ended = -1;

    private TargetSteps(int length, int batch, int[] given, int[] expected) => (Length, Batch, Given, Expected) = (length, batch, given, expected);

    /// <summary>T: the longest target and its end.</summary>
    internal int Length { get; }

    /// <summary>B: targets.</summary>
    internal int Batch { get; }

    /// <summary>[T, B]; the word before, first the start.</summary>
    internal int[] Given { get; }

    /// <summary>[T, B]; the word that should follow, last the end; then <see cref="Ended"/>.</summary>
    internal int[] Expected { get; }

    /// <summary>How many words are expected, ends included.</summary>
    internal int Count => Expected.Count(token => token != Ended);

    internal static TargetSteps Of(IReadOnlyList<int[]> targets, int start, int end)
    {
        int batch = targets.Count, length = targets.Max(target => target.Length) + 1;
        int[] given = new int[length * batch], expected = new int[length * batch];
        Array.Fill(given, end);
        Array.Fill(expected, Ended);
        for (int row = 0; row < batch; row++)
        {
            int[] target = targets[row];
            for (int step = 0; step <= target.Length; step++)
            {
                given[(step * batch) + row] = step == 0 ? start : target[step - 1];
                expected[(step * batch) + row] = step == target.Length ? end : target[step];
            }
        }

        return new(length, batch, given, expected);
    }
}
