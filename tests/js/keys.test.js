import assert from "node:assert/strict";
import { test } from "node:test";
import { conversation } from "./dom.js";

globalThis.navigator ??= window.navigator;
const { OfferList } = await import("../../static/js/composer/offer-list.js");
const { isWaiting } = await import("../../static/js/conversation/busy.js");
const { open } = await import("../../static/js/palette/sheet.js");

const box = document.getElementById("message-box");

test("Shift+Tab leaves a list of offers, and Tab accepts", () => {
  const taken = [];
  const list = new OfferList("offers", "Agents");
  const key = (shiftKey) => list.key(box, new KeyboardEvent("keydown", { key: "Tab", shiftKey }));
  window.Element.prototype.scrollIntoView = () => {};
  const show = () => list.show(box, [{ title: "Haiku", text: "", take: () => taken.push("Haiku") }]);
  show();
  assert.equal(key(true), false);
  assert.equal(document.getElementById("offers"), null);
  assert.deepEqual(taken, []);
  show();
  assert.equal(key(false), true);
  assert.deepEqual(taken, ["Haiku"]);
});

test("the shortcuts have no Esc for Stop while a turn waits", () => {
  const rows = () => {
    open();
    const found = document.querySelector("dialog.shortcuts").textContent;
    document.querySelector("dialog.shortcuts").removeAttribute("open");
    return found;
  };
  window.HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  assert.match(rows(), /Stop the agent/);
  conversation.innerHTML = '<div class="turn" data-status="running"><div data-wait-status="waiting"></div></div>';
  assert.equal(isWaiting(), true);
  assert.doesNotMatch(rows(), /Stop the agent/);
});
