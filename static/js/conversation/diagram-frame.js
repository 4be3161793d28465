// Draws what it is sent and answers with an SVG document, or with nothing if it cannot be drawn.

(() => {
  let number = 0;

  async function draw({ text, theme, surface }) {
    window.mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      theme,
      // As an image it may hold no HTML.
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      maxTextSize: 20_000,
      maxEdges: 300,
      suppressErrorRendering: true,
      fontFamily: "sans-serif",
      // What is written on a line stands on what the diagram stands on.
      themeVariables: { edgeLabelBackground: surface },
      // Mermaid lets the line shine through what is written on it.
      themeCSS: ".edgeLabel rect { opacity: 1; }",
    });
    const { svg } = await window.mermaid.render(`diagram-${++number}`, text);
    const drawing = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    // An image without a size of its own is drawn at 300 by 150.
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
      // Not a diagram: the page goes on showing its source.
    }
    parent.postMessage({ svg }, "*");
  });
  parent.postMessage({ ready: true }, "*");
})();
