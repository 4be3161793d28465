import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./dom.js";

const drafts = await import("../../static/js/composer/drafts.js");

const form = document.getElementById("composer");
const box = form.elements.namedItem("content");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

beforeEach(() => {
  localStorage.clear();
  box.value = "";
});

test("typed text comes back", () => {
  drafts.save(form, "half a thought");
  drafts.restore(form);
  assert.equal(box.value, "half a thought");
});

test("text that is in the box already is not replaced", () => {
  drafts.save(form, "old");
  box.value = "new";
  drafts.restore(form);
  assert.equal(box.value, "new");
});

test("each chat and account has its own", () => {
  drafts.save(form, "mine");
  form.dataset.draft = "8:1";
  drafts.restore(form);
  form.dataset.draft = "7:1";
  assert.equal(box.value, "");
});

test("a repeat of the same text keeps its id", () => {
  const id = drafts.idFor(form, "hello");
  assert.match(id, UUID);
  assert.equal(drafts.idFor(form, "hello"), id);
});

test("another text gets another id", () => {
  assert.notEqual(drafts.idFor(form, "hello"), drafts.idFor(form, "hello!"));
});

test("the same text with other files gets another id", () => {
  const id = drafts.idFor(form, "hello");
  drafts.saveFiles(form, [{ id: "f", name: "a.txt", size: 1 }]);
  assert.notEqual(drafts.idFor(form, "hello"), id);
});

test("text that was deleted and typed again is another message", () => {
  const id = drafts.idFor(form, "hello");
  drafts.save(form, "");
  drafts.save(form, "hello");
  assert.notEqual(drafts.idFor(form, "hello"), id);
});

test("deleting the text keeps the files", () => {
  drafts.saveFiles(form, [{ id: "f", name: "a.txt", size: 1 }]);
  drafts.save(form, "x");
  drafts.save(form, "");
  assert.deepEqual(drafts.filesOf(form), [{ id: "f", name: "a.txt", size: 1 }]);
});

test("after acceptance only what was typed and sent since is kept", () => {
  drafts.save(form, "sent");
  const id = drafts.idFor(form, "sent");
  drafts.takeText(form);
  drafts.saveOutgoing(form, [
    { id, text: "sent", files: [], fields: [] },
    { id: "2", text: "more", files: [], fields: [] },
  ]);
  drafts.save(form, "typed");
  drafts.accepted(form, id);
  assert.deepEqual(
    drafts.outgoingOf(form).map((each) => each.id),
    ["2"],
  );
  assert.equal(drafts.textOf(form), "typed");
  drafts.save(form, "");
  drafts.accepted(form, "2");
  assert.equal(localStorage.length, 0);
});

test("the same text sent twice has two ids", () => {
  const id = drafts.idFor(form, "yes");
  drafts.saveOutgoing(form, [{ id, text: "yes", files: [], fields: [] }]);
  assert.notEqual(drafts.idFor(form, "yes"), id);
});

test("damaged storage is no draft", () => {
  localStorage.setItem("draft:7:1", "{");
  drafts.restore(form);
  assert.equal(box.value, "");
});

test("without crypto.randomUUID the id is a version 4 UUID too", () => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined });
  assert.match(drafts.uuid(), UUID);
});
