namespace Attention.Kernels;

public static partial class SinusoidalPositions
{
    /// <remarks>
    /// Angles may be large, and a sine of a large angle needs it in double precision: there are no lanes here, only threads. Each wavelength is computed once per tile,
    /// and the sine and the cosine of an angle at once.
    /// </remarks>
    private readonly unsafe struct ForwardTiles(RowShape shape, float* encoding, int firstPosition, double @base) : ITiles
    {
        public long Count => RowBlock.CountOf(shape);

        /// <summary>Two floats for each of the wavelengths, which are doubles.</summary>
        public long ScratchCount => (long)shape.Columns + 1;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            double* wavelengths = (double*)scratch;
            for (int i = 0; i < (shape.Columns + 1) / 2; i++)
            {
                wavelengths[i] = Math.Pow(@base, 2.0 * i / shape.Columns);
            }

            RowBlock block = new(shape, tile);
            for (long row = block.First; row < block.End; row++)
            {
                double position = (double)firstPosition + row;
                float* e = encoding + (row * shape.Columns);
                for (int column = 0; column < shape.Columns; column += 2)
                {
                    (double sine, double cosine) = Math.SinCos(position / wavelengths[column / 2]);
                    e[column] = (float)sine;
                    if (column + 1 < shape.Columns)
                    {
                        e[column + 1] = (float)cosine;
                    }
                }
            }
        }
    }
}
