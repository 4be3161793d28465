// Styles of what is opened seldom, loaded with it.

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Loads a file of static/css/ once.
 * @param {string} name
 */
export function loadStyle(name) {
  if (!loaded.has(name)) {
    const href = new URL(`../../css/${name}`, import.meta.url).href;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    loaded.set(
      name,
      new Promise((resolve) => {
        // Without its style it is ugly, and still works.
        link.onload = link.onerror = () => resolve();
        document.head.append(link);
      }),
    );
  }
  return loaded.get(name);
}
