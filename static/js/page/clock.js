// Seconds since and until, updated each second; and work postponed to the next frame.

import { gettext, interpolate } from "./i18n.js";

/**
 * A function that runs `work` once in the next frame, however often it is called.
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
    // A hidden page has no frames, but its text must go on.
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** @param {number} seconds */
function words(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  // Rounded before it is divided: no hour has 60 minutes.
  const minutes = Math.round(seconds / MINUTE);
  const hours = Math.round(seconds / HOUR);
  if (hours < 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** @type {WeakMap<HTMLElement, number>} how many ms the server's clock is before this one's */
const ahead = new WeakMap();

/**
 * The time, by the server's clock where the element says what that was when it was made.
 * @param {HTMLElement} element
 */
function now(element) {
  const server = element.dataset.now;
  if (server && !ahead.has(element)) ahead.set(element, Date.parse(server) - Date.now());
  return Date.now() + (ahead.get(element) ?? 0);
}

function tick() {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-since], [data-until]")
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
