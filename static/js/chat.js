// The chat page: gives each part what it needs.

import { startActs } from "./acts.js";
import { keepUnderWay } from "./articles.js";
import { startClock } from "./clock.js";
import { startCopying } from "./code.js";
import { startBodies } from "./bodies.js";
import { focusBox, startComposer } from "./composer.js";
import { startDrawer } from "./drawer.js";
import { Follow } from "./follow.js";
import { Frames } from "./frames.js";
import { get, isLogin, parse } from "./http.js";
import { announce, showConnection, watchHtmx } from "./notices.js";
import { dressProse, finishProse } from "./prose.js";
import { keepPlace } from "./place.js";
import { startStop, stopReady } from "./stop.js";
import { Stream } from "./stream.js";

const conversation = document.getElementById("conversation");
const OTHERS = 10_000; // ms between looks at the list while another chat works.

const APART = 1000; // ms between two resyncs, so that a fault that repeats does not storm the server.

const sleep = (delay) => new Promise((resolve) => setTimeout(resolve, Math.max(0, delay)));

function refreshSidebar() {
  window.htmx?.trigger(document.body, "chats-changed");
}

function isOpen() {
  return ["pending", "queued", "running"].some((status) => conversation.querySelector(`.turn[data-status=${status}]`));
}

function turnChanged() {
  refreshSidebar();
  if (!isOpen()) stopReady();
}

/** Reads the conversation anew and goes on from its cursor. */
function makeResync(stream) {
  let underway = false;
  let last = 0;
  return async function resync() {
    if (underway) return;
    underway = true;
    stream().pause();
    await sleep(last + APART - Date.now());
    last = Date.now();
    try {
      const response = await get(conversation.dataset.conversationUrl);
      if (response.status === 401 || isLogin(response.url)) return stream().refuse(4401);
      if (response.status === 403 || response.status === 404) return stream().refuse(4000 + response.status);
      if (!response.ok) throw new Error(`${response.status}`);
      const fresh = parse(await response.text());
      dressProse(fresh);
      keepUnderWay(conversation, fresh);
      keepPlace(conversation, () => conversation.replaceChildren(...fresh.childNodes));
      conversation.dataset.cursor = stream().cursor = fresh.dataset.cursor;
      finishProse(conversation);
      window.htmx?.process(conversation);
      turnChanged();
      stream().connect();
    } catch {
      showConnection("lost");
      stream().cursor = conversation.dataset.cursor;
      stream().retry();
    } finally {
      underway = false;
    }
  };
}

function startStream() {
  let stream;
  const resync = makeResync(() => stream);
  const frames = new Frames(conversation, { resync, changed: turnChanged });
  stream = new Stream({
    path: conversation.dataset.socket,
    cursor: conversation.dataset.cursor,
    onFrame: (frame) => frames.apply(frame),
    onState: (state, code) => {
      showConnection(state, code);
      // A refusal during the handshake has no code: after a few the page itself is asked.
      if (state === "lost" && stream.failures === 3) resync();
    },
  });
  stream.connect();
}

// Retry and Withdraw answer with the turn's new status line; the section says the same.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const footer of conversation.querySelectorAll(".turn > [data-turn-status][data-status]")) {
    footer.parentElement.dataset.status = footer.dataset.status;
  }
  if (event.detail.requestConfig?.verb === "post") turnChanged();
});

// What was asked for takes its button away: a turn that is tried again shows another.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post" && conversation.contains(detail.elt)) focusBox();
});

const follow = new Follow(conversation, document.querySelector(".dock"));
watchHtmx();
startClock();
startCopying(announce);
dressProse(document);
finishProse(conversation);
startComposer(follow);
startStop();
startActs();
startBodies();
startDrawer();
if (conversation.dataset.socket) {
  follow.begin();
  startStream();
}
setInterval(() => {
  const other = document.querySelector(".task-link:not([aria-current]) .task-running");
  if (other && !document.hidden) refreshSidebar();
}, OTHERS);
