import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { conversation, media } from "./dom.js";

const { openComposer, sendAgain, settled, startComposer, takeUnsent } = await import(
  "../../static/js/composer/composer.js"
);
const { offerText } = await import("../../static/js/composer/message-box.js");
const { markWaiting } = await import("../../static/js/conversation/busy.js");

const box = document.getElementById("message-box");
const error = () => document.getElementById("form-error").textContent.trim();
const own = () => conversation.querySelector("article[data-author=user]");

let requests, respond, taken;

// jsdom's FormData differs from Node's; the composer only passes it on.
globalThis.fetch = (url, { body }) =>
  new Promise((resolve, reject) => {
    requests.push(Object.fromEntries(body));
    respond = (status, text) =>
      resolve({
        status,
        ok: status < 300,
        url: `http://localhost${url}`,
        headers: new Headers(),
        text: async () => text,
      });
    respond.lost = () => reject(new TypeError("Failed to fetch"));
  });

startComposer(() => assert.fail("it is no new chat"));

function open() {
  taken = [];
  openComposer({ toEnd() {} }, (id) => taken.push(id));
}

beforeEach(() => {
  requests = [];
  media.matches = false;
  localStorage.clear();
  conversation.innerHTML = "";
  document.getElementById("form-error").replaceChildren();
  box.value = "";
  open();
});

function press(key, options = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  box.dispatchEvent(event);
  return event.defaultPrevented;
}

async function send(text, ...answer) {
  box.value = text;
  press("Enter");
  await turn();
  respond(...(answer.length ? answer : [201, ""]));
  await settled();
}

/** Messages are sent in the next turn of the event loop. */
const turn = () => new Promise((resolve) => setTimeout(resolve));
const status = () => conversation.querySelector("section").dataset.status;
const texts = () => [...conversation.querySelectorAll(".plain")].map((each) => each.textContent).join(" | ");

test("Enter sends; the message shows at once, and the box is empty", async () => {
  box.value = "Hello";
  assert.ok(press("Enter"));
  assert.equal(own().querySelector(".plain").textContent, "Hello");
  assert.equal(own().dataset.status, "pending");
  assert.equal(box.value, "");
  await turn();
  assert.equal(requests[0].content, "Hello");
  respond(201, "");
  await settled();
  assert.deepEqual(taken, [requests[0].id]);
  assert.equal(localStorage.length, 0);
});

test("in a chat that was just begun, a request leaves while the key is handled", async () => {
  openComposer({ toEnd() {} }, (id) => taken.push(id), Promise.resolve(true));
  await turn();
  box.value = "Hello";
  press("Enter");
  assert.equal(requests.length, 1);
  respond(201, "");
  await settled();
});

test("a second message goes behind the first, whatever it takes", async () => {
  box.value = "one";
  press("Enter");
  box.value = "one";
  press("Enter");
  await turn();
  assert.equal(texts(), "one | one");
  assert.equal(requests.length, 1);
  respond(201, "");
  await turn();
  assert.equal(requests.length, 2);
  assert.notEqual(requests[0].id, requests[1].id);
  respond(201, "");
  await settled();
});

test("what is typed while a message is sent stays", async () => {
  box.value = "Hello";
  press("Enter");
  box.value = "and";
  await turn();
  respond(201, "");
  await settled();
  assert.equal(box.value, "and");
});

test("Shift+Enter, a composition and Safari's code 229 do not send", () => {
  box.value = "Hello";
  for (const options of [{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }])
    assert.equal(press("Enter", options), false);
  assert.equal(requests.length, 0);
});

test("on a touch keyboard Enter is a new line, and Ctrl or Cmd with Enter sends", async () => {
  media.matches = true;
  box.value = "Hello";
  assert.equal(press("Enter"), false);
  assert.ok(press("Enter", { metaKey: true }));
  await turn();
  respond(201, "");
  await settled();
  assert.equal(requests.length, 1);
});

test("white space is not sent, by Enter or by the button", async () => {
  for (const blank of ["", "   ", " \n "]) {
    box.value = blank;
    press("Enter");
    box.form.requestSubmit();
    await turn();
  }
  assert.equal(requests.length, 0);
  assert.equal(own(), null);
});

test("a refusal takes the message back and says why", async () => {
  await send("Hello", 409, "<p data-form-error>This chat has ended.</p>");
  assert.equal(own(), null);
  assert.equal(box.value, "Hello");
  assert.equal(error(), "This chat has ended.");
});

test("a refusal without words has a sentence for its status", async () => {
  await send("Hello", 403, "<html>");
  assert.equal(error(), "This page has expired. Reload it; your text is saved.");
});

