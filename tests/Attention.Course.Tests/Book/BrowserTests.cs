using Microsoft.Playwright;

namespace Attention.Course.Tests.Book;

/// <summary>The book in a real browser.</summary>
public sealed class BrowserTests(Browser browser, SampleBook book) : IClassFixture<Browser>, IClassFixture<SampleBook>
{
    private static readonly BrowserNewContextOptions Phone = new() { ViewportSize = new() { Width = 320, Height = 640 }, IsMobile = true, HasTouch = true };
    private static readonly BrowserNewContextOptions NoScript = new() { JavaScriptEnabled = false };
    private static readonly BrowserNewContextOptions PhoneWithoutScript = new(Phone) { JavaScriptEnabled = false };

    [Fact]
    public async Task Page_Opened_SetsMathematicsAndColoursCodeQuietly()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        await page.DrawFiguresAsync();
        int formulas = await page.Page.Locator(".math").CountAsync();
        Assert.Equal(formulas, await page.Page.Locator(".math.set > .katex, .math.set > .katex-display").CountAsync());
        Assert.True(formulas >= 6, $"{formulas} formulas");
        Assert.Equal(0, await page.Page.Locator(".katex-error, .math.refused").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("() => document.fonts.check('16px KaTeX_Main') && document.fonts.check('16px \"Source Serif\"')"));
        Assert.Equal("float", await page.Page.Locator("#cell-sum .k").First.TextContentAsync());
        Assert.NotEqual(await Colour(page, "#cell-sum code"), await Colour(page, "#cell-sum .k"));
        Assert.Equal(SampleBook.Source, await page.Page.Locator("#cell-sum code").TextContentAsync());
        page.AssertQuiet();
    }

    [Fact]
    public async Task Figure_HoveredOver_ShowsTheTokenPairAndItsWeight()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        await page.DrawFiguresAsync();
        ILocator plot = page.Page.Locator("#cell-map .live").First;
        await plot.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult area = (await plot.Locator(".nsewdrag").BoundingBoxAsync())!;
        for (int row = 0; row < 3; row++)
        {
            await page.Page.Mouse.MoveAsync(area.X + (area.Width / 2), area.Y + (area.Height * (row + 0.5f) / 3));
            string[] tokens = ["I", "love", "programming"], weights = ["0.1", "0.7", "0.3"];
            ILocator label = plot.Locator($".hoverlayer >> text=\"{tokens[row]}\"").Or(plot.Locator(".hoverlayer .hovertext").Filter(new() { HasText = weights[row] }));
            await label.First.WaitForAsync();
            string text = await plot.Locator(".hoverlayer").TextContentAsync() ?? "";
            Assert.Contains(tokens[row], text, StringComparison.Ordinal);
            Assert.Contains("love", text, StringComparison.Ordinal);
            Assert.Contains(weights[row], text, StringComparison.Ordinal);
        }

        page.AssertQuiet();
    }

    [Fact]
    public async Task PageWithoutFigures_DoesNotLoadPlotly()
    {
        await using OpenPage page = await browser.OpenAsync(book.Index);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Second" }).Last.ClickAsync();
        await page.ArriveAtAsync("2-second.html");
        Assert.Equal("undefined", await page.EvaluateAsync<string>("() => typeof Plotly"));
        page.AssertQuiet();
    }

    [Theory]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task Theme_FollowsTheSystemUntilToggled_AndIsRemembered(ColorScheme system, bool dark)
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage, new() { ColorScheme = system });
        await page.DrawFiguresAsync();
        ILocator toggle = page.Page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" });
        Assert.Equal(dark, await IsDark(page));
        Assert.Equal(dark ? "true" : "false", await toggle.GetAttributeAsync("aria-pressed"));
        string figureBefore = await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.xtick text')).fill");

        await toggle.ClickAsync();
        Assert.Equal(!dark, await IsDark(page));
        Assert.Equal(dark ? "false" : "true", await toggle.GetAttributeAsync("aria-pressed"));
        await page.Page.WaitForFunctionAsync("before => getComputedStyle(document.querySelector('.xtick text')).fill !== before", figureBefore);

        await page.GoToAsync(book.Index);
        Assert.Equal(!dark, await IsDark(page));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Phone_NothingIsWiderThanTheScreen_AndTheContentsOpen()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage, Phone);
        await page.DrawFiguresAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(Wider));
        ILocator menu = page.Page.GetByRole(AriaRole.Button, new() { Name = "Contents" });
        ILocator contents = page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Contents" });
        Assert.False(await contents.IsVisibleAsync());
        await menu.ClickAsync();
        Assert.True(await contents.IsVisibleAsync());
        Assert.Equal("true", await menu.GetAttributeAsync("aria-expanded"));
        Assert.Equal(640, await page.EvaluateAsync<double>("() => document.getElementById('contents').getBoundingClientRect().bottom"));
        await page.Page.Keyboard.PressAsync("Escape");
        Assert.False(await contents.IsVisibleAsync());
        await menu.ClickAsync();
        await contents.GetByRole(AriaRole.Link, new() { Name = "The map" }).ClickAsync();
        Assert.False(await contents.IsVisibleAsync());
        Assert.EndsWith("#the-map", page.Page.Url, StringComparison.Ordinal);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Keyboard_ReachesSkipLinkNavigationToggleAndWhatScrolls()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the text", await Focused(page));
        Assert.True(await page.EvaluateAsync<bool>("() => document.activeElement.getBoundingClientRect().top >= 0"));
        Assert.NotEqual("none", await page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
        var seen = new List<string>();
        for (int i = 0; i < 60; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            seen.Add(await Focused(page));
        }

        Assert.Equal(["Attention.Notebooks", "Dark theme", "First x_1", "A table", "The map", "Below", "Second"], seen.Take(7));
        Assert.Contains("Copy this code", seen);
        Assert.Contains("Link to this section: The map", seen);
        Assert.Contains("Figure in words", seen);
        Assert.Contains("A hint", seen);
        Assert.Contains(new string('=', 40), seen);
        Assert.Contains("Next Second", seen);

        await page.GoToAsync(book.FirstPage);
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.ArriveAtAsync("2-second.html");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.ArriveAtAsync("1-first.html");
    }

    [Fact]
    public async Task WithoutScripts_TextPicturesAndContentsAreThere()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage, NoScript);
        Assert.Equal(3, await page.Page.Locator(".still > svg:visible").CountAsync());
        Assert.Contains("\\frac{QK^\\top}{\\sqrt{d_k}}", await page.Page.Locator("#cell-intro").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Contents" }).IsVisibleAsync());
        Assert.Equal(0, await page.Page.Locator("button:visible").CountAsync());
        Assert.Equal("query love → key programming", (await page.Page.Locator("#cell-map svg title").Nth(5).TextContentAsync() ?? "").Split(':')[0].Trim());
    }

    [Fact]
    public async Task PhoneWithoutScripts_ContentsFollowTheTextAndALinkLeadsThere()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage, PhoneWithoutScript);
        Assert.Equal(0, await page.Page.Locator("button:visible").CountAsync());
        LocatorBoundingBoxResult main = (await page.Page.Locator("main").BoundingBoxAsync())!;
        LocatorBoundingBoxResult contents = (await page.Page.Locator("#contents").BoundingBoxAsync())!;
        Assert.True(contents.Y >= main.Y + main.Height, $"contents at {contents.Y}, text until {main.Y + main.Height}");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Contents" }).ClickAsync();
        await page.ArriveAtAsync("1-first.html#contents");
    }

    [Fact]
    public async Task ScreenReader_FindsLandmarksNamesAndAnOrderedOutline()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        await page.DrawFiguresAsync();
        Assert.Equal("en", await page.Page.Locator("html").GetAttributeAsync("lang"));
        foreach ((AriaRole role, int count) in new[] { (AriaRole.Main, 1), (AriaRole.Banner, 1), (AriaRole.Navigation, 2) })
        {
            Assert.Equal(count, await page.Page.GetByRole(role).CountAsync());
        }

        Assert.Equal(2, await page.Page.GetByRole(AriaRole.Img, new() { Name = "Who looks at whom. A lower triangle: no word looks ahead" }).CountAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("() => [...document.querySelectorAll('svg[role=img], .live, img')].filter(e => !e.matches('.bar img') && !(e.getAttribute('aria-label') ?? e.alt)).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => [...document.querySelectorAll('a[href], button')].filter(e => !(e.getAttribute('aria-label') ?? e.textContent).trim()).length"));
        int[] levels = await page.EvaluateAsync<int[]>("() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))");
        Assert.Equal([1, 2, 2, 3], levels);
        Assert.Equal("Who looks at whom", (await page.Page.Locator("#cell-map .words pre").First.TextContentAsync() ?? "").Split('\n')[0]);
    }

    [Fact]
    public async Task Copy_Pressed_PutsTheCodeOnTheClipboardAndSaysSo()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage, new() { Permissions = ["clipboard-read", "clipboard-write"] });
        ILocator cell = page.Page.Locator("#cell-sum");
        await cell.HoverAsync();
        await cell.GetByRole(AriaRole.Button).ClickAsync();
        await page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Code copied." }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Equal(SampleBook.Source, await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Print_ShowsTheStillPicturesAndNoControls()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        await page.DrawFiguresAsync();
        await page.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.Equal(3, await page.Page.Locator(".still > svg:visible").CountAsync());
        Assert.Equal(0, await page.Page.Locator(".live:visible, .bar:visible, .contents:visible, button:visible").CountAsync());
    }

    [Fact]
    public async Task HostileOutput_RunsNothingAndBreaksNothing()
    {
        await using OpenPage page = await browser.OpenAsync(book.FirstPage);
        Assert.True(await page.Page.Locator("#cell-html table").IsVisibleAsync());
        Assert.True(await page.Page.Locator("main #cell-bad .error").IsVisibleAsync());
        page.AssertQuiet();
    }

    // The first element that reaches beyond the screen and does not scroll inside something; empty when there is none.
    // Measured against the screen: a phone's innerWidth grows with a page that is too wide.
    internal const string Wider = """
        () => {
          if (document.documentElement.scrollWidth <= screen.width) return "";
          const wide = [...document.querySelectorAll("body *")].find(e => e.getBoundingClientRect().right > screen.width && !e.closest("pre, .scroll, .math, .still, .live, .visually-hidden"));
          return `the page is ${document.documentElement.scrollWidth} wide on a screen of ${screen.width}: ${wide?.outerHTML.slice(0, 200)}`;
        }
        """;

    private static Task<string> Colour(OpenPage page, string selector) => page.EvaluateAsync<string>($"() => getComputedStyle(document.querySelector('{selector}')).color");

    private static async Task<bool> IsDark(OpenPage page) =>
        await page.EvaluateAsync<int>("() => Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") < 128;

    // What the focused element is called; a formula counts as its TeX.
    private static Task<string> Focused(OpenPage page) => page.EvaluateAsync<string>("""
        () => {
          const copy = document.activeElement.cloneNode(true);
          for (const formula of copy.querySelectorAll(".katex")) formula.textContent = formula.querySelector("annotation").textContent;
          return (copy.getAttribute("aria-label") ?? copy.textContent).trim().slice(0, 40);
        }
        """);
}
