using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Writes a measurement: one line of JSON for scripts, or a few lines for people.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static void Write(Measurement measurement, bool json) => Console.WriteLine(json ? ToJson(measurement) : ToTable(measurement));

    internal static string ToJson(Measurement measurement) => JsonSerializer.Serialize(
        measurement with
        {
            MedianMs = Math.Round(measurement.MedianMs, 5),
            CopyMs = measurement.CopyMs is { } copy ? Math.Round(copy, 5) : null,
            ReadMs = measurement.ReadMs is { } read ? Math.Round(read, 5) : null,
            MinMs = Math.Round(measurement.MinMs, 5),
            Gflops = Math.Round(measurement.Gflops, 3),
            PeakGflops = Math.Round(measurement.PeakGflops, 3),
        },
        Format);

    internal static string ToJson(OperationMeasurement measurement) => JsonSerializer.Serialize(
        measurement with
        {
            MedianMs = Math.Round(measurement.MedianMs, 5),
            MinMs = Math.Round(measurement.MinMs, 5),
            Gflops = measurement.Gflops is { } gflops ? Math.Round(gflops, 3) : null,
            GigabytesPerSecond = measurement.GigabytesPerSecond is { } bytes ? Math.Round(bytes, 3) : null,
            LimitMs = Math.Round(measurement.LimitMs, 5),
            Share = Math.Round(measurement.Share, 4),
        },
        Format);

    internal static void Write(ModelMeasurement m, bool json) => Console.WriteLine(json
        ? JsonSerializer.Serialize(
            m with
            {
                TokensPerS = Math.Round(m.TokensPerS, 1),
                MsPerStep = m.MsPerStep is { } step ? Math.Round(step, 3) : null,
                MsPerToken = m.MsPerToken is { } token ? Math.Round(token, 4) : null,
                MedianMs = Math.Round(m.MedianMs, 5),
                Gflops = Math.Round(m.Gflops, 3),
                PeakGflops = Math.Round(m.PeakGflops, 3),
            },
            Format)
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{m.Name}  {m.Threads} thread{(m.Threads == 1 ? "" : "s")}, {m.Runs} runs: {m.TokensPerS:F0} tokens/s, {m.MsPerStep ?? m.MsPerToken:F3} ms per {(m.MsPerStep is null ? "token" : "step")}, {m.Gflops / m.PeakGflops:P1} of peak"));

    private static string ToTable(Measurement m)
    {
        double best = m.Gflops * m.MedianMs / m.MinMs;
        List<string> lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"{m.Name}  {m.Shape}  {m.Threads} thread{(m.Threads == 1 ? "" : "s")}, {VectorWidth.Bits} bits, {m.Runs} runs"),
            string.Create(CultureInfo.InvariantCulture, $"  median {m.MedianMs,10:F4} ms  {m.Gflops,8:F1} GFLOP/s  {m.Gflops / m.PeakGflops,6:P1} of peak"),
            string.Create(CultureInfo.InvariantCulture, $"  fastest{m.MinMs,10:F4} ms  {best,8:F1} GFLOP/s  {best / m.PeakGflops,6:P1} of peak"),
            string.Create(CultureInfo.InvariantCulture, $"  peak                   {m.PeakGflops,8:F1} GFLOP/s, measured between the runs"),
        ];
        if (m.CopyMs is { } copy)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  copy   {copy,10:F4} ms  to copy the same buffers: the memory's limit, {copy / m.MedianMs:P1} of it reached"));
        }

        if (m.ReadMs is { } read)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  read   {read,10:F4} ms  to read the same buffers: the memory's limit, {read / m.MedianMs:P1} of it reached"));
        }

        if (m.ExtraBytes is { } bytes)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  memory {bytes / 1048576.0,10:F2} MB beyond inputs and outputs"));
        }

        return string.Join(Environment.NewLine, lines);
    }
}
