namespace Attention.Kernels.Tests;

/// <summary>
/// Records a computation in double precision, and differentiates it backwards by the chain rule. An oracle is then the formula alone: its gradient follows, and so does the
/// magnitude of both, the sum of the absolute terms, in whose ulps rounding is measured.
/// </summary>
internal sealed class Tape
{
    private readonly List<Sized> values = [];
    private readonly List<int> ends = [];
    private readonly List<(int Parent, Sized Slope)> edges = [];

    public Term Constant(double value) => Add(new(value, Math.Abs(value)));

    public Term[] Inputs(float[] inputs) => [.. inputs.Select(input => Constant(input))];

    public Term[] Inputs(double[] inputs) => [.. inputs.Select(Constant)];

    public Sized Of(Term term) => values[term.Index];

    public Term Add(Sized value, params ReadOnlySpan<(Term Parent, Sized Slope)> parents)
    {
        foreach ((Term parent, Sized slope) in parents)
        {
            edges.Add((parent.Index, slope));
        }

        values.Add(value);
        ends.Add(edges.Count);
        return new(this, values.Count - 1);
    }

    /// <summary>Σ a · b, as one step.</summary>
    public Term Dot(ReadOnlySpan<Term> a, ReadOnlySpan<Term> b)
    {
        Sized sum = new(0, 0);
        for (int i = 0; i < a.Length; i++)
        {
            (Sized x, Sized y) = (Of(a[i]), Of(b[i]));
            sum += x * y;
            edges.Add((a[i].Index, y));
            edges.Add((b[i].Index, x));
        }

        values.Add(sum);
        ends.Add(edges.Count);
        return new(this, values.Count - 1);
    }

    public static Expected Values(ReadOnlySpan<Term> terms)
    {
        Sized[] sized = [.. terms.ToArray().Select(term => term.Value)];
        return new(Array.ConvertAll(sized, each => each.Value), Array.ConvertAll(sized, each => each.Size));
    }

    /// <summary>dL/dinputs, where L = Σ result · slope, for each group of inputs.</summary>
    public Expected[] Gradients(ReadOnlySpan<Term> results, ReadOnlySpan<float> slopes, params ReadOnlySpan<Term[]> inputs)
    {
        Sized[] gradient = new Sized[values.Count];
        for (int i = 0; i < results.Length; i++)
        {
            gradient[results[i].Index] += new Sized(slopes[i], Math.Abs(slopes[i]));
        }

        for (int node = values.Count - 1; node >= 0; node--)
        {
            for (int edge = node == 0 ? 0 : ends[node - 1]; edge < ends[node] && gradient[node].Size != 0; edge++)
            {
                gradient[edges[edge].Parent] += gradient[node] * edges[edge].Slope;
            }
        }

        List<Expected> all = [];
        foreach (Term[] group in inputs)
        {
            all.Add(new([.. group.Select(term => gradient[term.Index].Value)], [.. group.Select(term => gradient[term.Index].Size)]));
        }

        return [.. all];
    }
}

/// <summary>A number, and how large the terms were that it was summed from.</summary>
internal readonly record struct Sized(double Value, double Size)
{
    public static Sized operator +(Sized a, Sized b) => new(a.Value + b.Value, a.Size + b.Size);

    public static Sized operator -(Sized a, Sized b) => new(a.Value - b.Value, a.Size + b.Size);

    public static Sized operator *(Sized a, Sized b) =>
        new(a.Value * b.Value, (a.Size * Math.Abs(b.Value)) + (b.Size * Math.Abs(a.Value)) - Math.Abs(a.Value * b.Value));

    public static Sized operator /(Sized a, Sized b) => a * new Sized(1 / b.Value, b.Size / (b.Value * b.Value));
}

/// <summary>One step on a tape.</summary>
internal readonly record struct Term(Tape Tape, int Index)
{
    private static readonly Sized One = new(1, 1), MinusOne = new(-1, 1);

    public Sized Value => Tape.Of(this);

    public static Term operator +(Term a, Term b) => a.Tape.Add(a.Value + b.Value, (a, One), (b, One));

    public static Term operator -(Term a, Term b) => a.Tape.Add(a.Value - b.Value, (a, One), (b, MinusOne));

    public static Term operator *(Term a, Term b) => a.Tape.Add(a.Value * b.Value, (a, b.Value), (b, a.Value));

    public static Term operator *(Term a, double b) => a * a.Tape.Constant(b);

    public static Term operator -(Term a, double b) => a - a.Tape.Constant(b);

    public static Term operator +(Term a, double b) => a + a.Tape.Constant(b);

    public static Term operator /(Term a, Term b)
    {
        Sized quotient = a.Value / b.Value;
        Sized slope = MinusOne * quotient / b.Value;
        return a.Tape.Add(quotient, (a, One / b.Value), (b, slope));
    }

    public Term Exp()
    {
        double power = Math.Exp(Value.Value);
        Sized result = new(power, power * (1 + Value.Size));
        return Tape.Add(result, (this, result));
    }

    public Term Tanh()
    {
        double t = Math.Tanh(Value.Value);
        Sized result = new(t, Math.Abs(t) + ((1 - (t * t)) * Value.Size));
        return Tape.Add(result, (this, new(1 - (t * t), 1 + (2 * Math.Abs(t) * result.Size))));
    }

    public Term Sqrt()
    {
        double root = Math.Sqrt(Value.Value);
        Sized result = new(root, (root / 2) + (Value.Size / (2 * root)));
        return Tape.Add(result, (this, new Sized(0.5, 0.5) / result));
    }

    public Term Log()
    {
        double log = Math.Log(Value.Value);
        return Tape.Add(new(log, Math.Abs(log) + (Value.Size / Math.Abs(Value.Value))), (this, One / Value));
    }
}
