using Attention.Kernels;
using static System.FormattableString;

namespace Attention.Models;

public sealed partial class Gpt
{
    /// <summary>Writes a text on, token by token. Keys and values of what was read are kept, so that each token is read once.</summary>
    /// <param name="prompt">The beginning; at least one token.</param>
    /// <param name="count">How many tokens to write at most.</param>
    /// <param name="sampling">How each is drawn; by the model's own probabilities, when omitted.</param>
    /// <param name="random">Where chance comes from; not needed for <see cref="Sampling.Greedy"/>.</param>
    /// <param name="endToken">The token after which nothing more is written; it is the last one given back. Null: none.</param>
    /// <returns>What was written, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, prompt and text are longer than the context, or chance is needed and not there.</exception>
    public int[] Generate(IReadOnlyList<int> prompt, int count, Sampling? sampling = null, RandomSource? random = null, int? endToken = null)
    {
        Check(prompt, count);
        sampling ??= new();
        random ??= sampling.Temperature == 0 || sampling.TopK == 1 ? new RandomSource(0) : throw new ArgumentException("GPT: tokens are drawn by chance, and no random source was given", nameof(random));
        List<int> text = [];
        using Prediction prediction = Predict();
        Cache cache = NewCache();
        int[] next = [.. prompt];
        while (text.Count < count)
        {
            using MemoryScope scope = Memory.Scope();
            int token = sampling.Next(cache.Continue(next).Values, random);
            text.Add(token);
            if (token == endToken)
            {
                break;
            }

            next = [token];
        }

        return [.. text];
    }

    /// <summary>Searches for likely continuations. The prompt is read once, and then one token of each text that is kept at a time.</summary>
    /// <param name="prompt">The beginning; at least one token.</param>
    /// <param name="count">How many tokens to write at most.</param>
    /// <param name="width">How many texts are kept.</param>
    /// <param name="endToken">The token that ends a text; null: none.</param>
    /// <param name="lengthPenalty">As of <see cref="BeamSearch"/>.</param>
    /// <returns>What was written, without the prompt; the best first.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, prompt and text are longer than the context, or a setting is out of range.</exception>
    public IReadOnlyList<Beam> Search(IReadOnlyList<int> prompt, int count, int width, int? endToken = null, double lengthPenalty = 0)
    {
        Check(prompt, count);
        using Prediction prediction = Predict();
        Cache cache = new(this, 1, [.. _layers.Select(layer => layer.NewCache(1, layer.NewPages(Math.Max(width, 1), prompt.Count + count)))]);
        return BeamSearch.Find(
            (texts, parents) =>
            {
                if (parents.Length == 0)
                {
                    return cache.Continue(prompt.ToArray());
                }

                cache.Select(parents);
                return cache.Continue(texts.Select(text => text[^1]).ToArray());
            },
            width,
            count,
            endToken,
            lengthPenalty);
    }

    /// <summary>A text that is being read piece by piece.</summary>
    /// <param name="batch">How many texts at once.</param>
    public Cache NewCache(int batch = 1) => new(this, batch, [.. _layers.Select(layer => layer.NewCache(batch, Options.Context))]);

    private void Check(IReadOnlyList<int> prompt, int count)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0 || count < 0 || (long)prompt.Count + count > Options.Context)
        {
            throw new ArgumentException(Invariant($"GPT: expected a prompt of at least 1 token and together with what is written at most {Options.Context}, got {prompt.Count}+{count} = {(long)prompt.Count + count}"), nameof(prompt));
        }
    }

    /// <summary>The keys and values of what a model has read, so that it can go on.</summary>
    public sealed class Cache
    {
        private readonly Gpt _model;
        private readonly KeyValueCache[] _layers;
        private int _batch;

        internal Cache(Gpt model, int batch, KeyValueCache[] layers) => (_model, _batch, _layers) = (model, batch, layers);

        /// <summary>How many tokens of each text have been read.</summary>
        public int Length { get; private set; }

        /// <summary>Goes on with some of the texts, in this order, each as often as it is named.</summary>
        /// <param name="texts">Each from 0 to batch − 1; from now on the batch is as many.</param>
        /// <exception cref="ArgumentException">There is no such text; nothing has changed.</exception>
        public void Select(ReadOnlySpan<int> texts)
        {
            foreach (int text in texts)
            {
                if ((uint)text >= (uint)_batch)
                {
                    throw new ArgumentException(Invariant($"GPT: expected texts from 0 to {_batch - 1}, got {text}"), nameof(texts));
                }
            }

            for (int layer = 0; layer < _layers.Length; layer++)
            {
                using KeyValueCache before = _layers[layer];
                _layers[layer] = before.Fork(texts);
            }

            _batch = texts.Length;
        }

        /// <summary>Reads on. Gradients must be off, and the model not be training if it has dropout.</summary>
        /// <param name="tokens">[batch, new tokens]</param>
        /// <returns>[batch, Vocabulary]; what follows the last token: as the last row of <see cref="Forward"/> of everything that was read.</returns>
        /// <exception cref="ArgumentException">The texts do not share the tokens evenly, or get longer than the context.</exception>
        public Tensor Continue(ReadOnlyMemory<int> tokens)
        {
            int length = _batch == 0 ? 0 : tokens.Length / _batch;
            if (length < 1 || tokens.Length % _batch != 0)
            {
                throw new ArgumentException(Invariant($"GPT: {_batch} texts of equal length are not made of {tokens.Length} tokens"), nameof(tokens));
            }

            Tensor x = _model._dropout.Forward(_model._positions.Forward(_model._tokens.Forward(tokens, _batch, length), Length));
            foreach ((EncoderLayer layer, KeyValueCache cache) in _model._layers.Zip(_layers))
            {
                x = layer.Continue(x, cache);
            }

            Length += length;
            return _model.Logits(x.At(1, length - 1));
        }
    }
}
