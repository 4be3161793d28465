// The key that sends: Enter; by setting, and on a touch keyboard, which has no Shift+Enter, Ctrl or Cmd with Enter.

export const touchOnly = matchMedia("(pointer: coarse) and (hover: none)");

/**
 * True if a key in a text box sends its text.
 * @param {KeyboardEvent} event
 */
export function sends(event) {
  if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return false;
  const plain = !touchOnly.matches && document.documentElement.dataset.sendKey !== "ctrl";
  return plain || event.ctrlKey || event.metaKey;
}

/**
 * True while an input method composes a character. Safari ends the composition before it reports the key that
 * ended it, and gives that key the code 229.
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
