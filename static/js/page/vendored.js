// Third-party libraries from static/vendor/, each loaded once, when it is needed.

/**
 * The address of a file in static/vendor/.
 * @param {string} path
 */
export function vendored(path) {
  return new URL(`../../vendor/${path}`, import.meta.url).href;
}

/** @param {HTMLScriptElement | HTMLLinkElement} element */
function load(element) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${element.outerHTML} could not be loaded`));
    document.head.append(element);
  });
}

/** @param {string} src */
export function script(src) {
  return load(Object.assign(document.createElement("script"), { src }));
}

/** @param {string} href */
export function stylesheet(href) {
  return load(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
