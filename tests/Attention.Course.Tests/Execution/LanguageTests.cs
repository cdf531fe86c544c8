using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

/// <summary>Cells are C# 14 as .NET Interactive takes it: what runs here runs there.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("class Box { public int Size { get; set => field = Math.Abs(value); } } new Box { Size = -3 }.Size", "3")]
    [InlineData("static class Wide { } int[] a = [1, 2, .. new[] { 3 }]; a.Length", "3")]
    [InlineData("class Counter { public int N; public void operator +=(int n) => N += n; } var c = new Counter(); c += 4; c.N", "4")]
    [InlineData("string name = nameof(List<>); name", "List")]
    [InlineData("Func<string, bool> f = (text) => int.TryParse(text, out _); f(\"12\")", "True")]
    [InlineData("StringBuilder b = null; b?.Length = 3; b", "null")]
    [InlineData("int Sum(int[] a) { ReadOnlySpan<int> s = a; int t = 0; foreach (int v in s) t += v; return t; } Sum([1, 2])", "3")]
    [InlineData("static bool Starts(this string s) => s.StartsWith('a'); \"abc\".Starts()", "True")]
    public async Task RunAsync_CSharp14_Runs(string source, string expected) => Assert.Equal(expected, (await Cells.RunAsync(source)).Value());

    [Theory]
    [InlineData("StringBuilder b = new(); ArrayList l = new(); List<int> g = [1]; g.Sum() + l.Count")]
    public async Task RunAsync_SixUsings_AreInScope(string source) => Assert.Equal("1", (await Cells.RunAsync(source)).Value());

    [Theory]
    [InlineData("File.Exists(\"x\")", "CS0103")]
    [InlineData("new HttpClient()", "CS0246")]
    public async Task RunAsync_OtherNamespaces_AreNot(string source, string refusal) => Assert.Equal(refusal, (await Cells.RunAsync(source)).Failure!.Name);

    [Fact]
    public async Task RunAsync_NullWithoutQuestionMark_IsNotWarnedAbout() => Assert.Null((await Cells.RunAsync("string s = null; object o = s; o = null;")).Failure);

    [Theory]
    [InlineData("namespace N { class A { } }", "CS7021")]
    [InlineData("using var s = new System.IO.MemoryStream();", "CS1002")]
    [InlineData("Span<int> s = new int[3];", "CS8345")]
    [InlineData("static class E { public static int Twice(this int n) => 2 * n; }", "CS1109")]
    [InlineData("static class E { extension(int n) { public int Twice() => 2 * n; } }", "CS9283")]
    [InlineData("file class F { }", "CS9054")]
    [InlineData("int x = 1; class UsesIt { int Y = x; }", "CS0120")]
    public async Task RunAsync_WhatNotebooksMayNotDo_IsRefused(string source, string refusal) => Assert.Equal(refusal, (await Cells.RunAsync(source)).Failure?.Name);

    [Theory]
    [InlineData("union Shape(int, string);")]
    [InlineData("List<int> list = [with(capacity: 4), 1]; list.Count")]
    public async Task RunAsync_NewerThanCSharp14_IsRefused(string source) => Assert.Equal(FailureKind.Compilation, (await Cells.RunAsync(source)).Failure?.Kind);
}
