// A page without a browser: jsdom with the chat page's templates. Import it before any module of static/js.

import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const root = new URL("../../", import.meta.url);

// The page's templates. Values from Django are removed or given here.
const skeletons = readFileSync(new URL("templates/chat/_skeletons.html", root), "utf8")
  .replace("{{ folded_length }}", "2000")
  .replace("{{ folded_lines }}", "25")
  .replace(/\{%.*?%\}|\{\{.*?\}\}/gs, "");

const PAGE = `<!doctype html><body hx-headers='{"X-CSRFToken": "token"}'>
  <main><div id="conversation" data-task-url="/tasks/1/" data-conversation-url="/tasks/1/conversation/" data-cursor="1-0"
    data-agent="Haiku"></div></main>
  <div class="dock"><button id="jump" hidden></button><p id="connection" hidden></p><div id="form-error"></div>
  <form id="composer" action="/tasks/1/send/" data-draft="7:1" data-max-length="100">
    <input type="hidden" name="id"><textarea id="message-box" name="content"></textarea>
    <ul id="files" hidden></ul><input id="file-input" type="file" data-upload-url="/files/" data-max-bytes="10485760" data-max-count="10">
    <output class="counter" hidden></output><button type="submit">Send</button>
  </form></div><div id="announcer"></div>${skeletons}</body>`;

export const dom = new JSDOM(PAGE, { url: "http://localhost/tasks/1/", pretendToBeVisual: true });
const { window } = dom;

const NAMES = `document Node Text Element HTMLElement HTMLDetailsElement HTMLTextAreaElement DOMParser FormData
  MutationObserver localStorage sessionStorage location history getComputedStyle requestAnimationFrame KeyboardEvent
  Event AbortController Option`.split(/\s+/);
for (const name of NAMES) globalThis[name] = window[name];
globalThis.window = window;
globalThis.addEventListener = window.addEventListener.bind(window);

// Features that jsdom lacks.
document.scrollingElement ??= document.documentElement;
globalThis.CSS = { escape: (text) => text.replace(/[^\w-]/g, "\\$&"), supports: () => true };
export const media = { matches: false, addEventListener() {} };
globalThis.matchMedia = () => media;
class Observer {
  observe() {}
  unobserve() {}
}
globalThis.IntersectionObserver = globalThis.ResizeObserver = Observer;

export const conversation = document.getElementById("conversation");

/** Resolves after the next animation frame. */
export function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** Waits until `condition` holds. */
export async function until(condition, what) {
  for (let i = 0; i < 6000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Not within 60 s: ${what}`);
}

/** A message as the server renders it. */
export function article({
  id = "m1",
  kind = "text",
  status = "streaming",
  body = "",
  position = "000001",
  call = "c1",
  attempt = 1,
  extra = "",
} = {}) {
  const markdown = status === "streaming" ? " data-text data-markdown" : "";
  const prose = kind === "text" ? `<div class="prose"${markdown}>${body}</div>` : body;
  return `<article data-message-id="${id}" data-kind="${kind}" data-author="agent" data-status="${status}" data-position="${position}"
    data-call="${call}" data-attempt="${attempt}" data-length="0" data-tool-call-id="" ${extra}>${prose}</article>`;
}

/** A turn's status line as the server renders it. */
export function footer(status, reason = "") {
  return `<footer data-turn-status data-status="${status}"${reason && ` data-reason="${reason}"`}></footer>`;
}
