// The menu of the Message box. Its button summarises what is chosen; changes are saved with the chat.

import { getText, parse, post } from "../page/http.js";
import { clearError, showRefusal, showUnreachable } from "../page/notices.js";

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
 * @param {string} agent name; empty for the chat's own agent
 */
export async function showMenu(agent) {
  const { url } = menu()?.dataset ?? {};
  if (!url || !box().form.dataset.agents || document.querySelector(".stage.read-only")) return;
  try {
    const fresh = parse(await getText(`${url}?agent=${encodeURIComponent(agent)}`));
    menu()?.replaceWith(fresh);
  } catch {
    // The previous menu stays. The server refuses choices that this agent does not offer.
  }
}

let keeping = Promise.resolve();
let asked = 0;

/**
 * Saves the choices after a change in the menu. Saves run one at a time; of those that queue up, only the last runs.
 * @param {HTMLFormElement} form
 */
export function keepChoices(form) {
  const number = ++asked;
  keeping = keeping.then(() => (number === asked ? keep(form) : undefined));
  return keeping;
}

/** @param {HTMLFormElement} form */
async function keep(form) {
  if (!form.isConnected || !form.reportValidity()) return;
  clearError();
  try {
    const answer = await post(menu().dataset.url, own(form));
    const text = await answer.text();
    if (!answer.ok) showRefusal(answer.status, text);
    else menu().querySelector("[data-choices-summary]").textContent = text;
  } catch {
    showUnreachable();
  }
}
