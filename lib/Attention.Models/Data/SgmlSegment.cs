namespace Attention.Models;

/// <summary>One segment, usually a sentence, of a WMT test set.</summary>
/// <param name="Kind">What the set is: <c>srcset</c> the text to translate, <c>refset</c> a reference, <c>tstset</c> a system's output.</param>
/// <param name="SetId">The set's name, such as newstest2014.</param>
/// <param name="SourceLanguage">The language to translate from.</param>
/// <param name="TargetLanguage">The language to translate into; empty where the file does not say.</param>
/// <param name="Document">The document's id.</param>
/// <param name="System">Who translated the document; empty in a source set.</param>
/// <param name="Id">The segment's id in its document.</param>
/// <param name="Text">The segment, entities resolved and white space at both ends removed.</param>
/// <param name="Line">The line of the file at which the segment begins.</param>
public sealed record SgmlSegment(string Kind, string SetId, string SourceLanguage, string TargetLanguage, string Document, string System, string Id, string Text, int Line);
