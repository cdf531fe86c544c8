namespace Attention.Models;

/// <summary>What BLEU does about an order of n-grams without a match, which would make every score 0 (Chen and Cherry 2014; the names and values are sacreBLEU's).</summary>
public enum BleuSmoothing
{
    /// <summary>The first such order counts as half a match, the next as a quarter, and so on (method 3): sacreBLEU's default.</summary>
    Exponential,

    /// <summary>Such an order counts as a tenth of a match (method 1).</summary>
    Floor,

    /// <summary>Every order but the first has one match and one n-gram more (method 2; Lin and Och 2004).</summary>
    AddOne,

    /// <summary>Nothing: the score is 0.</summary>
    None,
}
