// Posts a change and shows a refusal above the composer.

import { isLogin, post } from "./http.js";
import { showError, showRefusal, showUnreachable } from "./notices.js";

/**
 * Posts, and returns true if the server accepted the request. Otherwise shows the reason.
 * @param {string} url
 * @param {FormData} [body]
 * @param {string} [unreachable] error text for when there is no response, in place of the usual one
 */
export async function submit(url, body, unreachable) {
  try {
    const response = await post(url, body);
    if (response.ok && !isLogin(response.url)) return true;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    if (unreachable) showError(unreachable);
    else showUnreachable();
  }
  return false;
}
