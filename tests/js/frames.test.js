import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { article, conversation, footer, nextFrame, until } from "./dom.js";

const { Frames } = await import("../../static/js/stream/frames.js");

let frames, resyncs, changes;

beforeEach(() => {
  resyncs = changes = 0;
  conversation.innerHTML = "";
  frames = new Frames(conversation, { resync: () => resyncs++, changed: () => changes++ });
});

const message = (id) => conversation.querySelector(`[data-message-id="${id}"]`);
const section = (id) => conversation.querySelector(`[data-turn-id="${id}"]`);
const announced = () => document.getElementById("announcer").textContent;

function start(options = {}) {
  const { id = "m1", turn = "t1", call = "c1", attempt = 1 } = options;
  frames.apply({ type: "started", turn, message: id, call, attempt, html: article({ id, ...options }) });
}

async function stream(text = "Hello", html = "<p>Hello</p>") {
  frames.apply({ type: "delta", message: "m1", offset: 0, text, first: 0, keep: 0, html, tail: html.length });
  await nextFrame();
}

test("a started message opens its turn", () => {
  start();
  assert.equal(message("m1").closest("section").dataset.turnId, "t1");
});

test("messages stand by position, whatever order they come in", () => {
  start({ id: "b", position: "000002" });
  start({ id: "a", position: "000001" });
  start({ id: "c", position: "000003.000001" });
  assert.deepEqual(
    [...section("t1").querySelectorAll("article")].map((each) => each.dataset.messageId),
    ["a", "b", "c"],
  );
  assert.ok(section("t1").lastElementChild.matches("footer"));
});

test("an answer goes into its turn, also if a later message is there", () => {
  for (const turn of ["t1", "t2"]) start({ id: `${turn}-own`, turn, position: "000000" });
  start({ id: "t1-answer", turn: "t1", position: "000001" });
  assert.deepEqual(
    [...conversation.querySelectorAll("article")].map((each) => each.dataset.messageId),
    ["t1-own", "t1-answer", "t2-own"],
  );
});

test("a message of a tool call that an agent makes goes into the call", () => {
  start({ id: "call", kind: "tool_request", body: '<div data-inside-of="x"></div><div data-response-for="x"></div>' });
  start({ id: "inner", extra: 'data-inside="x"' });
  assert.equal(message("inner").parentElement.dataset.insideOf, "x");
});

test("a response goes into its request, also if it came first", () => {
  const response = article({ id: "r", kind: "tool_response", status: "done" }).replace(
    'tool-call-id=""',
    'tool-call-id="x"',
  );
  frames.apply({ type: "done", turn: "t1", message: "r", html: response });
  const request = article({
    id: "q",
    kind: "tool_request",
    body: '<div data-response-for="x"></div>',
    position: "000000",
  });
  frames.apply({
    type: "started",
    turn: "t1",
    message: "q",
    html: request.replace('tool-call-id=""', 'tool-call-id="x"'),
  });
  assert.equal(message("r").closest('[data-message-id="q"]'), message("q"));
});

test("a repeated start does not empty the message", async () => {
  start();
  await stream();
  start();
  assert.equal(message("m1").textContent, "Hello");
});

test("the start of a later attempt empties the message", async () => {
  start();
  await stream();
  frames.apply({
    type: "started",
    turn: "t1",
    message: "m1",
    html: article().replace('data-attempt="1"', 'data-attempt="2"'),
  });
  assert.equal(message("m1").textContent, "");
});

test("a start after the end changes nothing", () => {
  frames.apply({ type: "done", turn: "t1", message: "m1", html: article({ status: "done", body: "<p>All</p>" }) });
  start();
  assert.equal(message("m1").dataset.status, "done");
});

test("a start in a turn that has ended changes nothing: nothing would end the message", () => {
  frames.apply({ type: "turn", turn: "t1", status: "pending", html: footer("pending") });
  frames.apply({ type: "turn", turn: "t1", status: "interrupted", html: footer("interrupted") });
  start();
  assert.equal(message("m1"), null);
});

test("a turn that is queued or runs does not become pending when that is reported late", () => {
  for (const status of ["pending", "queued", "pending", "running", "queued", "pending"])
    frames.apply({ type: "turn", turn: "t1", status, html: footer(status) });
  assert.equal(document.querySelector("[data-turn-id=t1]").dataset.status, "running");
  for (const status of ["queued", "pending"]) frames.apply({ type: "turn", turn: "t2", status, html: footer(status) });
  assert.equal(document.querySelector("[data-turn-id=t2]").dataset.status, "queued");
});

test("a gap in the text asks for a resync", () => {
  start();
  frames.apply({ type: "delta", message: "m1", offset: 4, text: "o" });
  assert.equal(resyncs, 1);
});

test("text of a message that the page does not know asks for a resync", () => {
  frames.apply({ type: "delta", message: "unknown", offset: 0, text: "o" });
  assert.equal(resyncs, 1);
});

test("a message that only another page of the person shows asks for no resync", () => {
  frames.apply({
    type: "delta",
    message: "unknown",
    offset: 5,
    text: "",
    first: 0,
    keep: 0,
    html: "<p>o</p>",
    tail: 0,
  });
  assert.equal(resyncs, 0);
});

test("text of a finished message is ignored", () => {
  frames.apply({ type: "done", turn: "t1", message: "m1", html: article({ status: "done", body: "<p>All</p>" }) });
  frames.apply({ type: "delta", message: "m1", offset: 9, text: "o" });
  assert.equal(resyncs, 0);
  assert.equal(message("m1").textContent, "All");
});

