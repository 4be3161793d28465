// Libraries of others, from our own origin, each loaded once and when it is needed.

/** The address of a file under static/vendor/, beside this one. */
export function vendored(path) {
  return new URL(`../../vendor/${path}`, import.meta.url).href;
}

function added(element) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${element.src || element.href} could not be loaded`));
    document.head.append(element);
  });
}

export function script(src) {
  return added(Object.assign(document.createElement("script"), { src }));
}

export function stylesheet(href) {
  return added(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
