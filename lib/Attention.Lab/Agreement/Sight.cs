namespace Attention.Lab;

/// <summary>What decides which keys a query sees.</summary>
internal enum Sight
{
    /// <summary>Nothing: it sees all.</summary>
    All,

    /// <summary>Its position: it sees no future; as many queries as keys.</summary>
    Past,

    /// <summary>Its position, where the queries are the last of the keys' positions.</summary>
    PastOfCache,

    /// <summary>A number of keys: the others are padding.</summary>
    Length,

    /// <summary>A pattern of true and false.</summary>
    Visible,

    /// <summary>Nothing, but numbers are added to the scores.</summary>
    Bias,
}
