namespace Attention.Lab;

/// <summary>A cell's claim did not hold: <c>Agree</c> met a difference, or <c>Differ</c> met none. The message shows the smallest case.</summary>
public sealed class DisagreementException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public DisagreementException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The kernel's name and the case: input, expected, got.</param>
    public DisagreementException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The kernel's name and the case: input, expected, got.</param>
    /// <param name="innerException">What the cell's function itself threw.</param>
    public DisagreementException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
