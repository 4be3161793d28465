// Tests of small parts: previews, sizes, trees, sentences, folds.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { conversation, until } from "./dom.js";

const { isBeginning } = await import("../../static/js/conversation/tool-preview.js");
const { isFolded } = await import("../../static/js/conversation/optimistic-message.js");
const { treeOf } = await import("../../static/js/conversation/json-tree.js");
const { replaceArticle } = await import("../../static/js/conversation/folds.js");
const { sizeOf } = await import("../../static/js/composer/file-chips.js");
const { firstSentence } = await import("../../static/js/page/notices.js");
const { parse } = await import("../../static/js/page/http.js");
const { describe } = await import("../../static/js/composer/encodings.js");

for (const text of [
  "",
  " ",
  "{",
  '{"',
  '{"ci',
  '{"city"',
  '{"city" ',
  '{"city":',
  '{"city": ',
  '{"city": "',
  '{"a": [',
  '{"a": {"',
  '{"a\\',
  '{"a\\"b',
  '{\n  "a"',
]) {
  test(`arguments without a value yet: ${JSON.stringify(text)}`, () => assert.equal(isBeginning(text), true));
}

for (const text of ['{"city": "B', '{"n": 1', '{"a": [1', "{}", "word", '{"a": n', "[1"]) {
  test(`arguments with a value: ${JSON.stringify(text)}`, () => assert.equal(isBeginning(text), false));
}

test("an endless beginning is shown", () => {
  for (const part of [" ", '"', "\\", '{"', ": ", "[{"]) assert.equal(isBeginning(`{"a${part.repeat(30_000)}`), false);
});

test("a long message is folded, by characters or by lines", () => {
  const limits = document.getElementById("own-template").dataset;
  assert.equal(isFolded("x".repeat(2000), limits), false);
  assert.equal(isFolded("x".repeat(2001), limits), true);
  assert.equal(isFolded("\n".repeat(25), limits), false);
  assert.equal(isFolded("\n".repeat(26), limits), true);
});

// A file has the same size before and after it is sent: tests/unit/files/test_sizes.py compares the same table with
// Django's filesizeformat. It includes a rounding tie: 1.25 KB.
for (const [bytes, words] of JSON.parse(readFileSync(new URL("sizes.json", import.meta.url), "utf8"))) {
  test(`${bytes} bytes are ${words}`, () => assert.equal(sizeOf(bytes).replace("\u00a0", " "), words));
}

test("a tree is built level by level", () => {
  const tree = treeOf('{"a": {"b": [1, 2]}, "c": null}');
  assert.deepEqual(
    [...tree.querySelectorAll(".key")].map((key) => key.textContent),
    ["a: ", "c: "],
  );
  assert.equal(tree.querySelector(".size").textContent, "{ 1 key }");
});

test("a level shows 100 entries at once", () => {
  const tree = treeOf(JSON.stringify(Array.from({ length: 250 }, (_, i) => i)));
  assert.equal(tree.querySelectorAll("li").length, 101);
  tree.querySelector("button").click();
  assert.equal(tree.querySelector("button").textContent, "50 more");
});

for (const text of ["", "word", '"text"', "12", "{", '{"id": 12345678901234567}']) {
  test(`no tree for ${JSON.stringify(text)}`, () => assert.equal(treeOf(text), null));
}

test("announcements are one sentence", () => {
  assert.equal(firstSentence("It is 3.5 degrees. And more."), "It is 3.5 degrees.");
  assert.equal(firstSentence("雨です。 明日"), "雨です。");
  assert.equal(firstSentence("雨です。明日は晴れます。"), "雨です。");
  assert.equal(firstSentence("no end"), "no end");
  assert.equal(firstSentence("😀".repeat(300)), "😀".repeat(200), "no half of a character");
});

test("a fold that a person opened stays open in newer markup", () => {
  const markup = '<article><details data-fold="request"><summary>Tool</summary></details></article>';
  conversation.innerHTML = markup;
  conversation.querySelector("summary").click();
  replaceArticle(conversation.firstElementChild, parse(markup));
  assert.equal(conversation.querySelector("details").open, true);
});

