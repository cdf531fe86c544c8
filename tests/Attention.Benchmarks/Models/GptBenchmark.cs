using System.CommandLine;
using Attention.Models;

namespace Attention.Benchmarks;

/// <summary>The GPT that PyTorch trains and lets generate too, in peers/pytorch/gpt.py: training, and generation with a cache.</summary>
internal static class GptBenchmark
{
    private const int Layers = 4, Width = 256, Inner = 1024, Vocabulary = 1024, Context = 128, Batch = 16;
    private const int Prompt = 16, Generated = 128;

    /// <summary>Weights that take part in a product once for every token.</summary>
    private const double Weights = (Layers * ((4.0 * Width * Width) + (2.0 * Width * Inner))) + (1.0 * Width * Vocabulary);

    internal static Command CreateTraining() =>
        Create("training", "One step of a small GPT: loss, gradients, AdamW, on a batch of 16 × 128 tokens.", tokens: Batch * Context, isStep: true, Train);

    internal static Command CreateGeneration() =>
        Create("generation", "A small GPT writes 128 tokens after a prompt of 16, greedily, with a cache.", tokens: Generated, isStep: false, Generate);

    private static Command Create(string name, string description, int tokens, bool isStep, Func<(Action Run, double Flops)> prepare)
    {
        Option<int> threads = CommonOptions.Threads(), runs = CommonOptions.Runs();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(name, description) { threads, runs, json };
        command.SetAction(parsed =>
        {
            Compute.MaxThreads = parsed.GetValue(threads);
            (Action run, double flops) = prepare();
            var measurement = ModelMeasurement.Of(Measurement.Of(name, "", Compute.MaxThreads, flops, parsed.GetValue(runs), run), tokens, isStep);
            Report.Write(measurement, parsed.GetValue(json));
        });
        return command;
    }

    private static Gpt NewModel(int context) =>
        new(new(Vocabulary) { Context = context, Width = Width, Layers = Layers, InnerWidth = Inner, Activation = Activation.Gelu, IsTied = false }, new(1));

    private static int[] Text(int count)
    {
        RandomSource random = new(2);
        int[] text = new int[count];
        foreach (ref int token in text.AsSpan())
        {
            token = random.NextInt(Vocabulary);
        }

        return text;
    }

    private static (Action Run, double Flops) Train()
    {
        Gpt model = NewModel(Context);
        AdamOptimizer optimizer = new(model.NamedParameters, 3e-4, new() { WeightDecay = 0.01f });
        int[] text = Text(Batch * (Context + 1));
        void Step()
        {
            using MemoryScope scope = Memory.Scope();
            Tensor loss = model.Loss(text, Batch);
            loss.Backward();
            optimizer.Step();
            if (!float.IsFinite(loss.Value))
            {
                throw new WrongResultException($"training: the loss is {loss.Value}");
            }
        }

        // A causal mask lets half of the pairs through; backward takes two products for each one of forward, and attention's weights a product more.
        double pairs = Batch * (Context * (Context + 1) / 2.0);
        return (Step, (6 * Weights * Batch * Context) + (Layers * pairs * 14 * Width));
    }

    private static (Action Run, double Flops) Generate()
    {
        Gpt model = NewModel(Prompt + Generated);
        model.Evaluate();
        int[] prompt = Text(Prompt), written = model.Generate(prompt, Generated, Sampling.Greedy);
        using (Gradients.Off())
        {
            int[] likeliest = model.Forward((int[])[.. prompt, .. written], 1, Prompt + Generated).ArgMax();
            if (!likeliest.AsSpan(Prompt - 1, Generated).SequenceEqual(written))
            {
                throw new WrongResultException("generation: with the cache another text is written than without it");
            }
        }

        return (() => model.Generate(prompt, Generated, Sampling.Greedy), 2 * Weights * (Prompt + Generated - 1));
    }
}
