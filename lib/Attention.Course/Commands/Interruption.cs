using System.Runtime.InteropServices;

namespace Attention.Course.Commands;

/// <summary>Ctrl-C and a polite kill ask the work to stop. Work that does not listen, and a second Ctrl-C, end the process.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    // Not disposed: a signal may arrive while the last line of the program runs.
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    /// <summary>Cancelled when the user wants to stop.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        _stop.Cancel();
        Task.Delay(Grace).ContinueWith(_ => Environment.Exit(CommandLine.Interrupted), TaskScheduler.Default);
    }
}
