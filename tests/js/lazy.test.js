import assert from "node:assert/strict";
import { test } from "node:test";

const { lazy } = await import("../../static/js/page/lazy.js");

test("a module that could not be loaded is asked for again at the next use, and otherwise once", async () => {
  const answers = [() => Promise.reject(new Error("offline")), () => Promise.resolve("module")];
  const part = lazy(() => answers.shift()());
  await assert.rejects(part.get(), /offline/);
  assert.equal(await part.get(), "module");
  assert.equal(await part.get(), "module");
  assert.equal(part.module, "module");
});
