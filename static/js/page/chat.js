// The entry point of every page of a signed-in person: starts each part and connects them.

import { startComposer } from "../composer/composer.js";
import { focusBox } from "../composer/message-box.js";
import { startStop } from "../composer/stop.js";
import { startCopying } from "../conversation/code-blocks.js";
import { startActions } from "../conversation/message-actions.js";
import { startSteps } from "../conversation/steps.js";
import { startBodies } from "../conversation/tool-bodies.js";
import { startViewer } from "../viewer/start.js";
import { startList } from "./chat-list.js";
import { showChosen } from "./chat-view.js";
import { startClock } from "./clock.js";
import { startDrawer } from "./drawer.js";
import { watchHtmx } from "./notices.js";
import { startOnDemand } from "./on-demand.js";
import { openNew, startVisits, turnChanged } from "./visits.js";

function conversation() {
  return document.getElementById("conversation");
}

// The response to a Retry is the turn's new status line. Copy its status to the turn's section.
document.addEventListener("htmx:afterSwap", (event) => {
  if (/** @type {HTMLElement} */ (event.target).id === "welcome") showChosen();
  for (const footer of document.querySelectorAll("#conversation .turn > [data-turn-status][data-status]")) {
    footer.parentElement.dataset.status = footer.dataset.status;
  }
  if (event.detail.requestConfig?.verb === "post") turnChanged();
});

// The pressed button is gone, because the turn now shows other buttons; so move the focus.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post" && conversation()?.contains(detail.elt)) focusBox();
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
