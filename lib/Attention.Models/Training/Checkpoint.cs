using System.Globalization;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>A run of training on disk: parameters, the optimizer's memory, where each source of random numbers stands, the step. Resumed from it, the run goes on bit for bit.</summary>
/// <remarks>One safetensors file. It is written beside the old one and then takes its place, so a run that is killed while writing loses nothing.</remarks>
public static class Checkpoint
{
    private const string Kind = "Attention.Models checkpoint, version 1";
    private const string ModelPrefix = "model.", OptimizerPrefix = "optimizer.", OtherPrefix = "other.", RandomPrefix = "random.", NotePrefix = "note.";

    /// <summary>Writes a run's state.</summary>
    /// <param name="path">Where to; its folder is made if it is missing.</param>
    /// <param name="model">Whose parameters and random numbers.</param>
    /// <param name="optimizer">Whose memory and step.</param>
    /// <param name="notes">Texts to be stored with it, such as the best measurement so far.</param>
    /// <param name="others">Tensors to be stored with it, such as the parameters of that measurement.</param>
    /// <exception cref="IOException">It could not be written; what was there before is still there.</exception>
    public static void Save(
        string path, Module model, Optimizer optimizer, IReadOnlyDictionary<string, string>? notes = null, IReadOnlyDictionary<string, Tensor>? others = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        var metadata = new Dictionary<string, string> { ["kind"] = Kind, ["step"] = Invariant($"{optimizer.StepCount}"), ["optimizer"] = optimizer.GetType().Name };
        foreach ((string name, RandomSource source) in model.NamedRandomSources)
        {
            metadata[RandomPrefix + name] = Invariant($"{source.Seed} {source.Position}");
        }

        foreach ((string name, string text) in notes ?? new Dictionary<string, string>())
        {
            metadata[NotePrefix + name] = text;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SafetensorsFile.Write(path, [.. Named(ModelPrefix, model.State()), .. Named(OptimizerPrefix, optimizer.State()), .. Named(OtherPrefix, others ?? new Dictionary<string, Tensor>())], metadata);
    }

    /// <summary>Goes back to a run's state.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="model">Of the same build.</param>
    /// <param name="optimizer">Of the same kind, over the same parameters.</param>
    /// <returns>The texts and the tensors that were stored with it.</returns>
    /// <exception cref="InvalidDataException">The file is no checkpoint, or a damaged one; nothing has changed.</exception>
    /// <exception cref="ArgumentException">It is one of another model or optimizer; the message names everything that does not fit, and nothing has changed.</exception>
    public static (IReadOnlyDictionary<string, string> Notes, IReadOnlyDictionary<string, Tensor> Others) Load(string path, Module model, Optimizer optimizer) =>
        Load(path, model, optimizer, static (_, _) => { });

    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="model">Of the same build.</param>
    /// <param name="optimizer">Of the same kind, over the same parameters.</param>
    /// <param name="check">Looks at the texts and tensors that were stored with it, before anything is changed; throws if they do not fit.</param>
    internal static (IReadOnlyDictionary<string, string> Notes, IReadOnlyDictionary<string, Tensor> Others) Load(
        string path, Module model, Optimizer optimizer, Action<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, Tensor>> check)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        IReadOnlyDictionary<string, string> metadata = file.Metadata;
        if (metadata.GetValueOrDefault("kind") != Kind || !long.TryParse(metadata.GetValueOrDefault("step"), NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            throw new InvalidDataException($"{path}: not a checkpoint of a training run; weights alone are read with SafetensorsFile");
        }

        if (metadata.GetValueOrDefault("optimizer") is var kind && kind != optimizer.GetType().Name)
        {
            throw new ArgumentException($"{path}: the run was trained with {kind}, not with {optimizer.GetType().Name}", nameof(optimizer));
        }

        if (file.Tensors.FirstOrDefault(entry => !entry.IsReadable) is { } foreign)
        {
            throw new InvalidDataException($"{path}: tensor {Quoted.Of(foreign.Name)} holds {Quoted.Of(foreign.ElementType)}; a checkpoint's are floats");
        }

        var own = new Dictionary<string, Tensor>([.. Prefixed(ModelPrefix, model.State()), .. Prefixed(OptimizerPrefix, optimizer.State())]);
        StateDictionary.Check(
            own.ToDictionary(named => named.Key, named => named.Value.Shape),
            file.Tensors.Where(entry => !entry.Name.StartsWith(OtherPrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Name, entry => Shape.Create([.. entry.Shape])));
        IReadOnlyList<(RandomSource Source, ulong Position)> positions = Positions(path, model, metadata);
        Dictionary<string, Tensor> stored = file.Tensors.ToDictionary(entry => entry.Name, entry => Read(file, entry));
        (Dictionary<string, string> notes, Dictionary<string, Tensor> others) = (Stripped(NotePrefix, metadata), Stripped(OtherPrefix, stored));
        check(notes, others);
        optimizer.Load(Stripped(OptimizerPrefix, stored), step);
        model.Load(Stripped(ModelPrefix, stored));
        foreach ((RandomSource source, ulong position) in positions)
        {
            source.Position = position;
        }

        return (notes, others);
    }

    private static List<(RandomSource Source, ulong Position)> Positions(string path, Module model, IReadOnlyDictionary<string, string> metadata)
    {
        List<(RandomSource, ulong)> positions = [];
        foreach ((string name, RandomSource source) in model.NamedRandomSources)
        {
            string text = metadata.GetValueOrDefault(RandomPrefix + name) ?? throw new ArgumentException($"{path}: no place of the random numbers of {name}");
            string[] parts = text.Split(' ');
            if (parts.Length != 2 || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong position))
            {
                throw new InvalidDataException($"{path}: the place of the random numbers of {name} is damaged");
            }

            if (seed != source.Seed)
            {
                throw new ArgumentException(Invariant($"{path}: the random numbers of {name} have the seed {seed} there and {source.Seed} here; build the model with the seed that the run began with"));
            }

            positions.Add((source, position));
        }

        return positions;
    }

    private static Tensor Read(SafetensorsFile file, SafetensorsEntry entry)
    {
        Tensor tensor = Tensor.Zeros([.. entry.Shape]);
        file.Read(entry.Name, tensor.Values);
        return tensor;
    }

    private static IEnumerable<NamedWeights> Named(string prefix, IReadOnlyDictionary<string, Tensor> state) =>
        state.Select(named => new NamedWeights(prefix + named.Key, [.. named.Value.Shape.Sizes], named.Value.AsMemory()));

    private static IEnumerable<KeyValuePair<string, Tensor>> Prefixed(string prefix, IReadOnlyDictionary<string, Tensor> state) =>
        state.Select(named => KeyValuePair.Create(prefix + named.Key, named.Value));

    private static Dictionary<string, T> Stripped<T>(string prefix, IReadOnlyDictionary<string, T> state) =>
        state.Where(named => named.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(named => named.Key[prefix.Length..], named => named.Value);
}
