// Loads the styles of rarely opened parts together with those parts.

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Loads a file from static/css/ once.
 * @param {string} name
 */
export function loadStyle(name) {
  if (!loaded.has(name)) {
    const href = new URL(`../../css/${name}`, import.meta.url).href;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    loaded.set(
      name,
      new Promise((resolve) => {
        // The part works without its style, so an error also resolves.
        link.onload = link.onerror = () => resolve();
        document.head.append(link);
      }),
    );
  }
  return loaded.get(name);
}
