namespace Attention.Kernels.Tests;

/// <summary>Many callers at once share pools and helpers, and must not notice each other.</summary>
[Collection(Alone.Name)]
public sealed class ConcurrencyTests
{
    private const int Callers = 8;
    private const int Rounds = 40;

    [Fact]
    public async Task Forward_ManyCallersAtOnce_EachGetsItsOwnBits()
    {
        (AttentionCase Problem, AttentionResult Alone)[] problems =
        [
            .. from index in Enumerable.Range(0, Callers)
               let shape = new AttentionShape(1, 4, 2, 200 + (45 * index), 400 - (20 * index), 16 + index, 32 - index)
               let problem = AttentionCase.Draw(shape, MaskKinds.All[index % MaskKinds.All.Length], seed: 430 + index)
               select (problem, AttentionCalls.Forward(Form.Door).Run(problem)),
        ];

        await Task.WhenAll(problems.Select((each, caller) => Task.Run(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    AttentionResult result = AttentionCalls.Forward(Form.Door).Run(each.Problem, maxThreads: (caller + round) % 4);
                    Bits.Same($"output, caller {caller}, round {round}, {each.Problem}", each.Alone.Output, result.Output);
                    Bits.Same($"logSumExp, caller {caller}, round {round}, {each.Problem}", each.Alone.LogSumExp, result.LogSumExp);
                }
            },
            TestContext.Current.CancellationToken)));
    }

    /// <summary>A caller that gives up takes nobody with it, and its helpers never write into a later call's buffers.</summary>
    [Fact]
    public async Task Forward_OtherCallersCancelled_KeepsItsBits()
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×4×300×300×16"), MaskKind.Causal, seed: 440);
        AttentionResult alone = AttentionCalls.Forward(Form.Door).Run(problem);
        using CancellationTokenSource finished = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int cancelled = 0;
        Task givingUp = Task.Run(() =>
        {
            float[] output = new float[problem.Sizes.Output];
            while (!finished.IsCancellationRequested)
            {
                using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(1));
                try
                {
                    ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, output, options: new() { Cancellation = source.Token });
                }
                catch (OperationCanceledException) when (source.IsCancellationRequested)
                {
                    cancelled++;
                }
            }
        }, TestContext.Current.CancellationToken);

        for (int round = 0; round < Rounds || (Volatile.Read(ref cancelled) == 0 && !givingUp.IsCompleted); round++)
        {
            AttentionResult result = AttentionCalls.Forward(Form.Door).Run(problem, maxThreads: 0);
            Bits.Same($"round {round}, {problem}", alone.Output, result.Output);
        }

        await finished.CancelAsync();
        await givingUp;
        Assert.NotEqual(0, cancelled);
    }
}
