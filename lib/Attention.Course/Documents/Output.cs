using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>One thing a code cell showed: nbformat's four output types.</summary>
internal abstract record Output;

/// <summary>Text written to the console.</summary>
/// <param name="Name">stdout or stderr.</param>
/// <param name="Text">The text; lines end with \n.</param>
internal sealed record StreamOutput(string Name, string Text) : Output;

/// <summary>Something a cell displayed, in one or several renderings.</summary>
/// <param name="Data">Mime type → rendering: a string, or for JSON mime types an object.</param>
/// <param name="Metadata">What the display says about its renderings.</param>
internal sealed record DisplayOutput(JsonObject Data, JsonObject Metadata) : Output;

/// <summary>The value of a cell's last expression, in one or several renderings.</summary>
/// <param name="Data">Mime type → rendering: a string, or for JSON mime types an object.</param>
/// <param name="Metadata">What the display says about its renderings.</param>
/// <param name="ExecutionCount">The number of the run that made it, or null.</param>
internal sealed record ResultOutput(JsonObject Data, JsonObject Metadata, int? ExecutionCount) : Output;

/// <summary>The exception that ended a cell, or the compiler's refusal of it.</summary>
/// <param name="Name">The exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Traceback">Lines that say where.</param>
internal sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : Output;
