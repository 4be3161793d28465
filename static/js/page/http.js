// Requests to our own server, with the CSRF token that the page also gives to htmx.

const LOGIN = "/accounts/login/";
const TIMEOUT = 30_000; // ms; accepting a message is one row, so longer means that nobody answers.

/** @returns {Record<string, string>} */
export function headers() {
  return { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" };
}

/**
 * True for the address of the login page: the session has ended.
 * @param {string} url
 */
export function isLogin(url) {
  return Boolean(url) && new URL(url, location.href).pathname === LOGIN;
}

/**
 * @param {string} url
 * @param {FormData} [body]
 */
export function post(url, body) {
  return fetch(url, { method: "POST", body, headers: headers(), signal: AbortSignal.timeout(TIMEOUT) });
}

/** @param {string} url */
export function get(url) {
  return fetch(url, { headers: headers(), cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
}

/**
 * Reads a text; rejects for any answer but success, and when the session has ended.
 * @param {string} url
 */
export async function getText(url) {
  const response = await get(url);
  if (!response.ok || isLogin(response.url)) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/**
 * The first element in a piece of markup from our server.
 * @param {string} html
 */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}
