// What a page does beyond being read: sets mathematics, copies code, opens the contents, follows the reader, changes the theme.
"use strict";

function setMathematics() {
  for (const element of document.querySelectorAll(".math")) {
    const tex = element.textContent.trim();
    try {
      katex.render(tex, element, { displayMode: element.classList.contains("display"), throwOnError: true });
      element.classList.add("set");
    } catch (error) {
      element.textContent = tex;
      element.classList.add("refused");
      console.error(`KaTeX refuses ${tex}: ${error.message}`);
    }
  }
}

function say(message) {
  document.querySelector("[role=status]").textContent = message;
}

async function copy(code, button) {
  const text = code.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    say("Code copied.");
  } catch (error) {
    // Without the permission the text is at least selected, one key from being copied.
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
    say("Code selected; press Ctrl and C to copy it.");
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function addCopyButtons() {
  for (const block of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", () => copy(block.querySelector("code"), button));
    block.append(button);
  }
}

// What scrolls sideways must be reachable by the keyboard, and what does not should not be in its way.
function makeScrollersReachable() {
  for (const element of document.querySelectorAll("pre, .scroll, .math.display")) {
    const scrolls = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1 && element.matches("pre.output");
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

function connectContents() {
  const button = document.querySelector("button.menu");
  const contents = document.getElementById("contents");
  const open = (isOpen) => {
    contents.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
  contents.addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      open(false);
      button.focus();
    }
  });
  // Scrolls the list alone: scrollIntoView would move the page as well.
  const here = contents.querySelector("[aria-current=page]");
  if (here && here.offsetTop > contents.clientHeight - 80) contents.scrollTop = here.offsetTop - 80;
}

function followReader() {
  const links = new Map([...document.querySelectorAll(".outline a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id));
  let current = null;
  const update = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
    const link = passed.length ? links.get(passed[passed.length - 1].id) : null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    current = link;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; update(); });
  }, { passive: true });
  update();
}

function connectTheme() {
  const button = document.querySelector("button.theme");
  const show = () => button.setAttribute("aria-pressed", String(theme.isDark()));
  button.addEventListener("click", () => theme.choose(theme.isDark() ? "light" : "dark"));
  document.addEventListener("themechange", show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
  show();
}

// Left and right turn the pages, unless the reader is inside something that uses these keys.
function connectPageKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const focused = document.activeElement;
    if (focused && focused !== document.body && focused.id !== "main") return;
    const link = event.key === "ArrowLeft" ? document.querySelector(".pager .prev") : event.key === "ArrowRight" ? document.querySelector(".pager .next") : null;
    if (link) location.href = link.href;
  });
}

connectTheme();
connectContents();
connectPageKeys();
addCopyButtons();
setMathematics();
makeScrollersReachable();
followReader();
addEventListener("resize", makeScrollersReachable);
document.fonts.ready.then(makeScrollersReachable);
// Mathematics changes the page's height: go to the address's anchor once more.
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: "instant" });
