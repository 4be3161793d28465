// A code block that grows. Its lines are complete markup each (agentex_web/rendering/elements.py), so an update replaces
// the last lines only: parsing and comparing a block of 1,000 lines takes a browser 40 to 80 ms, some six times a second.
// Its lines are put into chunks, because a browser lays out the whole box whose text changes.

const CHUNK = 100; // Lines.
const OPEN = "<code>";
const CLOSE = "</code></pre></div>";
const BLOCK = /^<div class="code"[^<>]*><pre><code>/;

/** @type {WeakMap<HTMLElement, number>} lines of the chunks */
const lines = new WeakMap();

/** @param {string} text */
function newlines(text) {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/**
 * How a block grew from one form of its markup to the next: the lines that go, those that come, and the markup of what
 * follows the block now. Null if that is not all that changed.
 * @param {string} before
 * @param {string} after
 * @param {number} keep characters that both begin with
 * @returns {{ gone: number, added: string, rest: string } | null}
 */
export function growth(before, after, keep) {
  if (!BLOCK.test(before)) return null;
  const start = before.indexOf(OPEN) + OPEN.length;
  const end = before.indexOf(CLOSE, start);
  const newEnd = after.indexOf(CLOSE, start);
  if (end < 0 || newEnd < 0 || before.slice(end).trimEnd() !== CLOSE) return null;
  const cut = after.lastIndexOf("\n", Math.min(keep, end, newEnd) - 1) + 1;
  if (cut <= start) return null;
  const rest = after.slice(newEnd + CLOSE.length).trimStart();
  return { gone: newlines(before.slice(cut, end)), added: after.slice(cut, newEnd), rest };
}

/**
 * Removes the end of a chunk: the lines that go, and the line that is not complete.
 * @param {HTMLElement} chunk
 * @param {number} gone
 * @returns {boolean} false if they are not all in this chunk
 */
function removeEnd(chunk, gone) {
  for (let left = gone; left >= 0; ) {
    const last = chunk.lastChild;
    if (!last) return left === 0;
    const text = last.textContent;
    const found = newlines(text);
    if (found > left && last instanceof Text) {
      let at = text.length;
      for (let each = 0; each <= left; each++) at = text.lastIndexOf("\n", at - 1);
      last.deleteData(at + 1, text.length);
      return true;
    }
    left -= found;
    last.remove();
  }
  return false;
}

/**
 * The chunk that grows; at first, all lines are made one.
 * @param {HTMLElement} code
 */
function lastChunk(code) {
  const last = /** @type {HTMLElement} */ (code.lastElementChild);
  if (last && lines.has(last)) return last;
  const chunk = document.createElement("span");
  chunk.className = "lines";
  chunk.append(...code.childNodes);
  lines.set(chunk, newlines(chunk.textContent));
  code.append(chunk);
  return chunk;
}

/**
 * Lets the block grow on the page.
 * @param {HTMLElement} target what holds the message's blocks
 * @param {number} first the number of the block, which is the last one
 * @param {{ gone: number, added: string }} growth
 * @returns {boolean} false if the page does not have the block in that form: it must be replaced
 */
export function growCode(target, first, { gone, added }) {
  const block = /** @type {HTMLElement | null} */ (target.lastElementChild);
  // A short block may need the button that unfolds it.
  if (target.childElementCount !== first + 1 || !block.matches(".code[data-long]")) return false;
  const box = block.querySelector("pre");
  const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 6;
  let chunk = lastChunk(box.querySelector("code"));
  if (!removeEnd(chunk, gone)) return false;
  const kept = lines.get(chunk) - gone;
  lines.set(chunk, kept);
  if (kept >= CHUNK) {
    const next = /** @type {HTMLElement} */ (chunk.cloneNode(false));
    chunk.after(next);
    lines.set(next, 0);
    chunk = next;
  }
  const source = document.createElement("template");
  source.innerHTML = added;
  chunk.append(source.content);
  lines.set(chunk, lines.get(chunk) + newlines(added));
  if (isAtEnd) box.scrollTop = box.scrollHeight;
  return true;
}
