using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Attention.Course.Tests.Book;

/// <summary>One Chromium for all tests of a class. Where none is installed, the tests are skipped and say why.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Missing = "No Chromium is installed: install one (apt-get install chromium), or name it in the environment variable CHROMIUM.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe", "msedge.exe"];

    // The browser resolves no name, so that even what escapes the interception reaches nobody.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is { } path)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = Arguments, Timeout = OpenPage.Patience });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page of a book on disk in a fresh window.</summary>
    internal async Task<OpenPage> OpenAsync(string path, BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, Missing);
        IBrowserContext context = await _browser!.NewContextAsync(options);
        var page = new OpenPage(context, await context.NewPageAsync());
        await page.GoToAsync(path);
        return page;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"The environment variable CHROMIUM names {named}, which does not exist.");
        }

        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin", "/snap/bin"];
        return folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}

/// <summary>A page in the browser, with everything that it complained about and asked for.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    /// <summary>Milliseconds until a wait is a failure: a machine that runs all tests at once is slow.</summary>
    public const float Patience = 120_000;

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        context.SetDefaultTimeout(Patience);
        page.Console += (_, message) => Add(_complaints, message.Type is "error" or "warning" ? $"console {message.Type}: {message.Text}" : null);
        page.PageError += (_, error) => Add(_complaints, $"exception: {error}");
        page.RequestFailed += (_, request) => Add(_complaints, $"failed: {request.Url}");
        context.Request += (_, request) => Add(_requests, request.Url);
    }

    public IPage Page { get; }

    public async Task GoToAsync(string path)
    {
        await Page.GotoAsync(new Uri(path).AbsoluteUri);
        await Page.EvaluateAsync("() => document.fonts.ready.then(() => true)");
    }

    /// <summary>Waits until the browser has gone to a page of the book and loaded it.</summary>
    public async Task ArriveAtAsync(string pageName)
    {
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape("/" + pageName) + "$"), new() { Timeout = Patience });
        await Page.WaitForLoadStateAsync();
    }

    /// <summary>Scrolls through the whole page until every figure is drawn.</summary>
    public async Task DrawFiguresAsync()
    {
        ILocator figures = Page.Locator("[data-plot]");
        for (int i = 0; i < await figures.CountAsync(); i++)
        {
            await figures.Nth(i).ScrollIntoViewIfNeededAsync();
            await Page.Locator("[data-plot]").Nth(i).And(Page.Locator(".drawn")).WaitForAsync();
        }
    }

    public Task<T> EvaluateAsync<T>(string script) => Page.EvaluateAsync<T>(script);

    /// <summary>The page was silent, and asked for nothing but files.</summary>
    public void AssertQuiet()
    {
        lock (_requests)
        {
            Assert.Empty(_complaints);
            Assert.NotEmpty(_requests);
            Assert.All(_requests, url => Assert.Matches("^(file|data|blob):", url));
        }
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void Add(List<string> list, string? entry)
    {
        lock (_requests)
        {
            list.AddRange(entry is null ? [] : [entry]);
        }
    }
}
