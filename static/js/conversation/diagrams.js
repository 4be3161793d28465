// Mermaid diagrams. They are drawn in a sandboxed frame and shown as images, which can run and load nothing.

import { gettext, interpolate } from "../page/i18n.js";
import { quiet } from "../page/idle.js";

const LONGEST = 20_000; // Characters of source.
const TIMEOUT = 10_000; // ms for one drawing; a hostile diagram may never finish.
const LATEST = 1_000; // ms that a busy page delays a drawing.
const KEPT = 100; // Drawings kept, so that a diagram need not be drawn twice.

/** @type {Map<string, string>} theme and source → the image's address, or "" if it cannot be drawn; oldest first */
const drawn = new Map();
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @type {HTMLIFrameElement | null} */
let readyFrame = null;
let queue = Promise.resolve();

function theme() {
  const chosen = document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
  return chosen === "dark" ? "dark" : "light";
}

/** @param {HTMLElement} element */
function sourceOf(element) {
  return element.querySelector("pre").textContent;
}

/**
 * @param {HTMLElement} element
 * @param {string} address
 */
function show(element, address) {
  const image = document.createElement("img");
  image.alt = interpolate(gettext("Diagram: %(source)s"), { source: sourceOf(element).trim().slice(0, 500) });
  image.src = address;
  element.dataset.drawn = "";
  element.append(image);
}

/**
 * The frame's next message. Rejects after TIMEOUT.
 * @param {HTMLIFrameElement} frame
 * @returns {Promise<{ svg?: string }>}
 */
function answer(frame) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(gettext("The diagram was not drawn in time."))), TIMEOUT);
    addEventListener("message", function received(event) {
      if (event.source !== frame.contentWindow) return;
      removeEventListener("message", received);
      clearTimeout(timer);
      resolve(event.data);
    });
  });
}

async function openFrame() {
  const frame = document.createElement("iframe");
  frame.className = "diagram-frame";
  frame.title = gettext("Diagram frame");
  frame.ariaHidden = "true";
  frame.tabIndex = -1;
  frame.setAttribute("sandbox", "allow-scripts");
  frame.src = new URL("../../diagram-frame.html", import.meta.url).href;
  document.body.append(frame);
  await answer(frame);
  return frame;
}

/** The background of a diagram as a plain colour. Read from a new element, which has no running transition. */
function surface() {
  const probe = Object.assign(document.createElement("div"), { className: "code" });
  document.body.append(probe);
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
}

/**
 * @param {string} key
 * @param {string} address
 */
function keep(key, address) {
  drawn.set(key, address);
  if (drawn.size > KEPT) {
    const [oldest, forgotten] = drawn.entries().next().value;
    drawn.delete(oldest);
    // Images that already show the address keep their picture.
    URL.revokeObjectURL(forgotten);
  }
  return address;
}

/**
 * The address of a diagram's picture in the page's theme; "" if the diagram is invalid or takes too long.
 * @param {string} text
 */
async function drawing(text) {
  const key = theme() + text;
  if (drawn.has(key)) return drawn.get(key);
  try {
    readyFrame ??= await openFrame();
    const next = answer(readyFrame);
    readyFrame.contentWindow.postMessage({ text, theme: theme(), surface: surface() }, "*");
    const { svg } = await next;
    return keep(key, svg ? URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) : "");
  } catch {
    readyFrame?.remove();
    readyFrame = null;
    return keep(key, "");
  }
}

/**
 * Shows diagrams that were drawn before at once, so that nothing moves.
 * @param {ParentNode} root
 */
export function enhance(root) {
  for (const element of root.querySelectorAll(".diagram:not([data-drawn])")) {
    const address = drawn.get(theme() + sourceOf(element));
    if (address) show(element, address);
  }
}

/** Draws every diagram in the new theme. The old picture stays until the new one is ready. */
function redraw() {
  for (const element of document.querySelectorAll(".diagram[data-drawn]")) {
    queue = queue.then(async () => {
      const address = element.isConnected && (await drawing(sourceOf(element)));
      if (address) element.querySelector("img").src = address;
    });
  }
}

dark.addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

/**
 * Draws the diagrams one after the other. Unfinished and invalid diagrams stay code.
 * @param {ParentNode} root
 */
export function draw(root) {
  for (const element of root.querySelectorAll(".diagram:not([data-drawn])")) {
    const streaming = element.closest("[data-markdown]");
    if (streaming?.lastElementChild === element || sourceOf(element).length > LONGEST) continue;
    queue = queue.then(async () => {
      // A drawing may take 0.3 s, in which no key is handled.
      await quiet(LATEST);
      if (!element.isConnected || "drawn" in element.dataset) return;
      const address = await drawing(sourceOf(element));
      if (address && !("drawn" in element.dataset)) show(element, address);
    });
  }
}
