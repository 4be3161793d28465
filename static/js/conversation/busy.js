const OPEN = '.turn:is([data-status="pending"], [data-status="queued"], [data-status="running"])';

/** True while any turn of the chat is open. */
export function isBusy() {
  return Boolean(document.getElementById("conversation").querySelector(OPEN));
}
