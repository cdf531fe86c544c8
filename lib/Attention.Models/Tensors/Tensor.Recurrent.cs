namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>What an LSTM does with its sums: gates i, f, o and candidate g side by side, <c>c' = f c + i g</c>, <c>h' = o tanh c'</c>.</summary>
    /// <param name="input">[B, 4H]; from the input, in the order i, f, g, o.</param>
    /// <param name="recurrent">[B, 4H]; from the last hidden state.</param>
    /// <param name="cell">[B, H]; c.</param>
    /// <returns>[2, B, H]; h' and c'.</returns>
    internal static Tensor LstmStep(Tensor input, Tensor recurrent, Tensor cell)
    {
        (int batch, int width) = cell.Shape;
        int n = batch * width;
        Tensor y = Uninitialized([2, batch, width]), saved = Uninitialized([5, batch, width]); // i, f, g, o, tanh c'
        Span<float> gates = saved.Values;
        AddGates(input.Values, recurrent.Values, gates, batch, 4, width);
        Kernels.Sigmoid.Forward(gates[..(2 * n)], gates[..(2 * n)], Compute.Options);
        Kernels.Tanh.Forward(gates.Slice(2 * n, n), gates.Slice(2 * n, n), Compute.Options);
        Kernels.Sigmoid.Forward(gates.Slice(3 * n, n), gates.Slice(3 * n, n), Compute.Options);
        ReadOnlySpan<float> i = gates[..n], f = gates.Slice(n, n), g = gates.Slice(2 * n, n), o = gates.Slice(3 * n, n), c = cell.Values[..n];
        Span<float> bent = gates[(4 * n)..], hidden = y.Values[..n], next = y.Values[n..];
        for (int k = 0; k < c.Length; k++)
        {
            next[k] = (f[k] * c[k]) + (i[k] * g[k]);
        }

        Kernels.Tanh.Forward(next, bent, Compute.Options);
        for (int k = 0; k < hidden.Length; k++)
        {
            hidden[k] = o[k] * bent[k];
        }

        return y.Recorded("LstmStep", dy => LstmStepBackward(dy, saved.Values, input, recurrent, cell), input, recurrent, cell);
    }

    /// <summary>What a GRU does with its sums: <c>r = σ(a_r + s_r)</c>, <c>z = σ(a_z + s_z)</c>, <c>n = tanh(a_n + r s_n)</c>, <c>h' = (1 − z) n + z h</c>.</summary>
    /// <param name="input">[B, 3H]; a, in the order r, z, n.</param>
    /// <param name="recurrent">[B, 3H]; s, from the last hidden state.</param>
    /// <param name="hidden">[B, H]; h.</param>
    /// <returns>[1, B, H]; h'.</returns>
    internal static Tensor GruStep(Tensor input, Tensor recurrent, Tensor hidden)
    {
        (int batch, int width) = hidden.Shape;
        int n = batch * width;
        Tensor y = Uninitialized([1, batch, width]), saved = Uninitialized([4, batch, width]); // r, z, n, s_n
        Span<float> gates = saved.Values;
        AddGates(input.Values, recurrent.Values, gates[..(3 * n)], batch, 3, width);
        Kernels.Sigmoid.Forward(gates[..(2 * n)], gates[..(2 * n)], Compute.Options);
        Span<float> r = gates[..n], z = gates.Slice(n, n), candidate = gates.Slice(2 * n, n), own = gates.Slice(3 * n, n), next = y.Values;
        for (int row = 0; row < batch; row++)
        {
            recurrent.Values.Slice(((row * 3) + 2) * width, width).CopyTo(own[(row * width)..]);
        }

        for (int k = 0; k < candidate.Length; k++)
        {
            candidate[k] += (r[k] - 1) * own[k];
        }

        Kernels.Tanh.Forward(candidate, candidate, Compute.Options);
        ReadOnlySpan<float> h = hidden.Values[..n];
        for (int k = 0; k < h.Length; k++)
        {
            next[k] = candidate[k] + (z[k] * (h[k] - candidate[k]));
        }

        return y.Recorded("GruStep", dy => GruStepBackward(dy, saved.Values, input, recurrent, hidden), input, recurrent, hidden);
    }

    private static void LstmStepBackward(ReadOnlySpan<float> dy, ReadOnlySpan<float> gates, Tensor input, Tensor recurrent, Tensor cell)
    {
        (int batch, int width) = cell.Shape;
        int n = batch * width;
        using GradientTarget dInput = GradientTarget.Of(input), dRecurrent = GradientTarget.Of(recurrent), dCell = GradientTarget.Of(cell);
        Storage sums = StoragePool.Rent(4 * n);
        Span<float> da = sums.Span(0, 4 * n);
        ReadOnlySpan<float> c = cell.Values;
        for (int row = 0, k = 0; row < batch; row++)
        {
            for (int at = row * 4 * width, end = at + width; at < end; at++, k++)
            {
                float i = gates[k], f = gates[n + k], g = gates[(2 * n) + k], o = gates[(3 * n) + k], bent = gates[(4 * n) + k];
                float dh = dy[k], dc = dy[n + k] + (dh * o * (1 - (bent * bent)));
                da[at] = dc * g * i * (1 - i);
                da[at + width] = dc * c[k] * f * (1 - f);
                da[at + (2 * width)] = dc * i * (1 - (g * g));
                da[at + (3 * width)] = dh * bent * o * (1 - o);
                if (dCell.IsWanted)
                {
                    dCell.Values[k] = dc * f;
                }
            }
        }

        CopyWanted(da, dInput);
        CopyWanted(da, dRecurrent);
        StoragePool.Return(sums);
    }

    private static void GruStepBackward(ReadOnlySpan<float> dy, ReadOnlySpan<float> gates, Tensor input, Tensor recurrent, Tensor hidden)
    {
        (int batch, int width) = hidden.Shape;
        int n = batch * width;
        using GradientTarget dInput = GradientTarget.Of(input), dRecurrent = GradientTarget.Of(recurrent), dHidden = GradientTarget.Of(hidden);
        Storage inputSums = StoragePool.Rent(3 * n), recurrentSums = StoragePool.Rent(3 * n);
        Span<float> da = inputSums.Span(0, 3 * n), ds = recurrentSums.Span(0, 3 * n);
        ReadOnlySpan<float> h = hidden.Values;
        for (int row = 0, k = 0; row < batch; row++)
        {
            for (int at = row * 3 * width, end = at + width; at < end; at++, k++)
            {
                float r = gates[k], z = gates[n + k], candidate = gates[(2 * n) + k], own = gates[(3 * n) + k];
                float dn = dy[k] * (1 - z) * (1 - (candidate * candidate));
                da[at] = dn * own * r * (1 - r);
                da[at + width] = dy[k] * (h[k] - candidate) * z * (1 - z);
                da[at + (2 * width)] = dn;
                (ds[at], ds[at + width], ds[at + (2 * width)]) = (da[at], da[at + width], dn * r);
                if (dHidden.IsWanted)
                {
                    dHidden.Values[k] = dy[k] * z;
                }
            }
        }

        CopyWanted(da, dInput);
        CopyWanted(ds, dRecurrent);
        StoragePool.Return(inputSums);
        StoragePool.Return(recurrentSums);
    }

    private static void CopyWanted(ReadOnlySpan<float> gradient, GradientTarget target)
    {
        if (target.IsWanted)
        {
            gradient.CopyTo(target.Values);
        }
    }

    /// <summary>Sums of rows [B, Gates · H], written gate by gate, [Gates, B, H]: what one function bends then lies together.</summary>
    private static void AddGates(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> sums, int batch, int gates, int width)
    {
        for (int row = 0; row < batch; row++)
        {
            for (int gate = 0; gate < gates; gate++)
            {
                int from = ((row * gates) + gate) * width;
                ReadOnlySpan<float> a = first.Slice(from, width), b = second.Slice(from, width);
                Span<float> sum = sums.Slice(((gate * batch) + row) * width, width);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] = a[i] + b[i];
                }
            }
        }
    }
}
