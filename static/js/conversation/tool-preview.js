// The one-line preview of a tool's arguments while the model writes them. It is hidden until the first value begins:
// "{" and a half-written key would only flicker.

const LONGEST_BEGINNING = 500; // Characters; longer text is shown unchecked, which keeps the check cheap.

// The start of a JSON object up to its first value. No part can match what the next part matches: linear time.
const BEGINNING = /^\s*(?:\{\s*(?:"(?:[^"\\]|\\.)*(?:\\?|"\s*(?::[\s"[{]*)?))?)?$/s;

/**
 * True while a tool's arguments contain no value yet.
 * @param {string} text
 */
export function isBeginning(text) {
  return text.length <= LONGEST_BEGINNING && BEGINNING.test(text);
}

/**
 * Hides the previews that have no value yet.
 * @param {ParentNode} root
 */
export function enhancePreviews(root) {
  for (const preview of root.querySelectorAll(".tool-preview[data-arguments]")) {
    preview.toggleAttribute("data-no-value", isBeginning(preview.textContent));
  }
}

/**
 * Shows a preview again once its first value has begun.
 * @param {HTMLElement} preview
 * @param {string} text its current text
 */
export function showPreview(preview, text) {
  if ("noValue" in preview.dataset && !isBeginning(text)) delete preview.dataset.noValue;
}
