using System.Globalization;

namespace Attention.Models;

/// <summary>An expression and what it comes to.</summary>
/// <param name="Expression">Digits, +, -, * and parentheses, as in <c>(3+4)*2</c>.</param>
/// <param name="Value">Its value.</param>
public sealed record ArithmeticExample(string Expression, int Value)
{
    /// <summary>The value as it is written.</summary>
    public string Answer => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Expressions to work out, as texts of single characters.</summary>
public sealed class ArithmeticTask : SyntheticTask<ArithmeticExample>
{
    /// <summary>Every character that an expression or an answer may hold.</summary>
    public const string Characters = "0123456789+-*()";

    private readonly int _fewest, _most, _largest;

    /// <summary>A task of this size.</summary>
    /// <param name="fewest">The fewest operations in an expression.</param>
    /// <param name="most">The most operations in an expression; at most 3, so that values stay below 2^31.</param>
    /// <param name="largest">The largest number in an expression, at most 99.</param>
    public ArithmeticTask(int fewest = 1, int most = 3, int largest = 9)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fewest, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, fewest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(largest, 99);
        (_fewest, _most, _largest) = (fewest, most, largest);
    }

    /// <inheritdoc/>
    protected override ArithmeticExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Expression(random, _fewest + random.NextInt(_most - _fewest + 1));
    }

    /// <inheritdoc/>
    protected override string Key(ArithmeticExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Expression;
    }

    private ArithmeticExample Expression(RandomSource random, int operations)
    {
        if (operations == 0)
        {
            int number = random.NextInt(_largest + 1);
            return new ArithmeticExample(number.ToString(CultureInfo.InvariantCulture), number);
        }

        int before = random.NextInt(operations);
        ArithmeticExample left = Expression(random, before), right = Expression(random, operations - 1 - before);
        char sign = "+-*"[random.NextInt(3)];
        int value = sign switch
        {
            '+' => left.Value + right.Value,
            '-' => left.Value - right.Value,
            _ => left.Value * right.Value,
        };
        return new ArithmeticExample($"{Enclosed(left)}{sign}{Enclosed(right)}", value);
    }

    // Whatever is more than a number gets parentheses, so that no rule of precedence is needed.
    private static string Enclosed(ArithmeticExample part) => part.Expression.Length > 2 ? $"({part.Expression})" : part.Expression;
}
