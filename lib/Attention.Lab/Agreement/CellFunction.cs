using System.Reflection;

namespace Attention.Lab;

/// <summary>What a cell's function returned: its shape in words and its numbers.</summary>
internal sealed record Answer(string Shape, double[] Values);

/// <summary>A cell's function, whatever forms of rows and matrices it speaks.</summary>
internal sealed class CellFunction
{
    private readonly Delegate _function;
    private readonly MethodInfo _invoke;
    private readonly Contract _contract;
    private readonly Func<Case, object?>[] _arguments;

    /// <exception cref="ArgumentException">The function does not take what the contract gives; the message shows both signatures.</exception>
    public CellFunction(Contract contract, Delegate function)
    {
        (_contract, _function) = (contract, function);
        _invoke = function.GetType().GetMethod("Invoke")!;
        ParameterInfo[] taken = _invoke.GetParameters();
        _arguments = [.. contract.Parameters.Select((parameter, i) => i < taken.Length ? Forms.Convert(contract, i, taken[i].ParameterType) : null).OfType<Func<Case, object?>>()];
        bool fits = _arguments.Length == contract.Parameters.Count && taken.Skip(contract.Parameters.Count).All(more => more.HasDefaultValue) && Forms.CanReturn(contract.Result.Form, _invoke.ReturnType);
        if (!fits)
            throw new ArgumentException($"{contract.Name}: expected a function {contract.Signature}, got ({string.Join(", ", taken.Select(one => Forms.Name(one.ParameterType)))}) → {Forms.Name(_invoke.ReturnType)}", nameof(function));
    }

    /// <summary>The arguments of one call, freshly copied, so that a function may scribble on them unseen by others.</summary>
    public object?[] Arguments(Case given) =>
        [.. _arguments.Select(argument => argument(given)), .. _invoke.GetParameters().Skip(_arguments.Length).Select(more => more.DefaultValue)];

    /// <summary>Calls the function; what it throws comes out as it is.</summary>
    public Answer? Call(object?[] arguments) =>
        Forms.Read(_contract.Result.Form, _invoke.Invoke(_function, BindingFlags.DoNotWrapExceptions, null, arguments, null));

    /// <summary>The name of the first argument that is not what it was, or null.</summary>
    public string? Changed(object?[] arguments, Case given)
    {
        object?[] before = Arguments(given);
        for (int i = 0; i < _contract.Parameters.Count; i++)
        {
            Parameter parameter = _contract.Parameters[i];
            if (parameter.Form is Form.Vector or Form.Matrix && !Forms.Read(parameter.Form, before[i])!.Values.SequenceEqual(Forms.Read(parameter.Form, arguments[i])!.Values))
                return parameter.Name;
            if (before[i] is bool[,] flags && !flags.Cast<bool>().SequenceEqual(((bool[,])arguments[i]!).Cast<bool>()))
                return parameter.Name;
        }

        return null;
    }
}
