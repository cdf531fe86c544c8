namespace Attention.Course;

/// <summary>A mistake the user can mend: its message is one clear sentence, shown without a stack trace.</summary>
internal sealed class UserError : Exception
{
    public UserError(string message)
        : base(message)
    {
    }

    public UserError(string message, Exception cause)
        : base(message, cause)
    {
    }
}
