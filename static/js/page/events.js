// Event delegation: one listener on the document for many elements, including those added later. It runs in the
// capture phase, so before the listeners of the elements themselves.

/**
 * Calls `handle` with the closest ancestor of the event's target (or the target) that matches `selector`.
 * @template {HTMLElement} E
 * @template {keyof DocumentEventMap} N
 * @param {N} name
 * @param {string} selector
 * @param {(element: E, event: DocumentEventMap[N]) => void} handle
 * @param {AbortSignal} [signal] removes the listener
 */
export function on(name, selector, handle, signal) {
  document.addEventListener(
    name,
    (event) => {
      const target = event.target instanceof Element ? event.target.closest(selector) : null;
      if (target) handle(/** @type {E} */ (target), event);
    },
    { capture: true, signal },
  );
}

/**
 * True for a click without a modifier key; with one, the browser opens a link in a new tab or saves it.
 * @param {MouseEvent} event
 */
export function isPlain(event) {
  return !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}
