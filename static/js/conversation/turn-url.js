// Addresses of what can be done with a turn, which is given by its section or by its id.

export function turnUrl(turn, action) {
  const id = typeof turn === "string" ? turn : turn.dataset.turnId;
  return `${document.getElementById("conversation").dataset.taskUrl}turns/${id}/${action}/`;
}
