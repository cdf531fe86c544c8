using System.Text.Json.Nodes;
using Attention.Course.Book.Markup;

namespace Attention.Course.Book;

/// <summary>Leads the links and images of one cell to pages and files of the book, and reports those that lead nowhere.</summary>
/// <param name="site">The book that is being made.</param>
/// <param name="chapter">The page.</param>
/// <param name="cell">The cell.</param>
internal sealed class CellLinks(Site site, Chapter chapter, ChapterCell cell) : ILinkMap
{
    public string? Link(string address)
    {
        if (address.StartsWith('#'))
        {
            return Anchor(chapter, address, address);
        }

        if (Scheme(address) is { } scheme)
        {
            return scheme is "http" or "https" or "mailto" ? address : Report($"the link {address} is none that a page can follow");
        }

        (string path, string anchor) = Split(address);
        if (site.Locate(chapter, path) is not { } target)
        {
            return Report($"the link {address} leads outside the course");
        }

        if (site.Chapters.FirstOrDefault(other => other.Path == target) is { } page)
        {
            return Site.Address(page.PageName) + (anchor.Length > 1 ? Anchor(page, anchor, address) : "");
        }

        // A folder has no page: the link's text stays, the link goes.
        return site.IsFolder(target) ? null : site.Attach(target) ?? Report($"the link {address} leads to {target}, which does not exist");
    }

    public string? Image(string address)
    {
        const string attachment = "attachment:";
        if (address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            return address;
        }

        if (address.StartsWith(attachment, StringComparison.Ordinal))
        {
            return Attachment(Uri.UnescapeDataString(address[attachment.Length..])) ?? Report($"the cell has no attachment {address[attachment.Length..]}");
        }

        if (Scheme(address) is not null)
        {
            return Report($"the image {address} would be fetched from elsewhere; put the file into the course");
        }

        return site.Locate(chapter, Split(address).Path) is { } target && site.Attach(target) is { } file ? file : Report($"the image {address} does not exist");
    }

    private string? Anchor(Chapter page, string anchor, string address)
    {
        string id = Uri.UnescapeDataString(anchor[1..]);
        string? found = page.Headings.Select(heading => heading.Id).Concat(page.Cells.Select(other => other.Anchor)).Prepend("main")
            .FirstOrDefault(known => string.Equals(known, id, StringComparison.OrdinalIgnoreCase));
        return found is not null ? "#" + found : Report($"the link {address} leads to a heading that {page.Path} does not have");
    }

    private string? Attachment(string name) =>
        cell.Cell.Attachments?[name] is JsonObject renderings && renderings.FirstOrDefault(r => r.Key.StartsWith("image/", StringComparison.Ordinal)) is { Value: { } data } image
            ? $"data:{image.Key};base64,{string.Concat(data.ToString().Where(c => !char.IsWhiteSpace(c)))}"
            : null;

    private string? Report(string message)
    {
        site.Problems.Add(new Problem(chapter.Path, cell.Cell.Id, message + "."));
        return null;
    }

    private static string? Scheme(string address)
    {
        int colon = address.IndexOf(':');
        return address.StartsWith("//", StringComparison.Ordinal) ? "network"
            : colon > 0 && char.IsAsciiLetter(address[0]) && address.AsSpan(0, colon).IndexOfAnyExcept(UrlScheme) < 0 ? address[..colon].ToLowerInvariant() : null;
    }

    private static (string Path, string Anchor) Split(string address)
    {
        int hash = address.IndexOf('#');
        return hash < 0 ? (address, "") : (address[..hash], address[hash..]);
    }

    private static readonly System.Buffers.SearchValues<char> UrlScheme =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
}