test("without a network the messages stay, marked, and are sent again in their order with the same ids", async () => {
  for (const text of ["one", "two"]) {
    box.value = text;
    press("Enter");
  }
  await turn();
  respond.lost();
  await settled();
  assert.equal(texts(), "one | two");
  assert.deepEqual(
    [...conversation.querySelectorAll("section")].map((each) => each.dataset.status),
    ["unsent", "unsent"],
  );
  assert.ok(conversation.querySelector('[data-act="send-again"]'));
  sendAgain();
  assert.equal(status(), "pending");
  for (const text of ["one", "two"]) {
    await turn();
    assert.equal(requests.at(-1).content, text);
    respond(201, "");
  }
  await settled();
  assert.equal(requests[0].id, requests[1].id);
  assert.equal(taken.length, 2);
});

test("a message that fails leaves the actions of earlier turns enabled", async () => {
  const edit = '<section class="turn" data-turn-id="t1"><button data-act="edit"></button></section>';
  const isDisabled = () => conversation.querySelector('[data-act="edit"]').hasAttribute("aria-disabled");
  for (const fail of [() => respond.lost(), () => respond(409, "<p data-form-error>No.</p>")]) {
    conversation.innerHTML = edit;
    box.value = "Hello";
    press("Enter");
    await turn();
    // As when earlier turns arrive meanwhile.
    markWaiting(conversation);
    assert.ok(isDisabled());
    fail();
    await settled();
    assert.ok(!isDisabled());
    localStorage.clear();
  }
});

test("a message that could not be sent outlives a reload, and can be taken back", async () => {
  box.value = "Hello";
  press("Enter");
  await turn();
  respond.lost();
  await settled();
  conversation.innerHTML = "";
  open();
  assert.equal(texts(), "Hello");
  assert.equal(status(), "unsent");
  takeUnsent(conversation.querySelector("section"));
  assert.equal(box.value, "Hello");
  assert.equal(own(), null);
});

test("a message that had arrived after all is not sent again after a reload", async () => {
  box.value = "Hello";
  press("Enter");
  await turn();
  respond.lost();
  await settled();
  const { id } = requests[0];
  conversation.innerHTML = `<section data-turn-id="${id}" data-status="done"><footer data-turn-status data-status="done"></footer></section>`;
  open();
  assert.equal(status(), "done");
  assert.equal(localStorage.length, 0);
});

test("an error of the server is no refusal: the message may have arrived", async () => {
  await send("Hello", 502, "<html>");
  assert.equal(status(), "unsent");
});

test("a suggestion leaves the box as it is", async () => {
  box.value = "typed";
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.starter = "Write a haiku";
  document.body.append(button);
  button.click();
  await turn();
  respond(201, "");
  await settled();
  button.remove();
  assert.equal(requests[0].content, "Write a haiku");
  assert.equal(box.value, "typed");
});

test("an offered text goes below what is typed", () => {
  assert.equal(offerText("back"), false);
  assert.equal(offerText("again"), true);
  assert.equal(box.value, "back\n\nagain");
});

test("the counter shows near the limit", () => {
  const counter = document.querySelector(".counter");
  for (const [length, words] of [
    [89, null],
    [95, "5 left"],
    [103, "3 too many"],
  ]) {
    box.value = "x".repeat(length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    assert.equal(counter.hidden ? null : counter.textContent, words);
  }
});

test("ArrowUp in an empty box edits the last message, and with Alt it does not", async () => {
  const template =
    '<template id="editor-template"><form class="editor"><textarea></textarea><ul data-editor-files></ul></form></template>';
  document.body.insertAdjacentHTML("beforeend", template);
  conversation.innerHTML = `<section class="turn" data-turn-id="t1"><article data-author="user">
    <div class="own"><p class="plain">Hello</p><button data-act="edit"></button></div></article></section>`;
  await import("../../static/js/conversation/message-editor.js");
  press("ArrowUp", { altKey: true });
  await turn();
  assert.equal(conversation.querySelector("form.editor"), null);
  press("ArrowUp");
  // jsdom loads no styles; the editor is shown when its own are there.
  document.head.querySelector('link[href$="/css/editors.css"]').onload();
  await turn();
  assert.equal(conversation.querySelector("form.editor textarea").value, "Hello");
});

test("Esc stops a turn that works, and not one that waits for a person", async () => {
  conversation.innerHTML = `<section class="turn" data-status="running"><article><div data-wait-status="waiting"></div></article></section>`;
  document.body.insertAdjacentHTML(
    "beforeend",
    '<form action="/stop/"><button data-stop><span></span></button></form>',
  );
  const stop = document.querySelector("[data-stop]");
  stop.checkVisibility = () => true;
  const { startStop } = await import("../../static/js/composer/stop.js");
  startStop();
  press("Escape");
  assert.equal(stop.getAttribute("aria-disabled"), null);
  conversation.querySelector("[data-wait-status]").dataset.waitStatus = "decided";
  press("Escape");
  assert.equal(stop.getAttribute("aria-disabled"), "true");
});
