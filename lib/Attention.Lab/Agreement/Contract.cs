namespace Attention.Lab;

/// <summary>One entry of the catalogue of agreements: what a function of this name takes, gives, and means.</summary>
public sealed class Contract
{
    internal Contract(
        string name,
        string description,
        Parameter[] parameters,
        Parameter result,
        Func<Dice, int, Case> draw,
        Func<Case, Exact> answer,
        IReadOnlyList<(string Member, Func<Case, float[]> Run)> doors,
        string[]? masks = null,
        Func<Case, bool>? isValid = null)
    {
        (Name, Description, Parameters, Result, Draw, Answer, Doors) = (name, description, parameters, result, draw, answer, doors);
        IsValid = isValid ?? (_ => true);
        Covers = [.. doors.Select(door => door.Member), .. masks ?? []];
        Signature = $"({string.Join(", ", parameters.Select(parameter => $"{parameter.Type} {parameter.Name}"))}) → {result.Type} {result.Name}";
    }

    /// <summary>What a cell calls it: "softmax".</summary>
    public string Name { get; }

    /// <summary>What the function means, in one sentence.</summary>
    public string Description { get; }

    /// <summary>What the function takes and gives, as a cell writes it.</summary>
    public string Signature { get; }

    /// <summary>The public members of the kernels that a function is compared with, as "Softmax.Row".</summary>
    public IReadOnlyList<string> Covers { get; }

    /// <summary>Name, signature and description on one line.</summary>
    public override string ToString() => $"{Name}: {Signature}. {Description}";

    internal IReadOnlyList<Parameter> Parameters { get; }

    internal Parameter Result { get; }

    /// <summary>Draws the case of this number; the first ones are small.</summary>
    internal Func<Dice, int, Case> Draw { get; }

    /// <summary>The answer in double precision.</summary>
    internal Func<Case, Exact> Answer { get; }

    /// <summary>The kernels that claim to give the same answer.</summary>
    internal IReadOnlyList<(string Member, Func<Case, float[]> Run)> Doors { get; }

    /// <summary>Whether a case still makes sense after it was made smaller.</summary>
    internal Func<Case, bool> IsValid { get; }
}
