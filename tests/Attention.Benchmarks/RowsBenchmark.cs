using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>A kernel that reads a matrix and writes one of the same shape.</summary>
internal static class RowsBenchmark
{
    private static readonly int[] Usual = [4096, 4096];

    internal delegate void Kernel(RowShape shape, ReadOnlySpan<float> input, Span<float> output, KernelOptions options);

    internal delegate void NaiveKernel(RowShape shape, ReadOnlySpan<float> input, Span<float> output);

    internal static Command Create(string name, string description, double flopsPerElement, Kernel kernel, NaiveKernel naive)
    {
        var options = new CommonOptions();
        Option<int[]> shapeOption = CommonOptions.Sizes("--shape", "ROWSxCOLUMNS", Usual, "The matrix.");
        var command = new Command(name, $"{description} Its arithmetic is counted at {flopsPerElement} operations per element.") { shapeOption };
        options.AddTo(command);
        CommonOptions.Refuse(command, $"{name} works on a matrix, without queries and keys.", ProblemOptions.Names);
        command.SetAction(parsed =>
        {
            int[] sizes = parsed.GetResult(shapeOption) is null ? Usual : parsed.GetValue(shapeOption)!;
            var shape = new RowShape(sizes[0], sizes[1]);
            RunSettings settings = options.Of(parsed);
            int count = Checked.Product(shape.Rows, shape.Columns), offset = settings.Offset;
            using FloatBuffer input = FloatBuffer.Normal(count, offset, 1), output = new(count, offset), expected = new(count, offset);
            var kernelOptions = new KernelOptions { MaxThreads = settings.Threads };
            void Run() => kernel(shape, input.Span, output.Span, kernelOptions);
            naive(shape, input.Span, expected.Span);
            long? extra = PeakMemory.Extra(settings.Memory, () => kernel(new RowShape(1, shape.Columns), input.Span[..shape.Columns], output.Span[..shape.Columns], kernelOptions), Run);
            Checked.Agree(name, expected.Span, output.Span);

            Measurement copy = Measurement.Of("copy", "", 1, 0, settings.Runs, () => input.Span.CopyTo(output.Span));
            Measurement measured = Measurement.Of(name, string.Join('x', sizes), settings.Threads, flopsPerElement * count, settings.Runs, Run);
            Report.Write(measured with { CopyMs = copy.MedianMs, ExtraBytes = extra }, settings.Json);
        });
        return command;
    }
}
