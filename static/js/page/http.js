// Requests to our own server, with the same CSRF token that htmx uses.

const LOGIN = "/accounts/login/";
const TIMEOUT = 30_000; // ms; accepting a message writes one row, so after a longer wait the server is not responding.

/** @returns {Record<string, string>} */
export function headers() {
  return { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" };
}

/**
 * True for the address of the login page, which means that the session has ended.
 * @param {string} url
 */
export function isLogin(url) {
  return Boolean(url) && new URL(url, location.href).pathname === LOGIN;
}

/**
 * @param {string} url
 * @param {FormData | URLSearchParams} [body]
 */
export function post(url, body) {
  return fetch(url, { method: "POST", body, headers: headers(), signal: AbortSignal.timeout(TIMEOUT) });
}

/** @param {string} url */
export function get(url) {
  return fetch(url, { headers: headers(), cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
}

/**
 * Reads a text. Rejects if the response is not a success or the session has ended.
 * @param {string} url
 */
export async function getText(url) {
  const response = await get(url);
  if (!response.ok || isLogin(response.url)) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/**
 * Reads a page without the chat list around it (templates/stage.html).
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function getStage(url, signal) {
  const response = await fetch(url, { headers: { ...headers(), "X-Agentex-Stage": "1" }, signal });
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/**
 * Parses markup from our server and returns its first element.
 * @param {string} html
 */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}
