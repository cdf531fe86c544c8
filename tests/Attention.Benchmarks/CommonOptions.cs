using System.CommandLine;
using System.Globalization;

namespace Attention.Benchmarks;

/// <summary>The options that the verbs share.</summary>
internal sealed class CommonOptions
{
    /// <summary>Known to every verb without being added to it.</summary>
    internal static Option<double> Seconds { get; } = new("--seconds")
    {
        Description = "About how long to time; the median needs at least 3 runs.",
        DefaultValueFactory = _ => 1,
        Recursive = true,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
            {
                return seconds;
            }

            result.AddError($"--seconds: expected a number such as 0.5, got '{text}'.");
            return 1;
        },
    };

    internal Option<int> Runs { get; } = Integer("--runs", 0, 0, "How many timed runs; 0: as many as fit in the seconds.");

    internal Option<int> Offset { get; } = Integer("--offset", 0, 0, "Start every buffer so many floats past an aligned address.");

    internal Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object on one line." };

    /// <summary>For verbs whose work can be shared.</summary>
    internal static Option<int> Threads() => Integer("--threads", 1, 1, "How many threads work, the caller's included.");

    /// <summary>For verbs whose work could need memory of its own.</summary>
    internal static Option<bool> Memory() => new("--memory") { Description = "Also report the memory used beyond inputs and outputs." };

    internal void AddTo(Command command)
    {
        command.Add(Runs);
        command.Add(Offset);
        command.Add(Json);
    }

    /// <summary>An option that is a whole number of at least so much.</summary>
    internal static Option<int> Integer(string name, int fallback, int minimum, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum)
            {
                return value;
            }

            result.AddError($"{name}: expected a whole number of at least {minimum}, got '{text}'.");
            return fallback;
        },
    };

    /// <summary>An option made of sizes with an x between them.</summary>
    internal static Option<int[]> Sizes(string name, string letters, int[] fallback, string description) => new(name)
    {
        Description = $"{description} {string.Join('x', fallback)} when not given.",
        HelpName = letters,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split('x');
            int[] sizes = [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
            if (sizes.Length == fallback.Length && !sizes.Contains(0))
            {
                return sizes;
            }

            result.AddError($"{name}: expected {letters}, such as {string.Join('x', fallback)}, got '{text}'.");
            return fallback;
        },
    };
}
