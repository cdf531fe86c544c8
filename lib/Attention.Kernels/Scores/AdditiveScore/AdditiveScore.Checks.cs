namespace Attention.Kernels;

public static partial class AdditiveScore
{
    /// <summary>The weights, as a caller hands them over.</summary>
    private readonly ref struct Weights(ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> bias, ReadOnlySpan<float> vector)
    {
        private readonly ReadOnlySpan<float> _query = query, _key = key, _bias = bias, _vector = vector;

        internal void CheckLengths(ScoreShape shape)
        {
            shape.CheckHidden();
            Guard.Length("queryWeight", _query.Length, shape.Hidden, shape.QueryWidth);
            Guard.Length("keyWeight", _key.Length, shape.Hidden, shape.KeyWidth);
            Guard.Length("vector", _vector.Length, shape.Hidden);
            if (!_bias.IsEmpty)
            {
                Guard.Length("bias", _bias.Length, shape.Hidden);
            }
        }

        internal void CheckApart(string name, ReadOnlySpan<float> result)
        {
            Guard.Apart(name, result, "queryWeight", _query);
            Guard.Apart(name, result, "keyWeight", _key);
            Guard.Apart(name, result, "bias", _bias);
            Guard.Apart(name, result, "vector", _vector);
        }
    }

    /// <summary>The gradients, as a caller hands them over.</summary>
    private readonly ref struct Gradients(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> queryWeight,
        ReadOnlySpan<float> keyWeight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> vector)
    {
        private readonly ReadOnlySpan<float> _query = query, _key = key, _queryWeight = queryWeight, _keyWeight = keyWeight, _bias = bias, _vector = vector;

        internal void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, Weights weights)
        {
            shape.CheckBackward(query, key, scoresGradient, _query, _key);
            weights.CheckLengths(shape);
            ScoreShape.CheckGradient("queryWeightGradient", _queryWeight, query, key, scoresGradient, shape.Hidden, shape.QueryWidth);
            ScoreShape.CheckGradient("keyWeightGradient", _keyWeight, query, key, scoresGradient, shape.Hidden, shape.KeyWidth);
            ScoreShape.CheckGradient("biasGradient", _bias, query, key, scoresGradient, shape.Hidden);
            ScoreShape.CheckGradient("vectorGradient", _vector, query, key, scoresGradient, shape.Hidden);
            weights.CheckApart("queryGradient", _query);
            weights.CheckApart("keyGradient", _key);
            weights.CheckApart("queryWeightGradient", _queryWeight);
            weights.CheckApart("keyWeightGradient", _keyWeight);
            weights.CheckApart("biasGradient", _bias);
            weights.CheckApart("vectorGradient", _vector);
            CheckApart("queryWeightGradient", _queryWeight);
            CheckApart("keyWeightGradient", _keyWeight);
            CheckApart("biasGradient", _bias);
            CheckApart("vectorGradient", _vector);
            Guard.Apart("keyWeightGradient", _keyWeight, "queryWeightGradient", _queryWeight);
            Guard.Apart("biasGradient", _bias, "queryWeightGradient", _queryWeight);
            Guard.Apart("biasGradient", _bias, "keyWeightGradient", _keyWeight);
            Guard.Apart("vectorGradient", _vector, "queryWeightGradient", _queryWeight);
            Guard.Apart("vectorGradient", _vector, "keyWeightGradient", _keyWeight);
            Guard.Apart("vectorGradient", _vector, "biasGradient", _bias);
        }

        /// <summary>Apart from the gradients of queries and keys.</summary>
        private void CheckApart(string name, ReadOnlySpan<float> gradient)
        {
            Guard.Apart(name, gradient, "queryGradient", _query);
            Guard.Apart(name, gradient, "keyGradient", _key);
        }
    }
}
