using Attention.Course.Documents;
using Attention.Course.Tests.Commands;

namespace Attention.Course.Tests.Documents;

public class TextFileTests
{
    [Fact]
    public void Write_NewAndExistingFile_LeavesNothingElse()
    {
        using var course = new TemporaryCourse();
        string path = Path.Combine(course.Root, "a.txt");
        TextFile.Write(path, "one");
        TextFile.Write(path, "zwei – 二");
        Assert.Equal("zwei – 二", course.Read("a.txt"));
        Assert.Equal(["a.txt"], course.Files());
    }

    [Fact]
    public void Write_ReadOnlyFile_SaysSoAndLeavesIt()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("a.txt", "before");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        Assert.Equal($"{path} cannot be written: it is read-only.", Assert.Throws<UserError>(() => TextFile.Write(path, "after")).Message);
        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal("before", course.Read("a.txt"));
        Assert.Equal(["a.txt"], course.Files());
    }

    [Fact]
    public void ReadAndWrite_LockedFile_SaySoAndLeaveIt()
    {
        using var course = new TemporaryCourse();
        string path = course.Write("a.txt", "before");
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal($"{path} cannot be written: The process cannot access the file '{path}' because it is being used by another process.", Assert.Throws<UserError>(() => TextFile.Write(path, "after")).Message);
            Assert.Equal($"{path} cannot be read: The process cannot access the file '{path}' because it is being used by another process.", Assert.Throws<UserError>(() => TextFile.Read(path)).Message);
        }

        Assert.Equal("before", course.Read("a.txt"));
        Assert.Equal(["a.txt"], course.Files());
    }

    [Fact]
    public void Write_FolderInTheWayOrMissing_SaysSo()
    {
        using var course = new TemporaryCourse();
        string missing = Path.Combine(course.Root, "no", "a.txt");
        Assert.Equal($"{course.Root} cannot be written: it is a folder.", Assert.Throws<UserError>(() => TextFile.Write(course.Root, "")).Message);
        Assert.Equal($"{missing} cannot be written: its folder does not exist.", Assert.Throws<UserError>(() => TextFile.Write(missing, "")).Message);
        Assert.Empty(course.Files());
    }

    [Fact]
    public void Write_ExistingFile_KeepsItsPermissions()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        using var course = new TemporaryCourse();
        string path = course.Write("a.txt", "before");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead;
        File.SetUnixFileMode(path, Mode);
        TextFile.Write(path, "after");
        Assert.Equal(Mode, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Write_SymbolicLink_ChangesWhatItPointsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets only administrators make links.");
        using var course = new TemporaryCourse();
        string target = course.Write("target.txt", "before");
        string link = Path.Combine(course.Root, "link.txt");
        File.CreateSymbolicLink(link, "target.txt");
        TextFile.Write(link, "after");
        Assert.Equal("after", File.ReadAllText(target));
        Assert.Equal("target.txt", new FileInfo(link).LinkTarget);
        Assert.Equal(["link.txt", "target.txt"], course.Files());
    }
}
