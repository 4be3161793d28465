import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { conversation } from "./dom.js";

const { startActions } = await import("../../static/js/conversation/message-actions.js");
const { startComposer } = await import("../../static/js/composer/composer.js");
const { showConnection } = await import("../../static/js/page/notices.js");
const { ChatView } = await import("../../static/js/page/chat-view.js");

const notice = document.getElementById("connection");

startComposer(() => assert.fail("it is no new chat"));
startActions();

test("while the agent works, actions that would change its work say that they wait", () => {
  const turn = (status) => `<section class="turn" data-turn-id="t1" data-status="${status}">
    <button data-act="show" data-version="" aria-disabled="true"></button><button data-act="show" data-version="t2"></button>
    <button data-act="regenerate"></button><button data-act="details"></button></section>`;
  const disabled = () => [...conversation.querySelectorAll("button")].map((each) => each.getAttribute("aria-disabled"));
  conversation.innerHTML = turn("running");
  const view = new ChatView();
  assert.deepEqual(disabled(), ["true", "true", "true", null]);
  conversation.querySelector('[data-act="regenerate"]').click();
  assert.match(document.getElementById("form-error").textContent, /when the agent has finished/);
  conversation.querySelector(".turn").dataset.status = "done";
  view.turnChanged();
  assert.deepEqual(disabled(), ["true", null, null, null]);
  view.end();
});

test("the next view does not get the notice of a lost connection", () => {
  const view = new ChatView();
  mock.timers.enable({ apis: ["setTimeout"] });
  showConnection("lost");
  mock.timers.tick(2000);
  assert.equal(notice.hidden, false);
  showConnection("open");
  showConnection("lost");
  view.end();
  mock.timers.tick(2000);
  assert.equal(notice.hidden, true);
});
