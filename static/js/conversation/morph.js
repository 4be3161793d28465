// Puts newer markup in the place of older and leaves alone what is the same: no flash, no lost selection.

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType === Node.TEXT_NODE && fresh.nodeType === Node.TEXT_NODE) {
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.length));
    else old.data = fresh.data;
  } else if (old.nodeName !== fresh.nodeName || old.nodeType !== Node.ELEMENT_NODE || old.className !== fresh.className) {
    old.replaceWith(fresh);
  } else {
    attributes(old, fresh);
    // Nodes leave `fresh` while it is walked, so it is counted first.
    const count = fresh.childNodes.length;
    const left = [...old.childNodes];
    const newer = [...fresh.childNodes];
    newer.forEach((node, index) => (index < left.length ? patch(left[index], node) : old.append(node)));
    for (const node of left.slice(count)) node.remove();
  }
}

/** Makes the elements of `target` from number `first` on those of `source`. */
export function replaceFrom(target, first, source) {
  const old = [...target.children].slice(first);
  const fresh = [...source.children];
  const boxes = old.flatMap((block) => [...block.querySelectorAll("pre")]).filter(isAtEnd);
  fresh.forEach((block, index) => (index < old.length ? patch(old[index], block) : target.append(block)));
  for (const block of old.slice(fresh.length)) block.remove();
  for (const box of boxes) box.scrollTop = box.scrollHeight;
}

function isAtEnd(box) {
  return box.scrollTop + box.clientHeight >= box.scrollHeight - 6;
}

/**
 * Makes a message that streamed the stored one where they say the same; false if its text is elsewhere. What
 * streamed stays where it is: a long text that is moved is laid out anew, which can be seen.
 */
export function keepProse(old, fresh) {
  const before = old.querySelector(".prose[data-markdown]");
  const after = fresh.querySelector(".prose");
  if (!before || !after || after.hasAttribute("data-markdown")) return false;
  if (!after.querySelector(":scope > template[data-same]")) replaceFrom(before, 0, after);
  for (const name of ["data-markdown", "data-text"]) before.removeAttribute(name);
  if (before.parentElement !== old || after.parentElement !== fresh) return moveProse(before, after);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  attributes(old, fresh);
  for (const node of [...old.childNodes]) if (node !== before) node.remove();
  while (fresh.firstChild !== after) before.before(fresh.firstChild);
  after.remove();
  before.after(...fresh.childNodes);
  return true;
}

function moveProse(before, after) {
  const scrolled = [...before.querySelectorAll("pre")].map((box) => [box, box.scrollTop, box.scrollLeft]);
  after.replaceWith(before);
  // A box that is moved forgets where it was; it is asked to remember when it is in its new place.
  queueMicrotask(() => scrolled.forEach(([box, top, left]) => box.scrollTo(left, top)));
  return false;
}
