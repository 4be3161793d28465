import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "./dom.js";

const { TaskSocket } = await import("../../static/js/stream/socket.js");

/** The sockets of this test's TaskSocket; those of earlier tests also listen to the window. */
let sockets;
let number = 0;
globalThis.WebSocket = class {
  constructor(url) {
    this.url = new URL(url);
    if (this.url.pathname === `/ws/tasks/${number}/`) sockets.push(this);
  }
  close() {
    this.closed = true;
  }
};

let socket, frames, states;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  sockets = [];
  number += 1;
  frames = [];
  states = [];
  socket = new TaskSocket({
    path: `/ws/tasks/${number}/`,
    cursor: "5-0",
    version: "3",
    onFrame: (frame) => frames.push(frame),
    onState: (...state) => states.push(state),
  });
  socket.connect();
});

const receive = (frame) => sockets.at(-1).onmessage({ data: JSON.stringify(frame) });
const drop = (code = 1006) => sockets.at(-1).onclose({ code });

test("it connects with the page's cursor", () => {
  assert.equal(sockets[0].url.href, `ws://localhost/ws/tasks/${number}/?cursor=5-0&version=3`);
  sockets[0].onopen();
  assert.deepEqual(states, [["open"]]);
});

test("after a loss it continues from the last cursor", () => {
  receive({ type: "delta", cursor: "6-0" });
  drop();
  mock.timers.tick(500);
  assert.equal(sockets.at(-1).url.searchParams.get("cursor"), "6-0");
  assert.deepEqual(states, [["lost"]]);
});

test("a frame without a cursor keeps the one before", () => {
  receive({ type: "delta", cursor: "6-0" });
  receive({ type: "ping" });
  assert.equal(socket.cursor, "6-0");
});

test("pings are not passed on", () => {
  receive({ type: "ping" });
  receive({ type: "delta" });
  assert.deepEqual(frames, [{ type: "delta" }]);
});

test("pauses grow up to 15 s, and a message ends them", () => {
  for (let i = 0; i < 10; i++) {
    drop();
    mock.timers.tick(15_000);
  }
  assert.equal(sockets.length, 11);
  assert.equal(socket.failures, 10);
  drop();
  mock.timers.tick(7_000);
  assert.equal(sockets.length, 11);
  mock.timers.tick(8_000);
  assert.equal(sockets.length, 12);
  receive({ type: "ping" });
  assert.equal(socket.failures, 0);
});

for (const code of [4401, 4403, 4404, 4429]) {
  test(`a refusal (${code}) is final`, () => {
    drop(code);
    mock.timers.tick(60_000);
    socket.connect();
    socket.hurry();
    assert.equal(sockets.length, 1);
    assert.deepEqual(states, [["refused", code]]);
  });
}

test("45 s of silence count as a loss", () => {
  mock.timers.tick(50_000);
  assert.ok(sockets[0].closed);
  assert.deepEqual(states, [["lost"]]);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("pings keep the connection", () => {
  for (let i = 0; i < 6; i++) {
    mock.timers.tick(20_000);
    receive({ type: "ping" });
  }
  assert.equal(sockets.length, 1);
});

test("what a paused socket still delivers is ignored", () => {
  const [old] = sockets;
  socket.pause();
  old.onmessage({ data: '{"type": "delta", "cursor": "9-0"}' });
  old.onclose({ code: 1006 });
  assert.deepEqual([frames, states, socket.cursor], [[], [], "5-0"]);
});

test("coming back online connects at once", () => {
  drop();
  drop();
  window.dispatchEvent(new window.Event("online"));
  mock.timers.tick(0);
  assert.equal(sockets.length, 2);
});
