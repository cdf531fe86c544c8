using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class SinusoidalPositions
{
    /// <remarks>
    /// Angles may be large, and a sine of a large angle needs it in double precision: there are no lanes here. One position in sixteen has its sines computed; from it the others follow by turning on,
    /// <c>sin(a + b) = sin a cos b + cos a sin b</c>, which loses 2⁻⁵³ each time, nothing that a float could show. Which position that is depends on its number alone: a piece of an encoding has the bits of the whole.
    /// </remarks>
    private readonly unsafe struct ForwardTiles(RowShape shape, float* encoding, int firstPosition, double @base) : ITiles
    {
        private const int Group = 16;

        /// <summary>Enough for the wavelengths, which every tile computes, not to count.</summary>
        private const int Elements = 1 << 17;

        private readonly long _firstGroup = firstPosition / Group;
        private readonly long _end = (long)firstPosition + shape.Rows;
        private readonly long _groups = Math.Max(1, Elements / Group / Math.Max(1, shape.Columns));

        public long Count => shape.Rows == 0 || shape.Columns == 0 ? 0 : (((_end - 1) / Group) - _firstGroup + _groups) / _groups;

        /// <summary>Five doubles for each wavelength.</summary>
        public long ScratchCount => 10 * Pairs;

        private long Pairs => ((long)shape.Columns + 1) / 2;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            double* wavelengths = (double*)scratch, sines = wavelengths + Pairs, cosines = sines + Pairs, stepSines = cosines + Pairs, stepCosines = stepSines + Pairs;
            for (long i = 0; i < Pairs; i++)
            {
                wavelengths[i] = Math.Pow(@base, 2.0 * i / shape.Columns);
                (stepSines[i], stepCosines[i]) = Math.SinCos(1 / wavelengths[i]);
            }

            long first = (_firstGroup + (tile * _groups)) * Group, end = Math.Min(_end, first + (_groups * Group));
            for (long position = first; position < end; position++)
            {
                if (position % Group == 0)
                {
                    for (long i = 0; i < Pairs; i++)
                    {
                        (sines[i], cosines[i]) = Math.SinCos(position / wavelengths[i]);
                    }
                }
                else
                {
                    Turn(sines, cosines, stepSines, stepCosines);
                }

                if (position >= firstPosition)
                {
                    Write(sines, cosines, encoding + ((position - firstPosition) * shape.Columns));
                }
            }
        }

        /// <summary>On by one position.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Turn(double* sines, double* cosines, double* stepSines, double* stepCosines)
        {
            for (long i = 0; i < Pairs; i++)
            {
                double sine = sines[i], cosine = cosines[i];
                sines[i] = (sine * stepCosines[i]) + (cosine * stepSines[i]);
                cosines[i] = (cosine * stepCosines[i]) - (sine * stepSines[i]);
            }
        }

        /// <summary>A sine, its cosine, the next sine; the last sine may have no cosine.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Write(double* sines, double* cosines, float* row)
        {
            int pairs = shape.Columns / 2;
            for (int i = 0; i < pairs; i++)
            {
                row[2 * i] = (float)sines[i];
                row[(2 * i) + 1] = (float)cosines[i];
            }

            if (shape.Columns % 2 == 1)
            {
                row[shape.Columns - 1] = (float)sines[pairs];
            }
        }
    }
}
