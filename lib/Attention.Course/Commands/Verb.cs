using System.CommandLine;

namespace Attention.Course.Commands;

/// <summary>A command whose help ends with more than its options: explanations and examples.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Printed below the options; explanations first, then lines of examples.</summary>
    public required string Details { get; init; }
}
