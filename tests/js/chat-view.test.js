import assert from "node:assert/strict";
import { mock, test } from "node:test";
import "./dom.js";

const { startComposer } = await import("../../static/js/composer/composer.js");
const { showConnection } = await import("../../static/js/page/notices.js");
const { ChatView } = await import("../../static/js/page/chat-view.js");

const notice = document.getElementById("connection");

test("the next view does not get the notice of a lost connection", () => {
  startComposer(() => assert.fail("it is no new chat"));
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
