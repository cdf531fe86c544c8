namespace Attention.Models;

/// <summary>A part of a model: parameters, and parts of its own. Each has a name, and a parameter's full name is the path to it: <c>layers.0.attention.query.weight</c>.</summary>
/// <remarks>A module adds its parts in its constructor.</remarks>
/// <example>
/// <code>
/// Perceptron perceptron = new(new RandomSource(1));
/// Console.WriteLine(string.Join(", ", perceptron.NamedParameters.Select(named =&gt; named.Key))); // prints gain, hidden.weight, hidden.bias, output.weight, output.bias
/// Console.WriteLine(perceptron.ParameterCount); // prints 18
/// Console.WriteLine(perceptron.Forward(Tensor.Ones(5, 2)).Shape); // prints [5, 1]
///
/// sealed class Perceptron : Module
/// {
///     private readonly Linear _hidden, _output;
///     private readonly Tensor _gain;
///
///     public Perceptron(RandomSource random)
///     {
///         _gain = Parameter("gain", Tensor.Ones(1));
///         _hidden = Add("hidden", new Linear(2, 4, random));
///         _output = Add("output", new Linear(4, 1, random));
///     }
///
///     public Tensor Forward(Tensor x) =&gt; _output.Forward(_hidden.Forward(x).Tanh()) * _gain;
/// }
/// </code>
/// </example>
public abstract class Module
{
    private readonly List<(string Name, Tensor Tensor, bool IsLearned)> _tensors = [];
    private readonly List<(string Name, Module Module)> _parts = [];
    private readonly List<(string Name, RandomSource Source)> _sources = [];

    /// <summary>The path to this part in the model that it was added to; empty for the model itself.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Whether what is meant for training alone, such as dropout, is done. It is, unless <see cref="Train"/> says otherwise.</summary>
    public bool IsTraining { get; internal set; } = true;

    /// <summary>Every parameter with its path, in the order in which they were added.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters => Tensors("", isLearnedOnly: true);

    /// <summary>Every parameter, in the order in which they were added: what an optimizer steps.</summary>
    public IEnumerable<Tensor> Parameters => NamedParameters.Select(named => named.Value);

    /// <summary>How many numbers are learned.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Count);

    /// <summary>Every source of random numbers with its path, such as a dropout's: what a checkpoint stores besides the parameters to resume bit for bit.</summary>
    public IEnumerable<KeyValuePair<string, RandomSource>> NamedRandomSources => Sources("");

    /// <summary>The module, its parts and theirs.</summary>
    internal IEnumerable<Module> All => _parts.SelectMany(part => part.Module.All).Prepend(this);

    /// <summary>Turns what is meant for training alone on or off, here and in all parts.</summary>
    public void Train(bool isTraining = true)
    {
        IsTraining = isTraining;
        foreach ((_, Module part) in _parts)
        {
            part.Train(isTraining);
        }
    }

    /// <summary>The same as <c>Train(false)</c>: the module does as it will when it is used.</summary>
    public void Evaluate() => Train(false);

    /// <summary>Until it is disposed, the module does as when it is used, and nothing is recorded for gradients.</summary>
    internal Prediction Predict() => new(this);

    /// <summary>Forgets the gradient of every parameter.</summary>
    public void ZeroGradients()
    {
        foreach (Tensor parameter in Parameters)
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>Everything to be saved, by path: parameters, and what is not learned but kept. The tensors are the module's own, not copies.</summary>
    public IReadOnlyDictionary<string, Tensor> State() => new OrderedDictionary<string, Tensor>(Tensors("", isLearnedOnly: false));

    /// <summary>Copies saved numbers into the module's tensors. If anything does not fit, nothing is copied.</summary>
    /// <param name="state">By path; exactly those that <see cref="State"/> has.</param>
    /// <exception cref="ArgumentException">The message names every missing, unexpected and misshapen tensor.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state) => StateDictionary.Copy(state, State());

    /// <summary>Adds a parameter, which is learned.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="initial">Its first values.</param>
    /// <returns>The parameter, which belongs to no memory scope.</returns>
    protected Tensor Parameter(string name, Tensor initial) => Keep(name, initial, isLearned: true);

    /// <summary>Adds a tensor that is saved, but not learned.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="initial">Its first values.</param>
    /// <returns>The tensor, which belongs to no memory scope.</returns>
    protected Tensor Constant(string name, Tensor initial) => Keep(name, initial, isLearned: false);

    /// <summary>Adds a part.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="part">A module that was added nowhere yet.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">The name is taken, or the part has been added before.</exception>
    protected TModule Add<TModule>(string name, TModule part)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(part);
        CheckName(name);
        if (part.Name.Length > 0)
        {
            throw new ArgumentException($"{name}: the part has been added before, as {part.Name}");
        }

        _parts.Add((name, part));
        part.MoveUnder(name);
        return part;
    }

    /// <summary>Adds parts that are numbered: <c>layers.0</c>, <c>layers.1</c> ...</summary>
    /// <param name="name">Their common name in this module.</param>
    /// <param name="count">How many.</param>
    /// <param name="make">Makes each.</param>
    /// <returns>The parts.</returns>
    protected IReadOnlyList<TModule> Add<TModule>(string name, int count, Func<int, TModule> make)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(make);
        var parts = new TModule[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = Add(FormattableString.Invariant($"{name}.{i}"), make(i));
        }

        return parts;
    }

    /// <summary>Adds a source of random numbers of the module's own.</summary>
    /// <param name="name">Its name in this module.</param>
    /// <param name="parent">What it is split from.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected RandomSource Source(string name, RandomSource parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        if (_sources.Any(source => source.Name == name))
        {
            throw new ArgumentException($"{name}: {GetType().Name} has a source of random numbers of this name already");
        }

        RandomSource source = parent.Split();
        _sources.Add((name, source));
        return source;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";

    private Tensor Keep(string name, Tensor initial, bool isLearned)
    {
        ArgumentNullException.ThrowIfNull(initial);
        CheckName(name);
        Tensor tensor = initial.ToLasting();
        (tensor.Name, tensor.RequiresGradient) = (name, isLearned);
        _tensors.Add((name, tensor, isLearned));
        return tensor;
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_tensors.Any(tensor => tensor.Name == name) || _parts.Any(part => part.Name == name))
        {
            throw new ArgumentException($"{name}: {GetType().Name} has a part of this name already");
        }
    }

    private void MoveUnder(string path)
    {
        Name = Join(path, Name);
        foreach ((_, Tensor tensor, _) in _tensors)
        {
            tensor.Name = Join(path, tensor.Name!);
        }

        foreach ((_, Module part) in _parts)
        {
            part.MoveUnder(path);
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors(string path, bool isLearnedOnly)
    {
        foreach ((string name, Tensor tensor, bool isLearned) in _tensors)
        {
            if (isLearned || !isLearnedOnly)
            {
                yield return new(Join(path, name), tensor);
            }
        }

        foreach ((string name, Module part) in _parts)
        {
            foreach (KeyValuePair<string, Tensor> tensor in part.Tensors(Join(path, name), isLearnedOnly))
            {
                yield return tensor;
            }
        }
    }

    private IEnumerable<KeyValuePair<string, RandomSource>> Sources(string path) =>
        _sources.Select(source => KeyValuePair.Create(Join(path, source.Name), source.Source))
            .Concat(_parts.SelectMany(part => part.Module.Sources(Join(path, part.Name))));
}
