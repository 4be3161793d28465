import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { conversation, media } from "./dom.js";

const { offerText, settled, startComposer } = await import("../../static/js/composer/composer.js");

const box = document.getElementById("message-box");
const error = () => document.getElementById("form-error").textContent.trim();
const own = () => conversation.querySelector("article[data-author=user]");

let requests, respond;

// jsdom's FormData is not node's; the composer only hands it on.
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

startComposer({ toEnd() {} });

beforeEach(() => {
  requests = [];
  media.matches = false;
  localStorage.clear();
  conversation.innerHTML = "";
  document.getElementById("form-error").replaceChildren();
  box.value = "";
});

function press(key, options = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  box.dispatchEvent(event);
  return event.defaultPrevented;
}

function section(text, id = requests.at(-1).id) {
  return `<section class="turn" data-turn-id="${id}" data-status="queued"><article data-author="user" data-status="done">${text}</article><footer data-turn-status data-status="queued"></footer></section>`;
}

async function send(text, ...answer) {
  box.value = text;
  press("Enter");
  if (answer.length) respond(...answer);
  else respond(201, section(text));
  await settled();
}

test("Enter sends; the message shows at once, the text leaves the box when it is accepted", async () => {
  box.value = "Hello";
  assert.ok(press("Enter"));
  assert.equal(own().querySelector(".plain").textContent, "Hello");
  assert.equal(own().dataset.status, "pending");
  assert.equal(box.value, "Hello");
  respond(201, section("Hello"));
  await settled();
  assert.equal(box.value, "");
  assert.equal(requests[0].content, "Hello");
  assert.equal(own().dataset.status, "done");
  assert.equal(conversation.querySelector("section").dataset.status, "queued");
});

test("what is typed while a message is sent stays", async () => {
  box.value = "Hello";
  press("Enter");
  box.value = "Hello and";
  respond(201, section("Hello"));
  await settled();
  assert.equal(box.value, " and");
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
  respond(201, section("Hello"));
  await settled();
  assert.equal(requests.length, 1);
});

test("white space is not sent", () => {
  box.value = " \n ";
  press("Enter");
  assert.equal(requests.length, 0);
});

test("a second Enter while one is sent sends nothing", async () => {
  box.value = "Hello";
  press("Enter");
  press("Enter");
  assert.equal(requests.length, 1);
  respond(201, section("Hello"));
  await settled();
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

test("without a network the text stays, and sending again uses the same id", async () => {
  box.value = "Hello";
  press("Enter");
  respond.lost();
  await settled();
  assert.equal(error(), "The server cannot be reached. Your text is saved; send it again.");
  assert.equal(box.value, "Hello");
  press("Enter");
  respond(201, section("Hello"));
  await settled();
  assert.equal(requests[0].id, requests[1].id);
  assert.equal(error(), "");
});

test("what the socket brought first stays", async () => {
  box.value = "Hello";
  press("Enter");
  const turn = conversation.querySelector("section");
  turn.querySelector("footer").outerHTML = '<footer data-turn-status data-status="running"></footer>';
  turn.dataset.status = "running";
  respond(201, section("Hello"));
  await settled();
  assert.equal(turn.dataset.status, "running");
});

test("a suggestion leaves the box as it is", async () => {
  box.value = "typed";
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.starter = "Write a haiku";
  document.body.append(button);
  button.click();
  respond(201, section("Write a haiku"));
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
