using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>A cell to run.</summary>
/// <param name="Number">Its place among the notebook's cells, from 1: what messages call it.</param>
/// <param name="Source">Its text.</param>
/// <param name="Language">Its language, unless a magic command says otherwise.</param>
internal sealed record CellCode(int Number, string Source, string Language = "csharp");

/// <summary>What became of a cell.</summary>
/// <param name="Outputs">What it showed, in order; a failure's error output is the last.</param>
/// <param name="Failure">Why it failed, or null when it succeeded.</param>
/// <param name="Elapsed">How long it took, compiling included.</param>
internal sealed record CellResult(IReadOnlyList<Output> Outputs, CellFailure? Failure, TimeSpan Elapsed)
{
    public bool Succeeded => Failure is null;
}

/// <summary>Why a cell failed.</summary>
/// <param name="Kind">What sort of failure.</param>
/// <param name="Name">The exception's type, the compiler's number, or what else names the failure.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Line">The cell's line, from 1, or null when the failure has none.</param>
/// <param name="Column">The column, from 1, or null.</param>
/// <param name="Length">How many characters of the line are meant; 0 when unknown.</param>
/// <param name="Detail">Everything that is known, for --verbose; may hold paths.</param>
internal sealed record CellFailure(
    FailureKind Kind, string Name, string Message, int? Line = null, int? Column = null, int Length = 0, string Detail = "");

/// <summary>The ways in which a cell fails.</summary>
internal enum FailureKind
{
    /// <summary>It threw.</summary>
    Exception,

    /// <summary>The compiler refuses it.</summary>
    Compilation,

    /// <summary>It asks for something that does not run here, or for a file that is not there.</summary>
    Refused,

    /// <summary>A NuGet package could not be restored.</summary>
    Package,

    /// <summary>It took longer than its time limit.</summary>
    Timeout,

    /// <summary>It ended the process.</summary>
    ProcessEnded,

    /// <summary>It showed more than a notebook can hold.</summary>
    TooMuchOutput,

    /// <summary>It should have thrown, as its tag raises-exception says, and did not.</summary>
    NothingRaised,
}

/// <summary>Runs the cells of one notebook, one after the other, each on the state that the earlier ones left.</summary>
internal interface ICellRunner : IAsyncDisposable
{
    /// <summary>Runs a cell; the state survives one that fails.</summary>
    Task<CellResult> RunAsync(CellCode cell, CancellationToken cancellation);
}
