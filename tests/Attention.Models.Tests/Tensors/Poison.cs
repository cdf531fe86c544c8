using System.Runtime.CompilerServices;

namespace Attention.Models.Tests.Tensors;

/// <summary>All tests run with memory that turns to NaN when it goes back to the pool: whoever still reads it is found out.</summary>
internal static class Poison
{
    [ModuleInitializer]
    internal static void On() => StoragePool.IsPoisoned = true;
}
