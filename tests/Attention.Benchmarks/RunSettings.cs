namespace Attention.Benchmarks;

/// <summary>How to measure, whatever is measured.</summary>
/// <param name="Threads">How many threads work, the caller's included.</param>
/// <param name="Runs">How many timed runs; 0: as many as fit in the seconds.</param>
/// <param name="Offset">How many floats past an aligned address every buffer starts.</param>
/// <param name="Memory">Whether to report what is used beyond inputs and outputs.</param>
/// <param name="Json">Whether a script reads the answer.</param>
internal readonly record struct RunSettings(int Threads, int Runs, int Offset, bool Memory, bool Json);
