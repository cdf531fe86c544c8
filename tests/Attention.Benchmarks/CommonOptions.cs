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

    private const int MostThreads = 256;
    private const int MostRuns = 1_000_000;
    private const int MostOffset = 1 << 20;

    private readonly Option<int> _threads = Threads();
    private readonly Option<int> _runs = Runs();
    private readonly Option<int> _offset = Integer("--offset", 0, 0, "Start every buffer so many floats past an aligned address.", MostOffset);
    private readonly Option<bool> _memory = new("--memory") { Description = "Also report the memory used beyond inputs and outputs." };
    private readonly Option<bool> _json = Json();

    internal static Option<int> Threads() => Integer("--threads", 1, 1, "How many threads work, the caller's included.", MostThreads);

    internal static Option<int> Runs() => Integer("--runs", 0, 0, "How many timed runs; 0: as many as fit in the seconds.", MostRuns);

    internal static Option<bool> Json() => new("--json") { Description = "Print one JSON object on one line." };

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_threads, _runs, _offset, _memory, _json])
        {
            command.Add(option);
        }
    }

    /// <summary>What the command line asks for.</summary>
    internal RunSettings Of(ParseResult parsed) =>
        new(parsed.GetValue(_threads), parsed.GetValue(_runs), parsed.GetValue(_offset), parsed.GetValue(_memory), parsed.GetValue(_json));

    /// <summary>Options that other verbs take and that would say nothing here.</summary>
    internal static void Refuse(Command command, string reason, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            var option = new Option<string?>(name) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
            option.Validators.Add(result => result.AddError($"{name}: {reason}"));
            command.Add(option);
        }
    }

    /// <summary>An option that is a whole number of at least so much, and at most.</summary>
    internal static Option<int> Integer(string name, int fallback, int minimum, string description, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum)
            {
                return value;
            }

            string range = maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
            result.AddError($"{name}: expected a whole number {range}, got '{text}'.");
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
