// Enter sends. With the setting, and on touch keyboards (which have no Shift+Enter), Ctrl+Enter or Cmd+Enter sends.

export const touchOnly = matchMedia("(pointer: coarse) and (hover: none)");

/**
 * True if this key press in a text box sends the text.
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
