namespace Attention.Models;

/// <summary>Pairs rows with columns so that the costs of all pairs together are the least.</summary>
/// <remarks>Kuhn 1955, the Hungarian method, in the form with shortest augmenting paths (Jonker and Volgenant 1987): rows² · columns steps.</remarks>
public static class HungarianMatching
{
    /// <summary>The cheapest pairs.</summary>
    /// <param name="cost">[Rows, Columns], no more rows than columns; finite.</param>
    /// <returns>[Rows]; the column of every row, no column twice.</returns>
    /// <exception cref="ArgumentException">There are more rows than columns, or a cost is not finite.</exception>
    public static int[] Match(double[,] cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        (int rows, int columns) = (cost.GetLength(0), cost.GetLength(1));
        Check(cost, rows, columns);

        // Prices: cost − rowPrice − columnPrice is nowhere negative, and 0 where a row has its column. The place after the last column stands for a row that is being placed.
        double[] rowPrice = new double[rows], columnPrice = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        Array.Fill(rowOf, -1);
        for (int row = 0; row < rows; row++)
        {
            Place(row, cost, rowPrice, columnPrice, rowOf);
        }

        int[] columnOf = new int[rows];
        for (int column = 0; column < columns; column++)
        {
            if (rowOf[column] >= 0)
            {
                columnOf[rowOf[column]] = column;
            }
        }

        return columnOf;
    }

    /// <summary>Finds the row a column, moving rows that stand in the way along the cheapest path.</summary>
    private static void Place(int row, double[,] cost, double[] rowPrice, double[] columnPrice, int[] rowOf)
    {
        int columns = columnPrice.Length - 1, at = columns;
        double[] distance = new double[columns];
        int[] previous = new int[columns];
        bool[] reached = new bool[columns + 1];
        Array.Fill(distance, double.PositiveInfinity);
        rowOf[columns] = row;
        while (rowOf[at] >= 0)
        {
            reached[at] = true;
            int from = rowOf[at], next = -1;
            for (int column = 0; column < columns; column++)
            {
                if (reached[column])
                {
                    continue;
                }

                double reduced = cost[from, column] - rowPrice[from] - columnPrice[column];
                if (reduced < distance[column])
                {
                    (distance[column], previous[column]) = (reduced, at);
                }

                next = next < 0 || distance[column] < distance[next] ? column : next;
            }

            double step = distance[next];
            for (int column = 0; column <= columns; column++)
            {
                if (reached[column])
                {
                    rowPrice[rowOf[column]] += step;
                    columnPrice[column] -= step;
                }
                else
                {
                    distance[column] -= step;
                }
            }

            at = next;
        }

        while (at != columns)
        {
            rowOf[at] = rowOf[previous[at]];
            at = previous[at];
        }

        rowOf[columns] = -1;
    }

    private static void Check(double[,] cost, int rows, int columns)
    {
        if (rows > columns)
        {
            throw new ArgumentException($"matching: {rows} rows cannot have a column each of {columns}", nameof(cost));
        }

        for (int i = 0; i < rows * columns; i++)
        {
            if (!double.IsFinite(cost[i / columns, i % columns]))
            {
                throw new ArgumentException(FormattableString.Invariant($"matching: the cost of ({i / columns}, {i % columns}) is {cost[i / columns, i % columns]}"), nameof(cost));
            }
        }
    }
}
