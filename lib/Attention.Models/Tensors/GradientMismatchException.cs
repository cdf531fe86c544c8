namespace Attention.Models;

/// <summary>A gradient is not the slope that moving the input shows.</summary>
public sealed class GradientMismatchException : Exception
{
    /// <summary>Without a message.</summary>
    public GradientMismatchException()
    {
    }

    /// <summary>With a message that names the tensor, the place and both slopes.</summary>
    public GradientMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public GradientMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
