import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.js";

/** @type {string[]} */
const loaded = [];
globalThis.location = {
  href: "http://localhost/tasks/1/#message-1",
  assign: (url) => loaded.push(url),
  reload: () => loaded.push("this address"),
};

const { visit } = await import("../../static/js/page/visits.js");
const { showOutdated } = await import("../../static/js/page/notices.js");

test("a page that is outdated loads the next one as a whole, also on the way back to a message", async () => {
  showOutdated();
  await visit("/search/");
  await visit(location.href, { returns: true });
  assert.deepEqual(loaded, ["/search/", "this address"]);
});
