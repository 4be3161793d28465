// Streams a growing code block. Each line is complete markup (agentex_web/rendering/elements.py), so an update replaces
// only the last lines: parsing and comparing a block of 1,000 lines takes 40 to 80 ms, about six times a second. Lines
// are grouped into chunks, because a browser lays out the whole box whose text changes.

const CHUNK = 100; // Lines.
const OPEN = "<code>";
const CLOSE = "</code></pre></div>";
const BLOCK = /^<div class="code"[^<>]*><pre><code>/;

/** @type {WeakMap<HTMLElement, number>} number of lines per chunk */
const lines = new WeakMap();

/** @param {string} text */
function newlines(text) {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/**
 * Compares two versions of a block's markup: the number of lines removed at the end, the markup added, and the markup
 * that now follows the block. Null if anything else changed.
 * @param {string} before
 * @param {string} after
 * @param {number} keep length of the common prefix
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
 * Removes the end of a chunk: `gone` lines and the incomplete line.
 * @param {HTMLElement} chunk
 * @param {number} gone
 * @returns {boolean} false if the chunk does not contain all of them
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
 * The chunk that grows. On the first call, all existing lines become one chunk.
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
 * Applies the growth to the block on the page.
 * @param {HTMLElement} target parent of the message's blocks
 * @param {number} first index of the block, which is the last one
 * @param {{ gone: number, added: string }} growth
 * @returns {boolean} false if the block on the page differs and must be replaced
 */
export function growCode(target, first, { gone, added }) {
  const block = /** @type {HTMLElement | null} */ (target.lastElementChild);
  // A short block may now need its unfold button.
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
