// Replaces rendered markdown by a newer form and leaves equal parts alone: nothing flashes, no selection is lost.
// Why not idiomorph: docs/architecture.md, "Decisions".

/**
 * @param {Element} old
 * @param {Element} fresh
 */
function copyAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/**
 * @param {Node} node
 * @returns {node is Element}
 */
function isElement(node) {
  return node.nodeType === Node.ELEMENT_NODE;
}

/**
 * Makes a node like a newer one, and changes only what differs.
 * @param {ChildNode} old
 * @param {ChildNode} fresh
 */
export function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old instanceof Text && fresh instanceof Text) {
    // Appending keeps a selection in the text; replacing its data would drop it.
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.length));
    else old.data = fresh.data;
  } else if (
    !isElement(old) ||
    !isElement(fresh) ||
    old.nodeName !== fresh.nodeName ||
    old.className !== fresh.className
  ) {
    old.replaceWith(fresh);
  } else {
    copyAttributes(old, fresh);
    // Nodes leave `fresh` during the loop, so both lists are copied first.
    const olds = [...old.childNodes];
    const freshes = [...fresh.childNodes];
    freshes.forEach((node, index) => (index < olds.length ? patch(olds[index], node) : old.append(node)));
    for (const node of olds.slice(freshes.length)) node.remove();
  }
}

/**
 * Replaces the children of `target` from number `first` on by those of `source`.
 * @param {Element} target
 * @param {number} first
 * @param {ParentNode} source
 */
export function replaceFrom(target, first, source) {
  const old = [...target.children].slice(first);
  const fresh = [...source.children];
  const boxes = old.flatMap((block) => [...block.querySelectorAll("pre")]).filter(isAtEnd);
  fresh.forEach((block, index) => (index < old.length ? patch(old[index], block) : target.append(block)));
  for (const block of old.slice(fresh.length)) block.remove();
  for (const box of boxes) box.scrollTop = box.scrollHeight;
}

/** @param {HTMLElement} box */
function isAtEnd(box) {
  return box.scrollTop + box.clientHeight >= box.scrollHeight - 6;
}

/**
 * Turns a streamed message into the stored one in place. A long text that is moved is laid out again, which can be
 * seen; so what streamed stays where it is.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 * @returns {boolean} false if `old` has to be replaced by `fresh`
 */
export function keepProse(old, fresh) {
  const before = old.querySelector(".prose[data-markdown]");
  const after = fresh.querySelector(".prose");
  if (!before || !after || after.hasAttribute("data-markdown")) return false;
  if (!after.querySelector(":scope > template[data-same]")) replaceFrom(before, 0, after);
  for (const name of ["data-markdown", "data-text"]) before.removeAttribute(name);
  if (before.parentElement !== old || after.parentElement !== fresh) return moveProse(before, after);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  copyAttributes(old, fresh);
  for (const node of [...old.childNodes]) if (node !== before) node.remove();
  while (fresh.firstChild !== after) before.before(fresh.firstChild);
  after.remove();
  before.after(...fresh.childNodes);
  return true;
}

/**
 * @param {HTMLElement} before
 * @param {HTMLElement} after
 */
function moveProse(before, after) {
  const boxes = [...before.querySelectorAll("pre")].map((box) => ({ box, top: box.scrollTop, left: box.scrollLeft }));
  after.replaceWith(before);
  // A box that is moved loses its scroll position; it is set when the box is in its new place.
  queueMicrotask(() => {
    for (const { box, top, left } of boxes) box.scrollTo(left, top);
  });
  return false;
}
