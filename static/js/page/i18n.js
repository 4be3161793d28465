// Texts in the page's language. `make messages` collects the arguments of these functions. The page loads the
// translations before all modules (agentex_web/languages/scripts.py); English needs none.

/** @type {{gettext(text: string): string, ngettext(one: string, many: string, count: number): string} | undefined} */
const catalog = /** @type {any} */ (globalThis).django;

/** @param {string} text */
export function gettext(text) {
  return catalog?.gettext ? catalog.gettext(text) : text;
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count
 */
export function ngettext(one, many, count) {
  if (catalog?.ngettext) return catalog.ngettext(one, many, count);
  return count === 1 ? one : many;
}

/**
 * Replaces each `%(name)s` with its value.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function interpolate(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));
}
