import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import "./dom.js";

mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
const SOON = new Date(Date.now() + 8000).toISOString();

// The place of the note on a page that was loaded while a deletion could be undone.
const menus = readFileSync(new URL("../../templates/chat/_chat_menus.html", import.meta.url), "utf8")
  .replace("{{ undo.0.delete_at|date:'c' }}", SOON)
  .replace('{% translate "Undo" %}', "Undo")
  .replace(/\{%.*?%\}|\{\{.*?\}\}/gs, "");
document.body.insertAdjacentHTML(
  "beforeend",
  `<nav id="sidebar-tasks"></nav>${menus}<time data-until="${SOON}"></time>`,
);

const { startClock } = await import("../../static/js/page/clock.js");
const { offerUndo } = await import("../../static/js/chats/undo.js");
const place = document.getElementById("undo");

test("the clock, which counts the seconds until a moment, leaves the Undo note alone", async () => {
  assert.ok(place.outerHTML.includes(SOON));
  startClock();
  assert.equal(document.querySelector("time").textContent, "in 8 s");
  assert.equal(place.textContent, "", "no time where the note will be");
  const offered = offerUndo(["1"], "Tides", "restore");
  document.querySelector("link[rel=stylesheet]").onload();
  await offered;
  mock.timers.tick(1000);
  assert.equal(document.querySelector("time").textContent, "in 7 s");
  assert.equal(place.querySelector("span")?.textContent, "“Tides” was deleted.");
  assert.ok(place.querySelector("[data-undo]"));
  mock.timers.tick(10_000);
  assert.equal(place.textContent, "", "the note goes after 10 s");
});

test("the end of a note's time does not remove a later note", async () => {
  await offerUndo(["1"], "first", "restore", 4000);
  mock.timers.tick(3000);
  await offerUndo(["2"], "second", "restore");
  mock.timers.tick(9000);
  assert.equal(place.querySelector("span")?.textContent, "“second” was deleted.");
  mock.timers.tick(1000);
  assert.equal(place.childElementCount, 0);
});

test("the deletion of the chat that is open can be undone while the next page is loading", async () => {
  const asked = [];
  globalThis.fetch = async (url, { method } = {}) => {
    asked.push(url);
    if (method !== "POST") return new Promise(() => {});
    return { ok: true, url: "http://localhost/", json: async () => ({ type: "rows", rows: {} }) };
  };
  const { arrange } = await import("../../static/js/chats/arrange.js");
  arrange(["1"], "delete");
  for (let i = 0; i < 1000 && asked.length < 2; i++) await new Promise(setImmediate);
  assert.ok(String(asked[1]).endsWith("/"), "the start page is asked for");
  assert.equal(place.querySelector("span")?.textContent, "1 chat was deleted.");
});
