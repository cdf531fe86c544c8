namespace Attention.Kernels;

/// <summary>A function of the lines along an axis that is built on e^(score − peak), and its gradient. As many lines at once as there are lanes.</summary>
internal interface IAxisFunction
{
    /// <summary>What is kept of a score until the line's sum is known.</summary>
    /// <typeparam name="TLanes">The registers.</typeparam>
    /// <param name="difference">(score − peak) / T</param>
    /// <param name="exponential">e to that.</param>
    static abstract TLanes Keep<TLanes>(TLanes difference, TLanes exponential)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>What all results of a line share.</summary>
    /// <typeparam name="TLanes">The registers.</typeparam>
    /// <param name="sum">Of the exponentials; 0 where all scores are −∞.</param>
    static abstract TLanes Share<TLanes>(TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The result.</summary>
    /// <typeparam name="TLanes">The registers.</typeparam>
    /// <param name="kept">What <see cref="Keep"/> gave.</param>
    /// <param name="share">What <see cref="Share"/> gave.</param>
    static abstract TLanes Of<TLanes>(TLanes kept, TLanes share)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The sum that a line's gradients share, with one more term.</summary>
    /// <typeparam name="TLanes">The registers.</typeparam>
    /// <param name="result">What the function gave.</param>
    /// <param name="slope">Its gradient.</param>
    /// <param name="sum">The terms so far.</param>
    static abstract TLanes AddTerm<TLanes>(TLanes result, TLanes slope, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>The gradient of the score, at temperature 1.</summary>
    /// <typeparam name="TLanes">The registers.</typeparam>
    /// <param name="result">What the function gave.</param>
    /// <param name="slope">Its gradient.</param>
    /// <param name="sum">All terms.</param>
    static abstract TLanes Gradient<TLanes>(TLanes result, TLanes slope, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes>;
}
