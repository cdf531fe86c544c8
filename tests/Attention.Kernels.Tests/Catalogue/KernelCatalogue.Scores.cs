namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfScores => ScoreKernel.All
        .SelectMany(kernel => new[]
        {
            ($"{kernel.Name}.Forward", (CatalogueCase)(run =>
            {
                ScoreShape shape = Score(run, kernel);
                Memory<float>[] inputs = [.. kernel.Inputs(shape).Select(input => run.In(input.Count))];
                Memory<float> scores = run.Out(shape.Batch * shape.Queries * shape.Keys);
                return () => kernel.Forward(shape, inputs, scores, run.Options);
            })),
            ($"{kernel.Name}.Backward", run =>
            {
                ScoreShape shape = Score(run, kernel);
                Memory<float>[] inputs = [.. kernel.Inputs(shape).Select(input => run.In(input.Count))], gradients = [.. inputs.Select(input => run.Out(input.Length))];
                Memory<float> slopes = run.In(shape.Batch * shape.Queries * shape.Keys);
                return () => kernel.Backward(shape, inputs, slopes, gradients, run.Options);
            }),
        })
        .ToDictionary(each => each.Item1, each => each.Item2);

    private static ScoreShape Score(CatalogueRun run, ScoreKernel kernel)
    {
        int width = run.Width(80);
        return new(run.Several(3), run.Length(), run.Length(), width, kernel.AsksForEqualWidths ? width : run.Width(80), run.Width(80));
    }
}