test("the end of a message keeps the paragraphs that streamed", async () => {
  start();
  await stream();
  const paragraph = message("m1").querySelector("p");
  frames.apply({ type: "done", turn: "t1", message: "m1", html: article({ status: "done", body: "<p>Hello</p>" }) });
  assert.equal(message("m1").querySelector("p"), paragraph);
  assert.equal(message("m1").dataset.status, "done");
  assert.equal(message("m1").querySelector("[data-markdown]"), null);
});

test("the end of a message corrects what streamed", async () => {
  start();
  await stream();
  frames.apply({ type: "done", turn: "t1", message: "m1", html: article({ status: "done", body: "<p>Help</p>" }) });
  assert.equal(message("m1").querySelector(".prose").innerHTML, "<p>Help</p>");
});

test("a reset removes the messages of its call only", () => {
  start({ id: "a", call: "one" });
  start({ id: "b", call: "two" });
  frames.apply({ type: "reset", call: "one" });
  assert.equal(message("a"), null);
  assert.ok(message("b"));
});

test("a late reset leaves what a later attempt says", () => {
  start({ id: "a", call: "one", attempt: 2 });
  frames.apply({ type: "reset", call: "one", attempt: 1 });
  assert.ok(message("a"));
  frames.apply({ type: "reset", call: "one", attempt: 2 });
  assert.equal(message("a"), null);
});

test("a later attempt removes what an earlier one said, and an earlier one adds nothing", () => {
  start({ id: "a", call: "one" });
  start({ id: "b", call: "one" });
  start({ id: "a", call: "one", attempt: 2 });
  assert.equal(message("b"), null);
  start({ id: "b", call: "one" });
  assert.equal(message("b"), null);
  assert.ok(message("a"));
});

test("a reset without a call removes nothing", () => {
  start({ call: "" });
  frames.apply({ type: "reset", call: "" });
  assert.ok(message("m1"));
});

test("a turn's status is shown, reported once, and announced", async () => {
  start();
  frames.apply({
    type: "done",
    turn: "t1",
    message: "m1",
    html: article({ status: "done", body: "<p>Hi. More.</p>" }),
  });
  for (let i = 0; i < 2; i++) frames.apply({ type: "turn", turn: "t1", status: "done", html: footer("done") });
  assert.equal(section("t1").dataset.status, "done");
  assert.equal(changes, 1);
  await until(() => announced() === "Haiku answered: Hi.", "the announcement");
});

test("a failed turn announces its reason", async () => {
  frames.apply({ type: "turn", turn: "t1", status: "running", html: footer("running") });
  frames.apply({ type: "turn", turn: "t1", status: "failed", html: footer("failed", "The model is busy.") });
  await until(() => announced() === "Failed: The model is busy.", "the announcement");
});

test("a turn that ends while something streams asks for a resync", () => {
  start();
  frames.apply({ type: "turn", turn: "t1", status: "done", html: footer("done") });
  assert.equal(resyncs, 1);
  assert.equal(message("m1"), null);
});

test("a cancelled turn is removed, and its late frames are ignored", () => {
  start();
  frames.apply({ type: "turn", turn: "t1", status: "withdrawn", html: footer("withdrawn") });
  start();
  assert.equal(section("t1"), null);
});

test("a person's message is no longer pending once its turn runs", () => {
  start({ id: "own", status: "pending" });
  message("own").dataset.author = "user";
  frames.apply({ type: "turn", turn: "t1", status: "running", html: footer("running") });
  assert.equal(message("own").dataset.status, "done");
});

test("stopping is shown for a running turn only", () => {
  frames.apply({ type: "turn", turn: "t1", status: "running", html: footer("running") });
  frames.apply({ type: "stopping", turn: "t1", html: footer("running", "stopping") });
  assert.equal(section("t1").querySelector("footer").dataset.reason, "stopping");
  frames.apply({ type: "turn", turn: "t1", status: "done", html: footer("done") });
  frames.apply({ type: "stopping", turn: "t1", html: footer("running", "stopping") });
  assert.equal(section("t1").querySelector("footer").dataset.status, "done");
});

test("the server can ask for a resync, and a frame of an unknown type is ignored", () => {
  frames.apply({ type: "resync" });
  frames.apply({ type: "something new" });
  assert.equal(resyncs, 1);
});

test("suggestions stand below the answer, once however often they come", () => {
  start();
  frames.apply({ type: "turn", turn: "t1", status: "done", html: footer("done") });
  const html = '<div data-suggestions><button data-starter="Why?">Why?</button></div>';
  frames.apply({ type: "suggested", turn: "t1", html });
  frames.apply({ type: "suggested", turn: "t1", html });
  assert.equal(section("t1").querySelectorAll("[data-starter]").length, 1);
  assert.equal(section("t1").lastElementChild.dataset.suggestions, "");
  frames.apply({ type: "suggested", turn: "elsewhere", html });
});

test("a person's handoff names the agent in the top bar and in the box", () => {
  start();
  document.body.insertAdjacentHTML("afterbegin", '<p id="top"><b data-agent-title>Haiku</b></p>');
  const extra = 'data-agent-name="Weather"';
  const html = article({ id: "named", kind: "handoff", status: "done", extra }).replace('"agent"', '"user"');
  frames.apply({ type: "done", turn: "t1", message: "named", html });
  assert.equal(document.querySelector("[data-agent-title]").textContent, "Weather");
  assert.equal(document.getElementById("message-box").placeholder, "Write to Weather");
  assert.equal(conversation.dataset.agent, "Weather");
  document.getElementById("top").remove();
});
