import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const { together } = await import("../../static/js/stream/together.js");

const running = { type: "turn", status: "running" };
const started = { type: "started" };
const delta = { type: "delta" };
const done = { type: "turn", status: "done" };
let applied, frames;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  applied = [];
  frames = together((frame) => applied.push(frame));
});

test("what prepares an answer waits for its first words", () => {
  frames.take(running);
  frames.take(started);
  assert.deepEqual(applied, []);
  frames.take(delta);
  assert.deepEqual(applied, [running, started, delta]);
});

test("it does not wait longer than a moment", () => {
  frames.take(running);
  mock.timers.tick(50);
  assert.deepEqual(applied, [running]);
  frames.take(started);
  mock.timers.tick(50);
  assert.deepEqual(applied, [running, started]);
});

test("everything else is applied at once, and in order", () => {
  frames.take(done);
  assert.deepEqual(applied, [done]);
  frames.take(running);
  frames.flush();
  mock.timers.tick(50);
  assert.deepEqual(applied, [done, running]);
});
