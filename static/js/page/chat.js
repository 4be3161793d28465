// The chat page's entry point: starts each part and connects them.

import { focusBox, startComposer } from "../composer/composer.js";
import { startStop, stopReady } from "../composer/stop.js";
import { dressForms } from "../conversation/articles.js";
import { AutoScroll } from "../conversation/auto-scroll.js";
import { startCopying } from "../conversation/code-blocks.js";
import { startActions } from "../conversation/message-actions.js";
import { isBusy } from "../conversation/message-editor.js";
import { dressProse, finishProse } from "../conversation/prose.js";
import { foldSteps, startSteps } from "../conversation/steps.js";
import { startBodies } from "../conversation/tool-bodies.js";
import { dressPreviews } from "../conversation/tool-preview.js";
import { Frames } from "../stream/frames.js";
import { makeResync } from "../stream/resync.js";
import { TaskSocket } from "../stream/socket.js";
import { startViewer } from "../viewer/start.js";
import { startList } from "./chat-list.js";
import { startClock } from "./clock.js";
import { startDrawer } from "./drawer.js";
import { showConnection, watchHtmx } from "./notices.js";
import { startOnDemand } from "./on-demand.js";

const conversation = document.getElementById("conversation");

function turnChanged() {
  foldSteps(conversation);
  if (!isBusy()) stopReady();
}

function startStream() {
  /** @type {TaskSocket} */
  let socket;
  const resync = makeResync(conversation, { socket: () => socket, changed: turnChanged });
  const frames = new Frames(conversation, { resync, changed: turnChanged });
  socket = new TaskSocket({
    path: conversation.dataset.socket,
    cursor: conversation.dataset.cursor,
    version: conversation.dataset.version,
    onFrame: (frame) => frames.apply(frame),
    onState: (state, code) => {
      showConnection(state, code);
      // A refusal during the handshake has no code. After three failures the page is read, which has a status.
      if (state === "lost" && socket.failures === 3) resync();
    },
  });
  socket.connect();
}

// A Retry answers with the turn's new status line; the section takes its status from it.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const footer of conversation.querySelectorAll(".turn > [data-turn-status][data-status]")) {
    footer.parentElement.dataset.status = footer.dataset.status;
  }
  if (event.detail.requestConfig?.verb === "post") turnChanged();
});

// The button that was pressed disappears: a turn that is tried again shows another one.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post" && conversation.contains(detail.elt)) focusBox();
});

const scroll = new AutoScroll(conversation, document.querySelector(".dock"));
watchHtmx();
startClock();
startCopying();
foldSteps(document);
startSteps();
dressProse(document);
dressPreviews(document);
finishProse(conversation);
startComposer(scroll);
startStop();
startActions();
startBodies();
dressForms(document.body);
startViewer();
startDrawer();
if (conversation.dataset.socket) {
  scroll.begin();
  startStream();
}
startList();
startOnDemand();
