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

test("the page is marked as busy until the next one is there, and again as it was if that cannot be loaded", async () => {
  document.body.insertAdjacentHTML("beforeend", '<div class="stage"></div>');
  const stage = document.querySelector(".stage");
  let fail;
  globalThis.fetch = () => new Promise((_, reject) => (fail = reject));
  const visiting = visit("/search/");
  assert.equal(stage.getAttribute("aria-busy"), "true");
  fail(new TypeError("Failed to fetch"));
  await visiting;
  assert.equal(stage.getAttribute("aria-busy"), null);
  assert.deepEqual(loaded.splice(0), ["/search/"]);
});

test("a page that is outdated loads the next one as a whole, also on the way back to a message", async () => {
  showOutdated();
  await visit("/search/");
  await visit(location.href, { returns: true });
  assert.deepEqual(loaded, ["/search/", "this address"]);
});
