// Runs before the page is drawn, so that a remembered theme never flashes.
"use strict";
document.documentElement.classList.add("has-script");

const theme = {
  key: "attention-book-theme",

  // A browser may forbid pages to remember anything; then the theme follows the system, and the toggle lasts as long as the page.
  remembered() {
    try {
      return localStorage.getItem(theme.key);
    } catch (error) {
      console.info("The theme cannot be remembered:", error.message);
      return null;
    }
  },

  remember(name) {
    try {
      localStorage.setItem(theme.key, name);
    } catch (error) {
      console.info("The theme cannot be remembered:", error.message);
    }
  },

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  },

  choose(name) {
    document.documentElement.dataset.theme = name;
    theme.remember(name);
    document.dispatchEvent(new Event("themechange"));
  },
};

const rememberedTheme = theme.remembered();
if (rememberedTheme === "dark" || rememberedTheme === "light") document.documentElement.dataset.theme = rememberedTheme;
