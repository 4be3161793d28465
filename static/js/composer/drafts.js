// What was typed but not yet accepted, per account and chat, so that a reload costs nothing.

function key(form) {
  return `draft:${form.dataset.draft}`;
}

function read(form) {
  try {
    return JSON.parse(localStorage.getItem(key(form))) || {};
  } catch {
    return {};
  }
}

function write(form, draft) {
  try {
    if (draft.text || draft.files?.length || draft.sent) localStorage.setItem(key(form), JSON.stringify(draft));
    else localStorage.removeItem(key(form));
  } catch {
    // No storage, or it is full: the text is still in the box.
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

export function restore(form) {
  const { text } = read(form);
  const box = form.elements.content;
  if (text && !box.value) box.value = text;
}

export function save(form, text) {
  const draft = read(form);
  // What is deleted is forgotten, also the id it was sent under: the same text is another message then.
  write(form, text ? { ...draft, text } : { files: draft.files });
}

/** Files that are on the server and wait for the message: each with `id`, `name` and `size`. */
export function filesOf(form) {
  return read(form).files ?? [];
}

export function saveFiles(form, files) {
  write(form, { ...read(form), files });
}

/**
 * The id to send this text under. A repeat of what may have arrived keeps its id, so that it
 * cannot arrive twice; another text gets another id, since the server drops a repeated one.
 */
export function idFor(form, text) {
  const draft = read(form);
  const sent = JSON.stringify([text, ...filesOf(form).map((file) => file.id)]);
  const id = draft.sent === sent && draft.id ? draft.id : uuid();
  write(form, { ...draft, sent, id });
  return id;
}

/** The text was accepted; what was typed after it stays. */
export function accepted(form, rest) {
  write(form, { text: rest });
}
