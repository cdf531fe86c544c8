namespace Attention.Models;

/// <summary>What a shape looks like; 0 is kept for the background.</summary>
public enum ShapeKind
{
    /// <summary>A disc.</summary>
    Circle = 1,

    /// <summary>A square.</summary>
    Square = 2,

    /// <summary>A triangle that stands on its base.</summary>
    Triangle = 3,
}

/// <summary>A shape in an image.</summary>
/// <param name="Kind">What it looks like.</param>
/// <param name="Colour">Its colour's name: red, green, blue or yellow.</param>
/// <param name="Box">The smallest rectangle around its pixels, in pixels; right and bottom are the first column and row that it leaves free.</param>
public sealed record ColouredShape(ShapeKind Kind, string Colour, Box Box);

/// <summary>An image of coloured shapes and what is in it.</summary>
/// <param name="Image">The image, on a dark background.</param>
/// <param name="Shapes">The shapes, from left to right.</param>
/// <param name="Mask">[height, width]; the kind of shape at every pixel, 0 where there is none.</param>
public sealed record ShapesExample(PixelImage Image, IReadOnlyList<ColouredShape> Shapes, int[,] Mask)
{
    /// <summary>What one would say of it: <c>a red circle and a blue square</c>, from left to right.</summary>
    public string Caption => string.Join(" and ", Shapes.Select(shape => $"a {shape.Colour} {shape.Kind.ToString().ToLowerInvariant()}"));
}

/// <summary>Images of coloured shapes that do not touch, with boxes, masks and captions.</summary>
public sealed class ShapesTask : SyntheticTask<ShapesExample>
{
    private static readonly (string Name, (byte, byte, byte) Colour)[] s_colours =
        [("red", (230, 40, 40)), ("green", (40, 200, 60)), ("blue", (50, 90, 240)), ("yellow", (240, 220, 50))];

    private readonly int _side, _most;

    /// <summary>A task of this size.</summary>
    /// <param name="side">Pixels a side, at least 16.</param>
    /// <param name="most">The most shapes in an image, at most 4.</param>
    public ShapesTask(int side = 32, int most = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 4);
        (_side, _most) = (side, most);
    }

    /// <inheritdoc/>
    protected override ShapesExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var image = new PixelImage(_side, _side);
        image.Bytes.Span.Fill(24);
        int[,] mask = new int[_side, _side];
        List<ColouredShape> shapes = [];
        // Each shape has a quarter of the image to itself, so that none touches another.
        int[] quarters = [0, 1, 2, 3];
        random.Shuffle<int>(quarters);
        int half = _side / 2, count = 1 + random.NextInt(_most);
        foreach (int quarter in quarters.AsSpan(0, count))
        {
            int radius = 2 + random.NextInt((half / 2) - 3);
            int row = (quarter / 2 * half) + radius + 1 + random.NextInt(half - (2 * radius) - 2), column = (quarter % 2 * half) + radius + 1 + random.NextInt(half - (2 * radius) - 2);
            (string name, (byte, byte, byte) colour) = s_colours[random.NextInt(s_colours.Length)];
            var kind = (ShapeKind)(1 + random.NextInt(3));
            shapes.Add(new ColouredShape(kind, name, Paint(image, mask, kind, colour, row, column, radius)));
        }

        return new ShapesExample(image, [.. shapes.OrderBy(shape => shape.Box.Left).ThenBy(shape => shape.Box.Top)], mask);
    }

    /// <inheritdoc/>
    protected override string Key(ShapesExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Join(';', example.Shapes.Select(shape => FormattableString.Invariant($"{shape.Kind} {shape.Colour} {shape.Box.Left} {shape.Box.Top} {shape.Box.Right} {shape.Box.Bottom}")));
    }

    private static Box Paint(PixelImage image, int[,] mask, ShapeKind kind, (byte, byte, byte) colour, int row, int column, int radius)
    {
        int left = int.MaxValue, top = int.MaxValue, right = 0, bottom = 0;
        for (int down = -radius; down <= radius; down++)
        {
            for (int across = -radius; across <= radius; across++)
            {
                bool inside = kind switch
                {
                    ShapeKind.Circle => (down * down) + (across * across) <= radius * radius,
                    ShapeKind.Square => true,
                    _ => 2 * Math.Abs(across) <= down + radius,
                };
                if (inside)
                {
                    (int y, int x) = (row + down, column + across);
                    image[y, x] = colour;
                    mask[y, x] = (int)kind;
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
        }

        return new Box(left, top, right, bottom);
    }
}
