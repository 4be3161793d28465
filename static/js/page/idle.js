// Work that can wait for the person.

const REST = 500; // ms after a key or a click in which nothing else begins.

let touched = -REST;
for (const type of ["keydown", "pointerdown", "input"])
  addEventListener(type, () => (touched = performance.now()), { capture: true, passive: true });

/**
 * Resolves when the page has nothing else to do.
 * @param {number} latest ms after which it resolves in any case
 * @returns {Promise<unknown>}
 */
export function idle(latest) {
  return new Promise((resolve) =>
    // Safari has no requestIdleCallback.
    window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: latest }) : setTimeout(resolve, latest / 5),
  );
}

/**
 * Resolves when the page has nothing else to do and the person has pressed nothing for a moment.
 * @param {number} latest ms, as for `idle`
 */
export async function quiet(latest) {
  do await idle(latest);
  while (performance.now() - touched < REST);
}
