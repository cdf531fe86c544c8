using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Attention.Kernels.Tests;

/// <summary>Whole pages of memory from the operating system, some of which can be made untouchable.</summary>
internal static unsafe partial class Pages
{
    public static int Size => Environment.SystemPageSize;

    public static byte* Reserve(nint bytes)
    {
        nint address = OperatingSystem.IsWindows()
            ? VirtualAlloc(0, bytes, MemCommit | MemReserve, PageReadWrite)
            : Map(0, bytes, ProtRead | ProtWrite, MapPrivate | (OperatingSystem.IsMacOS() ? MapAnonymousMac : MapAnonymousLinux), -1, 0);
        return address is 0 or -1 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : (byte*)address;
    }

    /// <summary>From now on, touching these bytes ends the process.</summary>
    public static void Forbid(byte* address, nint bytes)
    {
        bool done = OperatingSystem.IsWindows() ? VirtualProtect((nint)address, bytes, PageNoAccess, out _) : Protect((nint)address, bytes, ProtNone) == 0;
        ThrowUnless(done);
    }

    public static void Release(byte* address, nint bytes)
    {
        bool done = OperatingSystem.IsWindows() ? VirtualFree((nint)address, 0, MemRelease) : Unmap((nint)address, bytes) == 0;
        ThrowUnless(done);
    }

    private static void ThrowUnless(bool done)
    {
        if (!done)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private const int ProtNone = 0, ProtRead = 1, ProtWrite = 2, MapPrivate = 2, MapAnonymousLinux = 0x20, MapAnonymousMac = 0x1000;
    private const uint MemCommit = 0x1000, MemReserve = 0x2000, MemRelease = 0x8000, PageNoAccess = 1, PageReadWrite = 4;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nint size, uint allocation, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(nint address, nint size, uint protection, out uint before);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nint size, uint kind);
}
