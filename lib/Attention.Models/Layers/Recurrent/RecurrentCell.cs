namespace Attention.Models;

/// <summary>Which cell a recurrent layer is made of.</summary>
public enum RecurrentKind
{
    /// <summary><see cref="ElmanCell"/>: a tanh of input and state.</summary>
    Elman,

    /// <summary><see cref="GruCell"/>: two gates.</summary>
    Gru,

    /// <summary><see cref="LstmCell"/>: three gates, and a cell beside the hidden state.</summary>
    Lstm,
}

/// <summary>One step of a recurrent network: from a row of input and the state before it, the state after it.</summary>
/// <remarks>
/// A state is one tensor [S, B, H]: its first slice is the hidden state, which is what others see; an LSTM's second is its cell. The parameters are PyTorch's, gates below each other:
/// <c>input.weight</c> is weight_ih [G·H, In], <c>state.weight</c> weight_hh [G·H, H], and the two biases bias_ih and bias_hh. All begin uniformly between ±1/√H, biases at zero.
/// </remarks>
public abstract class RecurrentCell : Module
{
    private readonly Linear _input, _state;

    private protected RecurrentCell(int inputWidth, int width, int gates, RandomSource random)
    {
        if (inputWidth < 1 || width < 1)
        {
            throw new ArgumentException($"recurrent cell: expected widths of at least 1, got {inputWidth} and {width}");
        }

        (InputWidth, Width) = (inputWidth, width);
        Initializer uniform = Initializers.Uniform(1 / MathF.Sqrt(width));
        _input = Add("input", new Linear(inputWidth, gates * width, random, initializer: uniform));
        _state = Add("state", new Linear(width, gates * width, random, initializer: uniform));
    }

    /// <summary>In: floats in a row of the input.</summary>
    public int InputWidth { get; }

    /// <summary>H: floats in a hidden state.</summary>
    public int Width { get; }

    /// <summary>S: how many vectors a state is made of.</summary>
    public abstract int StateParts { get; }

    /// <summary>[G·H]; the bias on the side of the input.</summary>
    private protected Tensor InputBias => _input.Bias!;

    /// <summary>A cell of some kind.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="inputWidth">In: floats in a row of the input.</param>
    /// <param name="width">H: floats in a hidden state.</param>
    /// <param name="random">For the first weights.</param>
    /// <exception cref="ArgumentException">A width is less than 1, or there is no such kind.</exception>
    public static RecurrentCell Create(RecurrentKind kind, int inputWidth, int width, RandomSource random) => kind switch
    {
        RecurrentKind.Elman => new ElmanCell(inputWidth, width, random),
        RecurrentKind.Gru => new GruCell(inputWidth, width, random),
        RecurrentKind.Lstm => new LstmCell(inputWidth, width, random),
        _ => throw new ArgumentException($"recurrent cell: there is no kind {kind}"),
    };

    /// <summary>The hidden state in a state.</summary>
    /// <param name="state">[S, B, H]</param>
    /// <returns>[B, H]</returns>
    public static Tensor Hidden(Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.At(0, 0);
    }

    /// <summary>The state before anything was read.</summary>
    /// <param name="batch">B: sequences.</param>
    /// <returns>[S, B, H]; zeros.</returns>
    public Tensor Zero(int batch) => Tensor.Zeros(StateParts, batch, Width);

    /// <summary>One step.</summary>
    /// <param name="x">[B, In]</param>
    /// <param name="state">[S, B, H]</param>
    /// <returns>[S, B, H]</returns>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public Tensor Forward(Tensor x, Tensor state) => Step(Project(x), state);

    /// <summary>The part of all gates that is the input's: for many steps at once, since it does not wait for a state.</summary>
    /// <param name="x">[..., In]</param>
    /// <returns>[..., G·H]</returns>
    internal Tensor Project(Tensor x) => _input.Forward(x);

    /// <summary>One step, after <see cref="Project"/>.</summary>
    /// <param name="projected">[B, G·H]</param>
    /// <param name="state">[S, B, H]</param>
    /// <returns>[S, B, H]</returns>
    internal Tensor Step(Tensor projected, Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        int batch = projected.Rank == 2 ? projected.Shape[0] : -1;
        return state.Shape.Is(StateParts, batch, Width)
            ? Next(projected, _state.Forward(Hidden(state)), state)
            : throw new ArgumentException($"{GetType().Name}: expected rows [B, {InputWidth}] and a state [{StateParts}, B, {Width}], got a state {state.Shape} and {projected.Shape} of projected rows");
    }

    private protected abstract Tensor Next(Tensor projected, Tensor recurrent, Tensor state);
}
