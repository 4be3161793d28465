// Shows a JSON value as a tree. A level is built when it is first opened.

import { gettext, interpolate, ngettext } from "../page/i18n.js";

const AT_ONCE = 100; // Entries of a level shown before "more" is pressed.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} [className]
 * @param {string} [text]
 */
function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** @param {unknown} value */
function leaf(value) {
  return typeof value === "string"
    ? element("span", "text", JSON.stringify(value))
    : element("span", "value", String(value));
}

/** @param {string | null} key null in an array */
function label(key) {
  return element("span", "key", key === null ? "" : `${key}: `);
}

/**
 * @param {string | null} key
 * @param {unknown} value
 */
function row(key, value) {
  const li = element("li");
  if (value === null || typeof value !== "object") {
    const line = element("span");
    line.append(label(key), leaf(value));
    li.append(line);
    return li;
  }
  const count = Object.keys(value).length;
  const [left, right, words] = Array.isArray(value)
    ? ["[", "]", ngettext("%(count)s value", "%(count)s values", count)]
    : ["{", "}", ngettext("%(count)s key", "%(count)s keys", count)];
  const details = element("details");
  const summary = element("summary");
  summary.append(
    label(key),
    element("span", "size", count ? `${left} ${interpolate(words, { count })} ${right}` : left + right),
  );
  details.append(summary);
  details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(level(value)), {
    once: true,
  });
  li.append(details);
  return li;
}

/** @param {object} value an object or array */
function level(value) {
  const list = element("ul");
  const entries = Object.entries(value);
  const named = !Array.isArray(value);
  let shown = 0;
  const more = () => {
    for (const [key, each] of entries.slice(shown, shown + AT_ONCE)) list.append(row(named ? key : `${key}`, each));
    shown += AT_ONCE;
    if (shown >= entries.length) return;
    const li = element("li");
    const button = element(
      "button",
      "button small",
      interpolate(gettext("%(count)s more"), { count: (entries.length - shown).toLocaleString() }),
    );
    button.type = "button";
    button.addEventListener("click", () => {
      li.remove();
      const before = list.lastElementChild;
      more();
      before.nextElementSibling?.querySelector("summary, button")?.focus();
    });
    li.append(button);
    list.append(li);
  };
  more();
  return list;
}

/**
 * The tree of a JSON object or array. Null for other text, and if JavaScript would round a number in it.
 * @param {string} text
 */
export function treeOf(text) {
  if (!/^\s*[[{]/.test(text) || /[:[,]\s*-?\d{16}/.test(text)) return null;
  try {
    const tree = element("div", "tree");
    tree.append(level(JSON.parse(text)));
    return tree.firstElementChild.childElementCount ? tree : null;
  } catch {
    return null;
  }
}
