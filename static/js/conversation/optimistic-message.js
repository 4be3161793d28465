// One's own message, shown the moment it is sent and replaced by the server's.

import { parse } from "../page/http.js";

function conversation() {
  return document.getElementById("conversation");
}

function section(id) {
  return conversation().querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
}

// As agentex_web/chat/conversation.py has it, so that nothing moves when the server's takes its place.
const isLong = (text) => text.length > 2000 || text.split("\n", 27).length > 26;

export function showOwn(id, text) {
  if (section(id)) return;
  const turn = document.getElementById("turn-template").content.firstElementChild.cloneNode(true);
  const article = document.getElementById("own-template").content.firstElementChild.cloneNode(true);
  turn.dataset.turnId = id;
  turn.dataset.optimistic = "";
  article.dataset.messageId = id;
  article.dataset.length = text.length;
  article.querySelector(".plain").textContent = text;
  article.querySelector(".own").toggleAttribute("data-long", isLong(text));
  turn.prepend(article);
  const welcome = document.getElementById("welcome");
  if (welcome) welcome.hidden = true;
  conversation().append(turn);
}

/** The server refused it: it was never said. What the socket already brought is not ours to remove. */
export function removeOwn(id) {
  const turn = section(id);
  if (turn && "optimistic" in turn.dataset && !turn.querySelector("[data-turn-status][data-status]")) turn.remove();
  const welcome = document.getElementById("welcome");
  if (welcome) welcome.hidden = false;
}

/** Takes the server's section; where the socket was faster, only what is still ours is replaced. */
export function acceptOwn(html) {
  const fresh = parse(html);
  const id = fresh?.dataset.turnId;
  if (!id) return;
  const old = section(id);
  if (!old) {
    conversation().append(fresh);
    window.htmx?.process(fresh);
  } else if ("optimistic" in old.dataset) {
    const said = old.querySelector(':scope > article[data-author="user"][data-status="pending"]');
    said?.replaceWith(fresh.querySelector('article[data-author="user"]') ?? said);
    const footer = old.querySelector(":scope > [data-turn-status]:not([data-status])");
    if (footer) {
      footer.replaceWith(fresh.querySelector("[data-turn-status]"));
      old.dataset.status = fresh.dataset.status;
    }
    old.dataset.created = fresh.dataset.created;
    delete old.dataset.optimistic;
    window.htmx?.process(old);
  }
}
