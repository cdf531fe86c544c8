namespace Attention.Models;

/// <summary>Which rules the Porter stemmer follows.</summary>
public enum PorterVariant
{
    /// <summary>The paper, Porter 1980.</summary>
    Original,

    /// <summary>The paper with the three changes that Porter made to his own programs: words of one or two letters stay, <c>-bli</c> becomes <c>-ble</c>, and <c>-logi</c> becomes <c>-log</c>.</summary>
    Martin,

    /// <summary>NLTK's default (<c>NLTK_EXTENSIONS</c>), with a table of irregular words and gentler rules for <c>-y</c>, <c>-ies</c> and <c>-ied</c>: it makes <c>fli</c> of flies, but <c>die</c> of dies.</summary>
    Nltk,
}
