// What depends on whether the agent is at work in the shown chat.

const OPEN = ["pending", "queued", "running"];
// Actions that would change what the agent is working on. An arrow without a version leads nowhere.
const CHANGES = '[data-act^="edit"], [data-act="regenerate"], [data-act="show"]:not([data-version=""])';

/**
 * True for the status of a turn that has not ended.
 * @param {string} status
 */
export function isOpen(status) {
  return OPEN.includes(status);
}

/** True while any turn of the chat is open. */
export function isBusy() {
  const statuses = OPEN.map((status) => `[data-status="${status}"]`).join();
  return Boolean(document.getElementById("conversation").querySelector(`.turn:is(${statuses})`));
}

/** True while a turn waits for a person, a time or an event. That may last for weeks, so no stray key stops it. */
export function isWaiting() {
  return Boolean(document.querySelector('.turn[data-status="running"] [data-wait-status="waiting"]'));
}

/**
 * True if the button has to wait until the agent has finished.
 * @param {HTMLElement} button
 */
export function mustWait(button) {
  return button.matches(CHANGES) && isBusy();
}

/**
 * Disables the actions that wait until the agent has finished. They stay, so that none leaves a hole.
 * @param {HTMLElement} root
 */
export function markWaiting(root) {
  const busy = isBusy();
  for (const button of root.querySelectorAll(CHANGES)) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}
