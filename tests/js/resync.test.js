import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { article, conversation, footer } from "./dom.js";

const { makeResync } = await import("../../static/js/stream/resync.js");

let calls, socket, resync, requests, answer;

globalThis.fetch = async (url) => {
  requests.push(url);
  if (answer instanceof Error) throw answer;
  return { status: 200, ok: true, url: `http://localhost${url}`, text: async () => "", ...answer };
};

beforeEach(() => {
  calls = [];
  requests = [];
  const record =
    (name) =>
    (...values) =>
      void calls.push([name, ...values]);
  socket = {
    cursor: "9-0",
    pause: record("pause"),
    connect: record("connect"),
    retry: record("retry"),
    refuse: record("refuse"),
  };
  conversation.innerHTML = "";
  conversation.dataset.cursor = "1-0";
  resync = makeResync(conversation, { socket: () => socket, changed: record("changed") });
});

const turn = (body, status = "running") =>
  `<section class="turn" data-turn-id="t1" data-status="${status}">${body}${footer(status)}</section>`;

function element(markup) {
  const parent = document.createElement("div");
  parent.innerHTML = markup;
  return parent.children;
}

function page(markup, meanwhile = () => {}) {
  answer = {
    text: async () => {
      meanwhile();
      return `<div data-cursor="7-0">${markup}</div>`;
    },
  };
}

test("it replaces the conversation and continues from its cursor", async () => {
  page(turn(article({ status: "done", body: "<p>New</p>" })));
  await resync();
  assert.equal(conversation.querySelector("p").textContent, "New");
  assert.equal(conversation.dataset.cursor, "7-0");
  assert.equal(socket.cursor, "7-0");
  assert.deepEqual(calls, [["pause"], ["changed"], ["connect"]]);
});

const section = (id) => `<section class="turn" data-turn-id="${id}"></section>`;
const earlier = (id) => `<button data-earlier="${id}"></button>`;
const shown = () => [...conversation.children].map(({ dataset }) => dataset.earlier ?? dataset.turnId);

test("earlier turns that arrive during the request stay", async () => {
  conversation.innerHTML = earlier("t3") + section("t3");
  const put = () => conversation.firstElementChild.replaceWith(...element(earlier("t2") + section("t2")));
  page(earlier("t3") + section("t3") + section("t4"), put);
  await resync();
  assert.deepEqual(requests, ["/tasks/1/conversation/?first=t3"]);
  assert.deepEqual(shown(), ["t2", "t2", "t3", "t4"]);
});

test("turns of another version do not", async () => {
  conversation.innerHTML = earlier("t3") + section("t3");
  const put = () => conversation.firstElementChild.replaceWith(...element(section("t2")));
  page(earlier("t9") + section("t9"), put);
  await resync();
  assert.deepEqual(shown(), ["t9", "t9"]);
});

test("while one is at work another does nothing", async () => {
  page("");
  await Promise.all([resync(), resync()]);
  assert.equal(requests.length, 1);
});

for (const [status, code] of [
  [401, 4401],
  [403, 4403],
  [404, 4404],
]) {
  test(`HTTP ${status} refuses with ${code}`, async () => {
    answer = { status, ok: false };
    await resync();
    assert.deepEqual(calls, [["pause"], ["refuse", code]]);
  });
}

test("the login page refuses with 4401", async () => {
  answer = { url: "http://localhost/accounts/login/?next=/" };
  await resync();
  assert.deepEqual(calls, [["pause"], ["refuse", 4401]]);
});

for (const [name, failure] of [
  ["a server error", { status: 500, ok: false }],
  ["no network", new TypeError("Failed to fetch")],
]) {
  test(`${name} retries from the cursor that the page shows`, async () => {
    answer = failure;
    conversation.innerHTML = turn("");
    await resync();
    assert.equal(socket.cursor, "1-0");
    assert.deepEqual(calls, [["pause"], ["retry"]]);
    assert.ok(conversation.querySelector(".turn"));
  });
}

test("a streaming message that Redis has lost stays on the page", async () => {
  conversation.innerHTML = turn(article({ body: "<p>Half</p>" }));
  page(turn(""));
  await resync();
  assert.equal(conversation.querySelector("p").textContent, "Half");
});

test("a streaming message of a turn that has ended does not", async () => {
  conversation.innerHTML = turn(article({ body: "<p>Half</p>" }));
  page(turn("", "done"));
  await resync();
  assert.equal(conversation.querySelector("p"), null);
});

test("a form that somebody writes in stays, with its text and the focus", async () => {
  const own = '<article><div class="own"></div></article>';
  conversation.innerHTML = turn(own);
  const form = document.createElement("form");
  form.className = "editor";
  form.innerHTML = "<textarea></textarea>";
  conversation.querySelector(".own").after(form);
  form.firstElementChild.value = "typed";
  form.firstElementChild.focus();
  page(turn(own));
  await resync();
  assert.equal(conversation.querySelector("textarea").value, "typed");
  assert.equal(document.activeElement, conversation.querySelector("textarea"));
});
