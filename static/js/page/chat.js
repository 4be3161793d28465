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

/** After an agent was chosen: its parameters and suggestions stand below the cards, on a phone out of sight. */
function showChosenAgent() {
  const welcome = document.getElementById("welcome");
  const style = welcome.querySelector("link");
  if (style && !style.sheet) {
    style.addEventListener("load", showChosenAgent, { once: true });
    return;
  }
  const end = welcome.lastElementChild.previousElementSibling;
  const dock = document.querySelector(".dock");
  if (end.getBoundingClientRect().bottom <= dock.getBoundingClientRect().top) return;
  document.getElementById("welcome-title").scrollIntoView({ block: "start" });
}

// A Retry answers with the turn's new status line; the section takes its status from it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (/** @type {HTMLElement} */ (event.target).id === "welcome") showChosenAgent();
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
