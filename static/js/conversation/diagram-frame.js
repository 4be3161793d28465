// Runs in diagram-frame.html: draws a diagram and replies with an SVG document, or "" if the diagram is invalid.

(() => {
  let number = 0;
  // As in tokens.css; Mermaid derives its other colours from these.
  const LIGHT = {
    primaryColor: "#e2f0ea",
    primaryBorderColor: "#0b6b57",
    primaryTextColor: "#18201c",
    secondaryColor: "#fbf1dc",
    tertiaryColor: "#eff1ee",
    lineColor: "#47524c",
  };
  const DARK = {
    darkMode: true,
    primaryColor: "#16312a",
    primaryBorderColor: "#62c7aa",
    primaryTextColor: "#e6ebe8",
    secondaryColor: "#31270f",
    tertiaryColor: "#222926",
    lineColor: "#b0bab4",
  };

  /**
   * @param {{ text: string, theme: string, surface: string }} diagram `surface` is the background colour
   * @returns {Promise<string>}
   */
  async function draw({ text, theme, surface }) {
    window.mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      theme: "base",
      // An SVG shown as an image cannot contain HTML.
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      maxTextSize: 20_000,
      maxEdges: 300,
      suppressErrorRendering: true,
      fontFamily: "sans-serif",
      // Labels on lines get the diagram's background.
      themeVariables: { ...(theme === "dark" ? DARK : LIGHT), background: surface, edgeLabelBackground: surface },
      // Mermaid makes the label's background transparent, which lets the line show through.
      themeCSS: ".edgeLabel rect { opacity: 1; }",
    });
    const { svg } = await window.mermaid.render(`diagram-${++number}`, text);
    const drawing = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    // Browsers draw an image without a size at 300 by 150.
    const [, , width, height] = drawing.getAttribute("viewBox").split(/\s+/);
    drawing.setAttribute("width", width);
    drawing.setAttribute("height", height);
    return new XMLSerializer().serializeToString(drawing);
  }

  addEventListener("message", async (event) => {
    if (event.source !== parent) return;
    let svg = "";
    try {
      svg = await draw(event.data);
    } catch {
      // Invalid: the page shows the source.
    }
    parent.postMessage({ svg }, "*");
  });
  parent.postMessage({ ready: true }, "*");
})();
