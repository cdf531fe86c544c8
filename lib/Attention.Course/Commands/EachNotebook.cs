namespace Attention.Course.Commands;

/// <summary>Work on several notebooks, of which some may be bad.</summary>
internal static class EachNotebook
{
    /// <summary>Does the work for every path; the notebooks that cannot be used are reported together at the end, one sentence each.</summary>
    /// <exception cref="UserError">At least one notebook cannot be used; the others are done.</exception>
    public static void Do(IReadOnlyList<string> paths, Action<string> work)
    {
        var errors = new List<UserError>();
        foreach (string path in paths)
        {
            try
            {
                work(path);
            }
            catch (UserError error)
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
        {
            throw new UserError(string.Join(Environment.NewLine, errors.Select(error => error.Message)), new AggregateException(errors));
        }
    }
}
