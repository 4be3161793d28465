import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { conversation } from "./dom.js";

const { loadEarlier } = await import("../../static/js/conversation/earlier.js");
const { AutoScroll } = await import("../../static/js/conversation/auto-scroll.js");

const slot = (before) => `<button data-earlier="${before}">Earlier messages</button>`;
const turn = (id) => `<section class="turn" data-turn-id="${id}"></section>`;
const ids = () => [...conversation.querySelectorAll("[data-turn-id]")].map(({ dataset }) => dataset.turnId);
const dock = document.querySelector(".dock");

let scroll, answers;

globalThis.fetch = async (url) => {
  const answer = answers.shift()?.(url);
  return {
    ok: answer !== undefined,
    status: 500,
    url: `http://localhost${url}`,
    text: async () => `<div>${answer}</div>`,
  };
};

beforeEach(() => {
  conversation.innerHTML = slot("t3") + turn("t3");
  scroll?.end();
  sessionStorage.clear();
  scroll = new AutoScroll(conversation, dock);
});

test("the turns arrive in parts", async () => {
  const arrived = [];
  answers = [() => slot("t2") + turn("t2"), () => turn("t1")];
  await loadEarlier(conversation, scroll, () => arrived.push(ids().join()));
  assert.deepEqual(arrived, ["t2,t3", "t1,t2,t3"]);
  assert.equal(conversation.querySelector("[data-earlier]"), null);
});

test("without an answer the button stays and tries again", async () => {
  answers = [];
  await loadEarlier(conversation, scroll);
  answers = [() => turn("t2")];
  conversation.querySelector("[data-earlier]").click();
  await loadEarlier(conversation, scroll);
  assert.deepEqual(ids(), ["t2", "t3"]);
});

test("a resync during a request that fails leaves a slot that is loaded", async () => {
  answers = [() => void (conversation.innerHTML = slot("t2") + turn("t2") + turn("t3")), () => turn("t1")];
  await loadEarlier(conversation, scroll);
  assert.deepEqual(ids(), ["t1", "t2", "t3"]);
});

test("the focus stays with the slot, and then goes to the last turn that came", async () => {
  const focused = [];
  answers = [() => slot("t2") + turn("t2"), () => turn("t0") + turn("t1")];
  conversation.querySelector("[data-earlier]").focus();
  await loadEarlier(conversation, scroll, () => focused.push({ ...document.activeElement.dataset }));
  assert.deepEqual(focused, [{ earlier: "t2" }, { turnId: "t1" }]);
});

test("nothing moves a reader who goes elsewhere before the beginning is known", () => {
  const press = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const goes = [
    () => scroll.toEnd(),
    () => document.body.dispatchEvent(new Event("wheel", { bubbles: true })),
    () => press(document.body, "PageUp"),
  ];
  for (const go of goes) {
    scroll.seeks = true;
    go();
    assert.equal(scroll.seeks, false);
  }
  scroll.seeks = true;
  press(document.getElementById("message-box"), " ");
  press(document.body, "Alt");
  assert.equal(scroll.seeks, true);
});

test("the saved place stays while it is sought", () => {
  scroll.end();
  const saved = sessionStorage.getItem(scroll.key);
  assert.ok(saved);
  sessionStorage.setItem(scroll.key, '{"id":"t1","top":7}');
  scroll = new AutoScroll(conversation, dock);
  scroll.seeks = true;
  scroll.end();
  assert.equal(sessionStorage.getItem(scroll.key), '{"id":"t1","top":7}');
});
