using System.Reflection;

namespace Attention.Course.Execution;

/// <summary>The variables of cells live in the fields of one object per cell, which Roslyn hands from submission to submission.</summary>
internal static class Submissions
{
    private static readonly MethodInfo Clone = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Copies all cells' variables; the copies refer to each other as the originals do.</summary>
    public static object?[] Copy(object?[] submissions)
    {
        Dictionary<object, object> copies = submissions.OfType<object>()
            .ToDictionary(submission => submission, submission => Clone.Invoke(submission, null)!, ReferenceEqualityComparer.Instance);
        foreach (object copy in copies.Values)
        {
            foreach (FieldInfo field in copy.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (field.GetValue(copy) is { } value && copies.TryGetValue(value, out object? other))
                    field.SetValue(copy, other);
            }
        }

        return [.. submissions.Select(submission => submission is null ? null : copies[submission])];
    }
}