test("the focus on a fold moves to the newer one", () => {
  const markup = '<article><details data-fold="request"><summary tabindex="0">Tool</summary></details></article>';
  conversation.innerHTML = markup;
  conversation.querySelector("summary").focus();
  replaceArticle(conversation.firstElementChild, parse(markup));
  assert.equal(document.activeElement, conversation.querySelector("summary"));
});

test("a file's chip shows the encoding in which the server read it", async () => {
  const chip = parse(
    '<li><select class="file-encoding"><option>UTF-8</option></select><span class="file-note"></span></li>',
  );
  const choice = /** @type {HTMLSelectElement} */ (chip.querySelector("select"));
  const shown = () => choice.selectedOptions[0].text;
  describe(chip, { id: "1", encoding: "UTF-32LE" }, "/files/", () => {});
  describe(chip, { id: "1", encoding: "IBM037" }, "/files/", () => {});
  assert.equal(shown(), "IBM037");
  assert.equal(choice.options.length, 2);
  globalThis.fetch = () => Promise.reject(new Error("offline"));
  choice.value = "UTF-8";
  await choice.onchange(new Event("change"));
  assert.equal(shown(), "IBM037");
  // The first of two requests succeeds, and the second one fails.
  /** @type {((answer: any) => void)[]} */
  const answers = [];
  globalThis.fetch = () => new Promise((resolve) => answers.push(resolve));
  choice.value = "UTF-8";
  const first = choice.onchange(new Event("change"));
  choice.value = "";
  const second = choice.onchange(new Event("change"));
  answers[0]({ ok: true, status: 200, json: () => Promise.resolve({ id: "1", encoding: "UTF-8" }) });
  await first;
  answers[1]({ ok: false, status: 503 });
  await second;
  assert.equal(shown(), "UTF-8");
});

test("a text is read aloud in parts that browsers do not cut off, also without spaces", async () => {
  const { utterances } = await import("../../static/js/conversation/reading-aloud.js");
  assert.deepEqual(utterances("One. Two\nthree:"), ["One.", "Two three:"]);
  assert.deepEqual(utterances("雨です。明日は晴れます。"), ["雨です。", "明日は晴れます。"]);
  assert.deepEqual(utterances("あ".repeat(450)), ["あ".repeat(200), "あ".repeat(200), "あ".repeat(50)]);
  assert.deepEqual(utterances(""), []);
});

test("a menu leaves the browser's shortcuts to the browser", async () => {
  const { move } = await import("../../static/js/chats/popup.js");
  const menu = parse('<div><button role="menuitem">Rename</button></div>');
  document.body.append(menu);
  const press = (options) => {
    const event = new window.KeyboardEvent("keydown", { key: "r", cancelable: true, ...options });
    move(menu, event);
    return event.defaultPrevented;
  };
  assert.equal(press({}), true);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(press({ [held]: true }), false, held);
});

test("the palette that is opened again shows nothing that was searched for before", async () => {
  globalThis.navigator ??= /** @type {any} */ ({ platform: "" });
  Object.assign(window.Element.prototype, { scrollIntoView() {} });
  Object.assign(window.HTMLDialogElement.prototype, { showModal() {} });
  /** @type {(answer: any) => void} */
  let respond;
  globalThis.fetch = () => new Promise((resolve) => (respond = resolve));
  const { open } = await import("../../static/js/palette/palette.js");
  open();
  const box = /** @type {HTMLInputElement} */ (document.querySelector(".palette input"));
  box.value = "tides";
  box.dispatchEvent(new window.Event("input"));
  await until(() => respond, "the search");
  open();
  respond({ ok: true, url: "http://localhost/search/suggest", text: async () => '<a role="option">Tides</a>' });
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  assert.equal(box.value, "");
  assert.ok(!document.getElementById("palette-list").textContent.includes("Tides"));
});
