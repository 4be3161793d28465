// The menu of the Message box: says on its button what is chosen, and keeps it with the chat.

import { getText, parse, post } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { clearError, showError, showRefusal } from "../page/notices.js";

const box = () => /** @type {HTMLTextAreaElement} */ (document.getElementById("message-box"));
const menu = () => document.getElementById("choices");

/** @param {HTMLFormElement} form */
function own(form) {
  const given = new FormData();
  for (const [name, value] of new FormData(form))
    if (["agent", "choices", "model", "effort", "temperature", "tools", "to"].includes(name)) given.append(name, value);
  return given;
}

/**
 * Shows the menu of the agent that the next message goes to.
 * @param {string} agent its name; empty: the agent that the chat is with
 */
export async function showMenu(agent) {
  const { url } = menu()?.dataset ?? {};
  if (!url || !box().form.dataset.agents) return;
  try {
    const fresh = parse(await getText(`${url}?agent=${encodeURIComponent(agent)}`));
    menu()?.replaceWith(fresh);
  } catch {
    // The menu of before stays; the server refuses what this agent does not know.
  }
}

/** @param {HTMLFormElement} form something in its menu was changed */
export async function keepChoices(form) {
  const { url } = menu().dataset;
  if (!form.reportValidity()) return;
  clearError();
  try {
    const answer = await post(url, own(form));
    const text = await answer.text();
    if (!answer.ok) showRefusal(answer.status, text);
    else menu().querySelector("[data-choices-summary]").textContent = text;
  } catch {
    showError(gettext("The server cannot be reached. Try again in a moment."));
  }
}
