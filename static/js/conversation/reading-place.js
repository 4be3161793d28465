// Keeps the focus and the open forms of a conversation while newer markup replaces it.

const KEPT = "form.editor, form.answer-editor, form.comment";

/** @param {Element} element */
function turnOf(element) {
  return element.closest("[data-turn-id]");
}

/**
 * Describes the focused element so that it can be found again: its turn by id, otherwise by index (switching to
 * another version leads to a turn with another id).
 * @param {HTMLElement} conversation
 */
function focusOf(conversation) {
  const element = /** @type {HTMLElement} */ (document.activeElement);
  if (!conversation.contains(element) || !turnOf(element)) return null;
  const turns = [...conversation.querySelectorAll("[data-turn-id]")];
  const { act, step, value } = element.dataset;
  return { place: turns.indexOf(turnOf(element)), id: turnOf(element).dataset.turnId, act, step, value };
}

/**
 * @param {HTMLElement} conversation
 * @param {{ place: number, id: string, act?: string, step?: string, value?: string }} focus
 */
function refocus(conversation, { place, id, act, step, value }) {
  const same = conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
  const turn = same ?? conversation.querySelectorAll("[data-turn-id]")[place];
  if (!turn || !act) return;
  const extra = step ? `[data-step="${step}"]` : value ? `[data-value="${value}"]` : "";
  turn.querySelector(`[data-act="${act}"]${extra}`)?.focus({ preventScroll: true });
}

/**
 * Calls `replace`, then moves open forms into the new turns and restores the focus.
 * @param {HTMLElement} conversation
 * @param {() => void} replace
 */
export function keepPlace(conversation, replace) {
  const forms = [...conversation.querySelectorAll(KEPT)].map((form) => ({ id: turnOf(form).dataset.turnId, form }));
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const focus = focusOf(conversation);
  replace();
  for (const { id, form } of forms) {
    const turn = conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
    if (!turn) continue;
    if (form.matches(".editor")) turn.querySelector(".own")?.after(form);
    else if (form.matches(".answer-editor"))
      [...turn.querySelectorAll(':scope > [data-kind="text"][data-author="agent"]')].at(-1)?.append(form);
    else turn.append(form);
  }
  if (conversation.contains(focused)) focused.focus({ preventScroll: true });
  else if (focus) refocus(conversation, focus);
}
