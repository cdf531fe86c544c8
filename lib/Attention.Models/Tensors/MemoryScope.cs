namespace Attention.Models;

/// <summary>A stretch of a program at whose end the memory of what it computed is used again. Scopes nest; the inner one ends first.</summary>
public sealed class MemoryScope : IDisposable
{
    private readonly MemoryScope? _outer;
    private readonly List<Storage> _owned = [];
    private bool _hasEnded;

    internal MemoryScope(MemoryScope? outer)
    {
        _outer = outer;
        Memory.Current = this;
    }

    /// <summary>Lets a tensor outlive this scope: it belongs to the scope around it, or to nobody. It is the values that live on: how they were computed is forgotten, and a gradient that belongs to this scope.</summary>
    /// <returns>The tensor itself.</returns>
    /// <exception cref="ObjectDisposedException">The scope, or the tensor's, has ended.</exception>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_hasEnded, this);
        tensor.ThrowIfExpired();
        Storage storage = tensor.Storage;
        if (storage.Scope == this)
        {
            storage.Scope = _outer;
            _outer?.Own(storage);
        }

        tensor.Forget(ending: this);
        return tensor;
    }

    /// <summary>Ends the scope. A tensor that was computed in it and not kept can no longer be read.</summary>
    /// <exception cref="InvalidOperationException">An inner scope is still open, or the scope was opened on another thread.</exception>
    public void Dispose()
    {
        if (_hasEnded)
        {
            return;
        }

        if (Memory.Current != this)
        {
            throw new InvalidOperationException("Memory: this scope is not the innermost of its thread; end the scopes in it first, and on the thread that opened them");
        }

        _hasEnded = true;
        Memory.Current = _outer;
        foreach (Storage storage in _owned)
        {
            if (storage.Scope == this)
            {
                StoragePool.Return(storage);
            }
        }

        _owned.Clear();
    }

    /// <summary>Memory that ends with this scope.</summary>
    internal Storage Rent(int count)
    {
        Storage storage = StoragePool.Rent(count);
        Own(storage);
        return storage;
    }

    internal void Own(Storage storage)
    {
        storage.Scope = this;
        _owned.Add(storage);
    }
}
