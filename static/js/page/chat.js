// The chat page's entry point: starts each part and connects them.

import { focusBox, startComposer } from "../composer/composer.js";
import { startStop } from "../composer/stop.js";
import { startCopying } from "../conversation/code-blocks.js";
import { startActions } from "../conversation/message-actions.js";
import { startSteps } from "../conversation/steps.js";
import { startBodies } from "../conversation/tool-bodies.js";
import { startViewer } from "../viewer/start.js";
import { startList } from "./chat-list.js";
import { startClock } from "./clock.js";
import { startDrawer } from "./drawer.js";
import { watchHtmx } from "./notices.js";
import { startOnDemand } from "./on-demand.js";
import { openNew, startVisits, turnChanged } from "./visits.js";

function conversation() {
  return document.getElementById("conversation");
}

// A Retry answers with the turn's new status line; the section takes its status from it.
document.addEventListener("htmx:afterSwap", (event) => {
  for (const footer of conversation().querySelectorAll(".turn > [data-turn-status][data-status]")) {
    footer.parentElement.dataset.status = footer.dataset.status;
  }
  if (event.detail.requestConfig?.verb === "post") turnChanged();
});

// The button that was pressed disappears: a turn that is tried again shows another one.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post" && conversation().contains(detail.elt)) focusBox();
});

watchHtmx();
startClock();
startCopying();
startSteps();
startComposer(openNew);
startStop();
startActions();
startBodies();
startViewer();
startDrawer();
startVisits();
startList();
startOnDemand();
