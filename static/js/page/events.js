// One listener on the document for an event of many elements, also of those that come later. It runs in the capture
// phase, so before the listeners of the elements themselves.

/**
 * Calls `handle` with the nearest element around the event's target that matches `selector`.
 * @template {HTMLElement} E
 * @template {keyof DocumentEventMap} N
 * @param {N} name
 * @param {string} selector
 * @param {(element: E, event: DocumentEventMap[N]) => void} handle
 * @param {AbortSignal} [signal] ends it
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
