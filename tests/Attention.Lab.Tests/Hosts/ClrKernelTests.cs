using ClrKernel.Core.Primitives;

namespace Attention.Lab.Tests
{
    public class ClrKernelTests
    {
        [Fact]
        public void Register_RegistryAsClrKernelHasIt_ShowsFiguresAndLeavesTheRestAlone()
        {
            DisplayFormatters.Registered.Clear();
            DisplayFormatters.Register(typeof(DisplayObject), typeof(DisplayHtml), value => new DisplayHtml("as before: " + value.Value));
            Figure figure = Gallery.Find("attention-three-words");

            bool registered = Lab.ClrKernel.Register(typeof(DisplayFormatters).Assembly);

            Assert.True(registered);
            Assert.Equal(figure.ToSvg(), Show(figure));
            Assert.StartsWith("<table", Show(Table.Of(new float[,] { { 1 } })), StringComparison.Ordinal);
            Assert.Equal("as before: 42", Show(42));
            Assert.Equal("as before: ", Show(null));
        }

        [Fact]
        public void Register_NothingRegisteredBefore_ShowsTextOfTheRest()
        {
            DisplayFormatters.Registered.Clear();

            Lab.ClrKernel.Register(typeof(DisplayFormatters).Assembly);

            Assert.Equal("<pre>1 &lt; 2</pre>", Show("1 < 2"));
        }

        [Fact]
        public void Register_NoRegistry_DoesNothing() => Assert.False(Lab.ClrKernel.Register(typeof(string).Assembly));

        private static string Show(object? value) =>
            ((DisplayHtml)DisplayFormatters.Formatters.Last(one => one.InputType == typeof(DisplayObject)).Format(new DisplayObject(value))).Html;
    }
}

// The part of ClrKernel's registry that the lab reaches for, with its names and signatures.
namespace ClrKernel.Core.Primitives
{
    public interface IDisplayValue
    {
        object? Value { get; }
    }

    public record DisplayObject(object? Value, Type? PreferredDisplayType = null, string? PreferredMimeType = null) : IDisplayValue;

    public record DisplayHtml(string Html) : IDisplayValue
    {
        public object Value => Html;
    }

    public record DisplayFormatter(Type InputType, Type OutputType, Func<IDisplayValue, IDisplayValue> Format);

    public static class DisplayFormatters
    {
        internal static List<DisplayFormatter> Registered { get; } = [];

        public static IEnumerable<DisplayFormatter> Formatters => Registered.ToArray();

        public static DisplayFormatter Register<TIn, TOut>(Func<TIn, TOut> format)
            where TIn : IDisplayValue
            where TOut : IDisplayValue =>
            Register(typeof(TIn), typeof(TOut), value => format((TIn)value));

        public static DisplayFormatter Register(Type inputType, Type outputType, Func<IDisplayValue, IDisplayValue> format)
        {
            var formatter = new DisplayFormatter(inputType, outputType, format);
            Registered.Add(formatter);
            return formatter;
        }
    }
}
