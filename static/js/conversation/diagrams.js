// Diagrams by Mermaid, drawn in a frame of their own and shown as images: an image runs nothing and loads nothing.

const LONGEST = 20_000; // Characters of source.
const PATIENCE = 10_000; // ms for one drawing; a hostile one may never end.

const drawn = new Map(); // theme and source → address of the image, or "" if it cannot be drawn.
const dark = matchMedia("(prefers-color-scheme: dark)");

let diagramFrame = null; // The frame, once it is ready.
let queue = Promise.resolve();

function theme() {
  const chosen = document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
  return chosen === "dark" ? "dark" : "neutral";
}

function source(element) {
  return element.querySelector("pre").textContent;
}

function show(element, address) {
  const image = document.createElement("img");
  image.alt = `Diagram: ${source(element).trim().slice(0, 500)}`;
  image.src = address;
  element.dataset.drawn = "";
  element.append(image);
}

/** The next word from the frame; rejects when it takes too long. */
function answer(frame) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("No drawing came.")), PATIENCE);
    addEventListener("message", function heard(event) {
      if (event.source !== frame.contentWindow) return;
      removeEventListener("message", heard);
      clearTimeout(timer);
      resolve(event.data);
    });
  });
}

async function openFrame() {
  const frame = document.createElement("iframe");
  frame.className = "diagram-frame";
  frame.title = "Diagram frame";
  frame.ariaHidden = "true";
  frame.tabIndex = -1;
  frame.sandbox = "allow-scripts";
  frame.src = new URL("../../diagram-frame.html", import.meta.url);
  document.body.append(frame);
  await answer(frame);
  return frame;
}

/** What a diagram stands on, as a colour that needs no stylesheet; by a new element, which is in no transition. */
function surface() {
  const probe = Object.assign(document.createElement("div"), { className: "code" });
  document.body.append(probe);
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
}

async function drawing(text) {
  const key = theme() + text;
  if (drawn.has(key)) return drawn.get(key);
  try {
    diagramFrame ??= await openFrame();
    const heard = answer(diagramFrame);
    diagramFrame.contentWindow.postMessage({ text, theme: theme(), surface: surface() }, "*");
    const { svg } = await heard;
    drawn.set(key, svg ? URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) : "");
  } catch {
    diagramFrame?.remove();
    diagramFrame = null;
    drawn.set(key, "");
  }
  return drawn.get(key);
}

/** Shows the images that were drawn before; at once, so that nothing moves. */
export function dress(root) {
  for (const element of root.querySelectorAll(".diagram:not([data-drawn])")) {
    const address = drawn.get(theme() + source(element));
    if (address) show(element, address);
  }
}

/** In the colours of the theme that the page has now; the old picture stays until the new one is there. */
function redraw() {
  for (const element of document.querySelectorAll(".diagram[data-drawn]")) {
    queue = queue.then(async () => {
      const address = element.isConnected && (await drawing(source(element)));
      if (address) element.querySelector("img").src = address;
    });
  }
}

dark.addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

/** One after the other; one that still grows, or that cannot be drawn, stays code. */
export function draw(root) {
  for (const element of root.querySelectorAll(".diagram:not([data-drawn])")) {
    const streaming = element.closest("[data-markdown]");
    if (streaming?.lastElementChild === element || source(element).length > LONGEST) continue;
    queue = queue.then(async () => {
      if (!element.isConnected || "drawn" in element.dataset) return;
      const address = await drawing(source(element));
      if (address && !("drawn" in element.dataset)) show(element, address);
    });
  }
}
