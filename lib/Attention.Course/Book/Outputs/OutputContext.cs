using Attention.Course.Book.Markup;

namespace Attention.Course.Book.Outputs;

/// <summary>Where an output stands.</summary>
/// <param name="Anchor">Unique on the page; put before the ids inside the output.</param>
/// <param name="Links">Where its links lead.</param>
internal sealed record OutputContext(string Anchor, ILinkMap Links)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Lets HTML of the output into the page.</summary>
    public string Clean(string html) => new HtmlCleaner(Anchor + "-", None, Links).Clean(html);
}
