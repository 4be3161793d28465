// Loads parts of the page on first use: docs/architecture.md, "What a page loads".

import { stylesheet } from "./vendored.js";

/**
 * A module that is loaded on demand. `module` is set once it has loaded.
 * @template T
 * @param {() => Promise<T>} load
 * @param {string[]} sheets its styles, as for `styles`
 */
export function lazy(load, ...sheets) {
  return {
    /** @type {T | null} */
    module: null,
    /** @type {Promise<T> | null} */
    loading: null,
    get() {
      this.loading ??= Promise.all([load(), Promise.all(sheets.map(styles))]).then(
        ([module]) => (this.module = module),
      );
      this.loading.catch(() => {
        this.loading = null; // The next use tries again.
      });
      return this.loading;
    },
  };
}

/** @type {Map<string, Promise<unknown>>} */
const loaded = new Map();

/**
 * Loads a file from static/css/ once. Resolves when the style applies, so that nothing is shown without its style. If it
 * cannot be loaded, the part works without it.
 * @param {string} name of the file, without ".css"
 */
export function styles(name) {
  const load = () =>
    stylesheet(new URL(`../../css/${name}.css`, import.meta.url).href).catch(() => loaded.delete(name));
  if (!loaded.has(name)) loaded.set(name, load());
  return loaded.get(name);
}
