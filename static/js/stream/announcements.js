// What screen readers are told about turns.

import { gettext, interpolate } from "../page/i18n.js";
import { announce, firstSentence } from "../page/notices.js";

/**
 * Tells people who use a screen reader how a turn ended, or that it is queued.
 * @param {HTMLElement} section of the turn, with its new status
 * @param {HTMLElement} footer its status line
 * @param {string} agent title of the chat's agent, for a turn without an answer
 */
export function announceTurn(section, footer, agent) {
  const texts = section.querySelectorAll('article[data-kind="text"][data-author="agent"]');
  const answer = [...texts].at(-1);
  const name = answer?.dataset.agentName || agent || gettext("The agent");
  const body = answer?.querySelector(".prose, .plain")?.textContent ?? "";
  const { status } = section.dataset;
  const reason = footer.dataset.reason;
  if (status === "done") {
    const words = body ? gettext("%(name)s answered: %(answer)s") : gettext("%(name)s has finished.");
    announce(interpolate(words, { name, answer: firstSentence(body) }));
  } else if (status === "interrupted") announce(reason || gettext("Stopped."));
  else if (status === "failed")
    announce(interpolate(gettext("Failed: %(reason)s"), { reason: reason || gettext("no reason was given") }));
  else if (status === "queued") announce(gettext("Queued. The agent is still working on the previous message."));
}
