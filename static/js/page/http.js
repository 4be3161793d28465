// Requests to our own server, with the token that Django wants and htmx is given too.

const LOGIN = "/accounts/login/";
const PATIENCE = 30_000; // ms; accepting a message is one row, so longer means that nobody answers.

export function headers() {
  return { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true" };
}

/** True if the answer is the login page: the session has ended. */
export function isLogin(url) {
  return Boolean(url) && new URL(url, location.href).pathname === LOGIN;
}

export function post(url, body) {
  return fetch(url, { method: "POST", body, headers: headers(), signal: AbortSignal.timeout(PATIENCE) });
}

export function get(url) {
  return fetch(url, { headers: headers(), cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
}

/** The first element in a piece of markup from our server. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}
