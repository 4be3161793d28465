// Where the reader is, kept while the conversation is replaced by its newer form.

const KEPT = "form.editor, form.comment";

function turnOf(element) {
  return element.closest("[data-turn-id]");
}

/** What the focus is on, so that it can be found again: a version's arrow is found by its place. */
function focusOf(conversation) {
  const element = document.activeElement;
  if (!conversation.contains(element) || !turnOf(element)) return null;
  const turns = [...conversation.querySelectorAll("[data-turn-id]")];
  const { act, step, value } = element.dataset;
  return { place: turns.indexOf(turnOf(element)), id: turnOf(element).dataset.turnId, act, step, value };
}

function refocus(conversation, { place, id, act, step, value }) {
  const same = conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
  const turn = same ?? conversation.querySelectorAll("[data-turn-id]")[place];
  if (!turn || !act) return;
  const extra = step ? `[data-step="${step}"]` : value ? `[data-value="${value}"]` : "";
  turn.querySelector(`[data-act="${act}"]${extra}`)?.focus({ preventScroll: true });
}

/** Calls `replace`; forms that somebody writes in go on in the newer turn, and the focus stays. */
export function keepPlace(conversation, replace) {
  const writing = [...conversation.querySelectorAll(KEPT)].map((form) => [turnOf(form).dataset.turnId, form]);
  const focused = document.activeElement;
  const focus = focusOf(conversation);
  replace();
  for (const [id, form] of writing) {
    const turn = conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
    if (!turn) continue;
    if (form.matches(".editor")) turn.querySelector(".own")?.after(form);
    else turn.append(form);
  }
  if (conversation.contains(focused)) focused.focus({ preventScroll: true });
  else if (focus) refocus(conversation, focus);
}
