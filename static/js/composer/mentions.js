// "@" in the Message box offers agents. In a chat, the chosen agent is shown above the text until the message is sent; on
// the start page, its card is chosen.

import { getText } from "../page/http.js";
import { gettext, interpolate } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { showMenu } from "./choices.js";
import { saveTo } from "./drafts.js";
import { OfferList } from "./offer-list.js";

const ASKING = /(^|\s)@([^\s@]{0,40})$/;

/** @typedef {{ name: string, title: string, text: string }} Agent */

const list = new OfferList("agent-list", gettext("Agents"));
let asked = 0;

/**
 * Shows which agent the message goes to.
 * @param {HTMLFormElement} form
 * @param {To | undefined} to
 */
export function showTo(form, to) {
  form.querySelector(".to-agent")?.remove();
  if (!to) return;
  const line = Object.assign(document.createElement("p"), { className: "to-agent" });
  const chip = Object.assign(document.createElement("span"), { className: "to-agent-name" });
  const named = Object.assign(document.createElement("span"), { textContent: `@${to.title}`, dir: "auto" });
  const drop = Object.assign(document.createElement("button"), { className: "act close-icon", type: "button" });
  drop.setAttribute("aria-label", interpolate(gettext("Do not hand over to %(title)s"), { title: to.title }));
  drop.addEventListener("click", () => {
    saveTo(form, undefined);
    showTo(form, undefined);
    showMenu("");
    form.querySelector("textarea").focus();
  });
  const fields = Object.entries({ to: to.name, to_title: to.title }).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }),
  );
  chip.append(named, drop, ...fields);
  line.append(chip);
  form.querySelector("textarea").before(line);
}

/**
 * Removes the text between "@" and the cursor.
 * @param {HTMLTextAreaElement} box
 */
function removeAsking(box) {
  const before = box.value.slice(0, box.selectionEnd).replace(ASKING, "$1");
  box.value = before + box.value.slice(box.selectionEnd).replace(before ? /^/ : /^\s+/, "");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(before.length, before.length);
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {Agent} agent
 */
function take(box, { name, title }) {
  saveTo(box.form, { name, title });
  showTo(box.form, { name, title });
  showMenu(name);
  removeAsking(box);
  announce(interpolate(gettext("The message goes to %(title)s."), { title }));
}

/**
 * The agents of the start page whose title contains these words.
 * @param {HTMLTextAreaElement} box
 * @param {string} words
 */
function cards(box, words) {
  const found = [...document.querySelectorAll("a.agent-card")].map((card) => ({
    title: card.querySelector(".agent-title").textContent,
    text: card.querySelector(".agent-description").textContent,
    take() {
      removeAsking(box);
      /** @type {HTMLElement} */ (card).click();
    },
  }));
  return found.filter(({ title }) => title.toLocaleLowerCase().includes(words.toLocaleLowerCase()));
}

/**
 * Offers the agents whose title starts with the text between "@" and the cursor.
 * @param {HTMLTextAreaElement} box
 */
export async function offerAgents(box) {
  const number = ++asked;
  const asking = box.value.slice(0, box.selectionEnd).match(ASKING);
  const url = box.form.dataset.agents;
  if (!asking) {
    list.close(box);
    return;
  }
  if (!url) {
    list.show(box, cards(box, asking[2]));
    return;
  }
  try {
    /** @type {{ agents: Agent[], note: string }} */
    const { agents, note } = JSON.parse(await getText(`${url}?q=${encodeURIComponent(asking[2])}`));
    const offers = agents.map((agent) => ({ title: agent.title, text: agent.text, take: () => take(box, agent) }));
    // Show a note without offers only for a bare "@", so that it does not stay while somebody types on.
    if (number === asked) list.show(box, offers, offers.length || asking[2].length < 3 ? note : "");
  } catch {
    if (number === asked) list.close(box);
  }
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {KeyboardEvent} event
 */
export function agentKey(box, event) {
  return list.key(box, event);
}
