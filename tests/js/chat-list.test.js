import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "./dom.js";

let opened;
globalThis.WebSocket = class {
  constructor(url) {
    opened = this;
    this.url = new URL(url);
  }
  close() {}
};
let asked = 0;
window.htmx = { process() {}, trigger: (_, name) => (asked += Number(name === "chats-changed")) };

globalThis.IntersectionObserver = class {
  observe() {}
  disconnect() {}
};

const RANKS = { today: "9999-4", "2026-01": "2026-01", "folder-3": "" };
const row = (id, order, { group = "today", title = id, unread = "no" } = {}) =>
  `<li id="chat-row-${id}" data-chat="${id}" data-group="${group}" data-rank="${RANKS[group]}" data-heading="${RANKS[group] && group}" data-order="${order}" data-unread="${unread}"><a class="task-link" href="/tasks/${id}/">${title}</a></li>`;
const section = (key, rows) =>
  `<section class="chat-group" data-rank="${RANKS[key]}"><ul data-group-list="${key}">${rows}</ul></section>`;
const groups = (today, older) => section("today", today) + section("2026-01", older);
const nav = document.createElement("nav");
nav.id = "sidebar-tasks";
nav.dataset.cursor = "7-0";
nav.dataset.scripts = "a1";
const scroller = document.createElement("div");
scroller.className = "sidebar-scroll";
scroller.append(nav);
const undo = document.createElement("div");
undo.id = "undo";
// The server's clock is not the browser's.
Object.assign(undo.dataset, {
  until: "2001-01-01T00:00:08Z",
  now: "2001-01-01T00:00:00Z",
  ids: "7 8 ",
  title: "Tides",
});
document.body.insertAdjacentHTML(
  "beforeend",
  '<template id="undo-template"><p><span></span><a data-undo></a></p></template>',
);
document.body.append(scroller, undo);

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
const { startList } = await import("../../static/js/page/chat-list.js");
startList();
mock.timers.tick(500);
const send = (frame) => opened.onmessage({ data: JSON.stringify(frame) });
const turnsUntil = async (condition) => {
  for (let i = 0; i < 1000 && !condition(); i++) await new Promise(setImmediate);
};
const shown = () => [...nav.querySelectorAll("li")].map((each) => each.dataset.chat).join(" ");

beforeEach(() => {
  asked = 0;
  nav.innerHTML = groups(row("1", "30.0") + row("2", "20.0"), row("3", "10.0", { group: "2026-01" }));
});

test("the socket begins where the list was read", () => {
  assert.equal(opened.url.href, "ws://localhost/ws/chats/?cursor=7-0");
});

test("a new row and a changed one go to their places", () => {
  send({ type: "rows", rows: { 4: row("4", "25.0"), 3: row("3", "40.0") } });
  assert.equal(shown(), "3 1 4 2");
  assert.equal(nav.querySelectorAll(".chat-group").length, 1, "a group that is empty goes");
  assert.equal(asked, 0);
});

test("a row that stays in its place keeps its elements and the focus", () => {
  const link = nav.querySelector("#chat-row-2 a");
  link.focus();
  send({ type: "rows", rows: { 2: row("2", "20.0", { title: "Renamed" }) } });
  assert.equal(nav.querySelector("#chat-row-2 a"), link);
  assert.equal(link.textContent, "Renamed");
  assert.equal(document.activeElement, link);
  send({ type: "rows", rows: { 2: row("2", "50.0", { title: "Renamed" }) } });
  assert.equal(shown(), "2 1 3");
  assert.equal(document.activeElement, link);
  assert.equal(asked, 0);
});

test("a chat without a row leaves the list", () => {
  send({ type: "rows", rows: { 2: "", 9: "" } });
  assert.equal(shown(), "1 3");
  assert.equal(asked, 0);
});

test("a group is made for a row that has none, in its place", () => {
  nav.innerHTML = section("2026-01", row("3", "10.0", { group: "2026-01" }));
  send({ type: "rows", rows: { 5: row("5", "1.0") } });
  assert.equal(shown(), "5 3");
  assert.equal(nav.querySelector("h2").textContent, "today");
  assert.equal(asked, 0);
});

test("the list is asked for where folders or many rows changed", () => {
  send({ type: "rows", rows: { 1: row("1", "1.0", { group: "folder-3" }) } });
  send({ type: "list" });
  assert.equal(asked, 2);
});

test("a title that is being written is left alone", () => {
  nav.querySelector("#chat-row-1").insertAdjacentHTML("beforeend", '<form class="rename"></form>');
  send({ type: "rows", rows: { 1: row("1", "30.0", { title: "Other" }) } });
  assert.equal(nav.querySelector("#chat-row-1 a").textContent, "1");
});

test("the link to the chat that is open is marked", () => {
  send({ type: "rows", rows: { 1: row("1", "60.0") } });
  assert.equal(nav.querySelector("[aria-current]").getAttribute("href"), "/tasks/1/");
});

test("a deletion that can still be undone is offered for the time that the server gives", async () => {
  await turnsUntil(() => document.querySelector("link[href$='chats.css']"));
  document.querySelector("link[href$='chats.css']").onload();
  await turnsUntil(() => undo.textContent);
  assert.equal(undo.textContent, "2 chats were deleted.");
  mock.timers.tick(7999);
  assert.ok(undo.textContent);
  mock.timers.tick(1);
  assert.equal(undo.textContent, "");
});

test("a page is told that the server has other scripts, and stays told", async () => {
  const { isOutdated, showConnection } = await import("../../static/js/page/notices.js");
  const notice = document.getElementById("connection");
  const swapped = () => nav.dispatchEvent(new window.CustomEvent("htmx:afterSwap", { bubbles: true }));
  swapped();
  assert.ok(notice.hidden && !isOutdated());
  nav.dataset.scripts = "b2";
  showConnection("refused", 4403);
  swapped();
  assert.match(notice.textContent, /no longer have access/, "what the page says already stays");
  showConnection("open");
  assert.ok(isOutdated() && !notice.hidden);
  assert.match(notice.textContent, /new version of this page/);
});
