// Updates rendered Markdown and leaves unchanged parts alone, so that nothing flashes and no selection is lost.
// Why not idiomorph: docs/decisions.md, "What people see".

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
 * Makes a node equal to a newer one by changing only the differences.
 * @param {ChildNode} old
 * @param {ChildNode} fresh
 */
export function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old instanceof Text && fresh instanceof Text) {
    // Appending keeps a selection in the text; replacing the data would drop it.
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
 * Replaces the children of `target`, starting at index `first`, with those of `source`.
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
 * Turns a streamed message into the stored one in place. Moving a long text would visibly lay it out again, so the
 * streamed nodes stay where they are.
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
  // Moving a box resets its scroll position, so it is restored afterwards.
  queueMicrotask(() => {
    for (const { box, top, left } of boxes) box.scrollTo(left, top);
  });
  return false;
}
