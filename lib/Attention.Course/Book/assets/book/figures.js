// Draws a figure over its still picture once the reader comes near. Plotly is large, so a page without figures never loads it.
"use strict";

const figures = {
  loading: null,

  load() {
    figures.loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = "assets/plotly/plotly-cartesian.min.js";
      script.onload = () => resolve(Plotly);
      script.onerror = () => reject(new Error("plotly.js could not be loaded"));
      document.head.append(script);
    });
    return figures.loading;
  },

  // The page's colours, as the browser resolves them for the theme at hand.
  colours(element) {
    const style = getComputedStyle(element);
    return { ink: style.color, rule: style.borderTopColor, paper: style.backgroundColor, family: style.fontFamily };
  },

  themed(layout, element) {
    const { ink, rule, paper, family } = figures.colours(element);
    const result = { ...layout, paper_bgcolor: "rgba(0,0,0,0)", font: { ...layout.font, color: ink, family } };
    result.title = { ...layout.title, font: { ...layout.title?.font, weight: 600 } };
    // A heat map's background says "no number here"; every other plot is drawn on the page's own paper.
    if (!element.hasHeatMap) result.plot_bgcolor = "rgba(0,0,0,0)";
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
      result[key] = { ...layout[key], gridcolor: rule, zerolinecolor: rule, linecolor: rule, tickcolor: rule };
    }
    result.hoverlabel = { bgcolor: paper, bordercolor: ink, font: { color: ink, family, size: 14 }, align: "left" };
    // A finger that drags over a figure scrolls the page.
    result.dragmode = matchMedia("(pointer: fine)").matches && !element.hasHeatMap ? "zoom" : false;
    return result;
  },

  // No buttons inside: to a screen reader the figure is one image. A double click takes back a zoom, and Plotly says so.
  config: { responsive: true, displayModeBar: false, doubleClick: "reset" },

  async draw(figure) {
    const element = figure.querySelector(".live");
    const description = JSON.parse(figure.querySelector("script").textContent);
    const plotly = await figures.load();
    element.hasHeatMap = description.data.some((trace) => trace.type === "heatmap");
    element.description = description;
    element.hidden = false;
    element.style.height = `${description.layout?.height ?? 420}px`;
    await plotly.newPlot(element, description.data, figures.themed(description.layout ?? {}, element), figures.config);
    figure.classList.add("drawn");
  },

  start() {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        observer.unobserve(entry.target);
        figures.draw(entry.target).catch((error) => console.error(`A figure stays still: ${error.message}`));
      }
    }, { rootMargin: "600px" });
    for (const figure of document.querySelectorAll("[data-plot]")) observer.observe(figure);
    document.addEventListener("themechange", () => {
      for (const element of document.querySelectorAll(".drawn > .live")) {
        Plotly.relayout(element, figures.themed(element.description.layout ?? {}, element));
      }
    });
  },
};

figures.start();
