import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { article, conversation } from "./dom.js";

const { keepProse, replaceFrom } = await import("../../static/js/conversation/morph.js");
const { parse } = await import("../../static/js/page/http.js");

let target;

beforeEach(() => {
  conversation.innerHTML = "<div></div>";
  target = conversation.firstElementChild;
});

function morph(before, after, first = 0) {
  target.innerHTML = before;
  const nodes = [...target.querySelectorAll("*")];
  replaceFrom(target, first, parse(`<div>${after}</div>`));
  return nodes;
}

test("equal blocks stay the same elements", () => {
  const [one] = morph("<p>One</p><p>Two</p>", "<p>One</p><p>Three</p>");
  assert.equal(target.firstElementChild, one);
  assert.equal(target.innerHTML, "<p>One</p><p>Three</p>");
});

test("a text that grows keeps its node and the selection in it", () => {
  target.innerHTML = "<p>Hel</p>";
  const text = target.firstElementChild.firstChild;
  const range = document.createRange();
  range.setStart(text, 1);
  range.setEnd(text, 3);
  replaceFrom(target, 0, parse("<div><p>Hello</p></div>"));
  assert.equal(target.firstElementChild.firstChild, text);
  assert.equal(range.toString(), "el");
  assert.equal(text.data, "Hello");
});

test("a text that changes is replaced", () => {
  morph("<p>Help</p>", "<p>Hello</p>");
  assert.equal(target.innerHTML, "<p>Hello</p>");
});

test("an element of another name or class is replaced", () => {
  const [old] = morph("<p>1. a</p>", "<ol><li>a</li></ol>");
  assert.ok(!target.contains(old));
  morph('<div class="code">x</div>', '<div class="code diagram">x</div>');
  assert.equal(target.innerHTML, '<div class="code diagram">x</div>');
});

test("attributes are updated", () => {
  const [link] = morph('<a href="/a">x</a>', '<a href="/ab">xy</a>');
  assert.equal(target.firstElementChild, link);
  assert.equal(target.innerHTML, '<a href="/ab">xy</a>');
});

test("blocks are added and removed at the end", () => {
  morph("<p>One</p>", "<p>One</p><p>Two</p><p>Three</p>");
  assert.equal(target.childElementCount, 3);
  morph("<p>One</p><p>Two</p>", "<p>One</p>");
  assert.equal(target.innerHTML, "<p>One</p>");
});

test("nested children are added and removed", () => {
  morph("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li></ul>");
  assert.equal(target.innerHTML, "<ul><li>a</li></ul>");
  morph("<p>a <b>b</b></p>", "<p>a <b>b</b> c</p>");
  assert.equal(target.innerHTML, "<p>a <b>b</b> c</p>");
});

test("blocks before `first` are not touched", () => {
  morph("<p>One</p><p>Two</p>", "<p>New</p>", 1);
  assert.equal(target.innerHTML, "<p>One</p><p>New</p>");
});

test("a streamed message becomes the stored one in place", () => {
  const old = parse(article({ body: "<p>One</p>" }));
  const fresh = parse(
    article({ status: "done", body: "<p>One</p>" }).replace(
      "</div></article>",
      "</div><section>Sources</section></article>",
    ),
  );
  const paragraph = old.querySelector("p");
  assert.ok(keepProse(old, fresh));
  assert.equal(old.querySelector("p"), paragraph);
  assert.equal(old.dataset.status, "done");
  assert.equal(old.querySelector("section").textContent, "Sources");
  assert.equal(old.querySelector("[data-text], [data-markdown]"), null);
});

test("prose in a fold is moved into the newer fold", () => {
  const wrap = (html) => html.replace("<div", "<details><div").replace("</div>", "</div></details>");
  const old = parse(wrap(article({ body: "<p>One</p>" })));
  const fresh = parse(wrap(article({ status: "done", body: "<p>One</p>" })));
  const paragraph = old.querySelector("p");
  assert.equal(keepProse(old, fresh), false);
  assert.equal(fresh.querySelector("p"), paragraph);
});

test("a message that did not stream is replaced", () => {
  assert.equal(keepProse(parse(article({ status: "done" })), parse(article({ status: "done" }))), false);
});
