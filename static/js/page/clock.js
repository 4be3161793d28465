// Shows times since and until a moment, updated every second. Also defers work to the next animation frame.

import { gettext, interpolate } from "./i18n.js";

/**
 * Returns a function that runs `work` once in the next frame, however often it is called.
 * @param {() => void} work
 */
export function inFrame(work) {
  let scheduled = false;
  const run = () => {
    scheduled = false;
    work();
  };
  return () => {
    if (scheduled) return;
    scheduled = true;
    // A hidden page has no animation frames, but its text must continue.
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** @param {number} seconds */
export function words(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  // Round before dividing, so that "1 h 60 min" cannot appear.
  const minutes = Math.round(seconds / MINUTE);
  const hours = Math.round(seconds / HOUR);
  if (hours < 48) return parts(minutes, 60, "h", "min");
  return parts(hours, 24, "d", "h");
}

/**
 * A number of smaller units in two units; in one if nothing is left: "9 d", "9 d 1 h".
 * @param {number} count
 * @param {number} size
 * @param {string} larger
 * @param {string} smaller
 */
function parts(count, size, larger, smaller) {
  const rest = count % size;
  return `${Math.floor(count / size)} ${larger}${rest ? ` ${rest} ${smaller}` : ""}`;
}

/** @type {WeakMap<HTMLElement, number>} ms by which the server's clock is ahead of this one */
const ahead = new WeakMap();

/**
 * The current time; by the server's clock if the element has the server's time in `data-now`.
 * @param {HTMLElement} element
 */
function now(element) {
  const server = element.dataset.now;
  if (server && !ahead.has(element)) ahead.set(element, Date.parse(server) - Date.now());
  return Date.now() + (ahead.get(element) ?? 0);
}

/** Writes the times into their <time> elements. Other elements name a moment for other scripts, as #undo does. */
function tick() {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("time[data-since], time[data-until]")
  )) {
    const { since, until } = element.dataset;
    const seconds = Math.round((since ? now(element) - Date.parse(since) : Date.parse(until) - now(element)) / 1000);
    const text = since
      ? words(Math.max(0, seconds))
      : seconds > 0
        ? interpolate(gettext("in %(time)s"), { time: words(seconds) })
        : gettext("now");
    if (element.textContent !== text) element.textContent = text;
  }
}

export function startClock() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSwap", tick);
}
