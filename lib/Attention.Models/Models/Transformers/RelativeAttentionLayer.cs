namespace Attention.Models;

/// <summary>Multi-head attention by distances: keys of the memory and of the segment, queries of the segment alone (Dai et al. 2019, § 3.3).</summary>
internal sealed class RelativeAttentionLayer : Module
{
    private readonly int _heads;
    private readonly Linear _query, _key, _value, _position, _output;

    internal RelativeAttentionLayer(int width, int heads, RandomSource random)
    {
        _heads = heads;
        _query = Add("query", New());
        _key = Add("key", New());
        _value = Add("value", New());
        _position = Add("position", New());
        _output = Add("output", New());
        Linear New() => new(width, width, random, hasBias: false, Initializers.Normal());
    }

    /// <param name="x">[B, N, Width]</param>
    /// <param name="all">[B, M, Width]; the memory, and then x.</param>
    /// <param name="distances">[M, Width]; row t tells the distance t.</param>
    /// <param name="contentBias">[H, D]; u.</param>
    /// <param name="positionBias">[H, D]; v.</param>
    /// <returns>[B, N, Width]</returns>
    internal Tensor Forward(Tensor x, Tensor all, Tensor distances, Tensor contentBias, Tensor positionBias)
    {
        Tensor query = Heads(_query.Forward(x)), key = Heads(_key.Forward(all)), value = Heads(_value.Forward(all));
        Tensor position = Heads(_position.Forward(distances).Reshape(1, all.Shape[1], -1)).At(0, 0);
        AttentionRecorder.Current?.Write(Name, Weights(query, key, position, contentBias, positionBias));
        Tensor context = Tensor.RelativeAttention(query, key, value, position, contentBias, positionBias);
        return _output.Forward(context.Permute(0, 2, 1, 3).Reshape(x.Shape[0], x.Shape[1], -1));
    }

    private Tensor Heads(Tensor rows) => rows.Reshape(rows.Shape[0], rows.Shape[1], _heads, -1).Permute(0, 2, 1, 3);

    /// <summary>[B, H, N, M]; for pictures.</summary>
    private static Tensor Weights(Tensor query, Tensor key, Tensor position, Tensor contentBias, Tensor positionBias)
    {
        using IDisposable off = Gradients.Off();
        (int batch, int heads, int queries, int width) = query.Shape;
        int keys = key.Shape[2], before = keys - queries;
        Tensor content = (query + contentBias.Reshape(heads, 1, width)).MatMul(key, transposeRight: true);
        Tensor byDistance = (query + positionBias.Reshape(heads, 1, width)).MatMul(position, transposeRight: true);
        Tensor scores = Tensor.Full(float.NegativeInfinity, batch, heads, queries, keys);
        for (int row = 0; row < batch * heads * queries; row++)
        {
            int own = before + (row % queries);
            for (int j = 0; j <= own; j++)
            {
                scores.Values[(row * keys) + j] = (content.Values[(row * keys) + j] + byDistance.Values[(row * keys) + own - j]) / MathF.Sqrt(width);
            }
        }

        return scores.Softmax();
    }
}
