// A request that changes something, with its refusal shown above the composer.

import { isLogin, post } from "./http.js";
import { gettext } from "./i18n.js";
import { showError, showRefusal } from "./notices.js";

/**
 * Posts, and returns true if the server accepted it. Otherwise the reason is on the page.
 * @param {string} url
 * @param {FormData} [body]
 * @param {string} [unreachable] is shown when there is no answer
 */
export async function submit(url, body, unreachable = gettext("The server cannot be reached. Try again in a moment.")) {
  try {
    const response = await post(url, body);
    if (response.ok && !isLogin(response.url)) return true;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showError(unreachable);
  }
  return false;
}
