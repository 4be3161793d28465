/**
 * The address of an action on a turn, for example "retry".
 * @param {string | HTMLElement} turn the turn's section or its id
 * @param {string} action
 */
export function turnUrl(turn, action) {
  const id = typeof turn === "string" ? turn : turn.dataset.turnId;
  return `${document.getElementById("conversation").dataset.taskUrl}turns/${id}/${action}/`;
}
