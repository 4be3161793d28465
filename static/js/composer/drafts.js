// Stores, per account and chat, text that was typed or sent but is not accepted yet, so that a reload loses nothing.

/** @param {HTMLFormElement} form */
function key(form) {
  return `draft:${form.dataset.draft}`;
}

/**
 * @param {HTMLFormElement} form
 * @returns {Draft}
 */
function read(form) {
  try {
    return JSON.parse(localStorage.getItem(key(form))) || {};
  } catch {
    return {};
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Draft} draft
 */
function write(form, draft) {
  try {
    if (draft.text || draft.to || draft.files?.length || draft.sent || draft.outgoing?.length)
      localStorage.setItem(key(form), JSON.stringify(draft));
    else localStorage.removeItem(key(form));
  } catch {
    // Storage is blocked or full: the text is still in the box.
  }
}

/** A version 4 UUID; crypto.randomUUID exists only on https and localhost. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {HTMLFormElement} form */
export function restore(form) {
  const { text } = read(form);
  const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
  if (text && !box.value) box.value = text;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function save(form, text) {
  const draft = read(form);
  // Emptying the box also drops the id of the last attempt: the same text, typed again, is a new message.
  write(form, text ? { ...draft, text } : { to: draft.to, files: draft.files, outgoing: draft.outgoing });
}

/**
 * Removes the sent text from the draft. The id it was sent under is kept until the server accepts the message.
 * @param {HTMLFormElement} form
 */
export function takeText(form) {
  const { text, to, ...draft } = read(form);
  write(form, draft);
}

/** @param {HTMLFormElement} form */
export function textOf(form) {
  return read(form).text ?? "";
}

/** @param {HTMLFormElement} form */
export function toOf(form) {
  return read(form).to;
}

/**
 * @param {HTMLFormElement} form
 * @param {To | undefined} to the agent that the message is addressed to
 */
export function saveTo(form, to) {
  write(form, { ...read(form), to });
}

/** @param {HTMLFormElement} form */
export function filesOf(form) {
  return read(form).files ?? [];
}

/**
 * @param {HTMLFormElement} form
 * @param {DraftFile[]} files
 */
export function saveFiles(form, files) {
  write(form, { ...read(form), files });
}

/**
 * Messages that were sent and not accepted yet, in order.
 * @param {HTMLFormElement} form
 * @returns {Outgoing[]}
 */
export function outgoingOf(form) {
  return read(form).outgoing ?? [];
}

/**
 * @param {HTMLFormElement} form
 * @param {Outgoing[]} outgoing
 */
export function saveOutgoing(form, outgoing) {
  write(form, { ...read(form), outgoing });
}

/**
 * The id to send this text under. Text that may already have arrived keeps its id, so it cannot arrive twice.
 * Different text gets a new id, because the server drops a message whose id it knows.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function idFor(form, text) {
  const draft = read(form);
  const sent = JSON.stringify([text, ...filesOf(form).map((file) => file.id)]);
  const isRepeat = draft.sent === sent && draft.id && !outgoingOf(form).some(({ id }) => id === draft.id);
  const id = isRepeat ? draft.id : uuid();
  write(form, { ...draft, sent, id });
  return id;
}

/**
 * Removes an accepted message. Text that was typed or sent after it stays.
 * @param {HTMLFormElement} form
 * @param {string} id
 */
export function accepted(form, id) {
  const { sent, id: last, ...draft } = read(form);
  const rest = last === id ? draft : { ...draft, sent, id: last };
  write(form, { ...rest, outgoing: outgoingOf(form).filter((message) => message.id !== id) });
}
