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

/** @param {number} seconds */
function words(seconds) {
  if (seconds < 90) return `${seconds} s`;
  return `${Math.round(seconds / 60)} min`;
}

function tick() {
  for (const element of document.querySelectorAll("[data-since], [data-until]")) {
    const { since, until } = element.dataset;
    const seconds = Math.round((since ? Date.now() - Date.parse(since) : Date.parse(until) - Date.now()) / 1000);
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
}
