import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { article, conversation } from "./dom.js";

const { StreamedText } = await import("../../static/js/stream/streamed-text.js");

let streamed, shown;

beforeEach(() => {
  streamed = new StreamedText();
  conversation.innerHTML = article();
  shown = conversation.firstElementChild;
});

function plain() {
  conversation.innerHTML = '<article data-length="0"><div class="plain" data-text></div></article>';
  shown = conversation.firstElementChild;
  return shown.querySelector("[data-text]");
}

test("text is shown in order after a flush", () => {
  const target = plain();
  assert.ok(streamed.append(shown, 0, "Hello "));
  assert.ok(streamed.append(shown, 6, "world"));
  assert.equal(target.textContent, "");
  streamed.flush();
  assert.equal(target.textContent, "Hello world");
  assert.equal(shown.dataset.length, "11");
});

test("a repeated delta changes nothing, an overlapping one adds its new part", () => {
  const target = plain();
  streamed.append(shown, 0, "Hello");
  assert.ok(streamed.append(shown, 0, "Hello"));
  assert.ok(streamed.append(shown, 3, "lo you"));
  streamed.flush();
  assert.equal(target.textContent, "Hello you");
});

test("a gap is reported and nothing is shown", () => {
  const target = plain();
  streamed.append(shown, 0, "Hello");
  assert.equal(streamed.append(shown, 6, "world"), false);
  streamed.flush();
  assert.equal(target.textContent, "Hello");
});

test("offsets are UTF-16 code units", () => {
  const target = plain();
  streamed.append(shown, 0, "🎋");
  assert.equal(streamed.length(shown), 2);
  assert.ok(streamed.append(shown, 2, "!"));
  streamed.flush();
  assert.equal(target.textContent, "🎋!");
});

test("a page that was rendered with text continues after it", () => {
  const target = plain();
  shown.dataset.length = "3";
  target.textContent = "abc";
  assert.equal(streamed.append(shown, 4, "e"), false);
  assert.ok(streamed.append(shown, 3, "d"));
  streamed.flush();
  assert.equal(target.textContent, "abcd");
});

test("long plain text continues in a new block at a line's end", () => {
  const target = plain();
  streamed.append(shown, 0, `${"x".repeat(3001)}`);
  streamed.flush();
  streamed.append(shown, 3001, "end\nnext");
  streamed.flush();
  assert.equal(target.childElementCount, 2);
  assert.equal(target.firstElementChild.textContent.at(-1), "\n");
  assert.equal(target.lastElementChild.textContent, "next");
  assert.equal(target.textContent, `${"x".repeat(3001)}end\nnext`);
});

test("markup replaces the elements from `first` on", () => {
  const prose = shown.querySelector(".prose");
  streamed.render(shown, { first: 0, keep: 0, html: "<p>One</p><p>Tw</p>", tail: 9 });
  streamed.flush();
  const one = prose.firstElementChild;
  assert.ok(streamed.render(shown, { first: 1, keep: 5, html: "o</p>", tail: 10 }));
  streamed.flush();
  assert.equal(prose.innerHTML, "<p>One</p><p>Two</p>");
  assert.equal(prose.firstElementChild, one);
});

test("markup that counts in a tail the page does not have is refused", () => {
  streamed.render(shown, { first: 0, keep: 0, html: "<p>One</p>", tail: 4 });
  assert.equal(streamed.render(shown, { first: 0, keep: 5, html: "x", tail: 1 }), false);
});

test("markup that begins after a missing element is refused", () => {
  assert.equal(streamed.render(shown, { first: 1, keep: 0, html: "<p>Two</p>", tail: 0 }), false);
});

test("several renders of one frame are applied in order", () => {
  streamed.render(shown, { first: 0, keep: 0, html: "<p>One</p>", tail: 0 });
  assert.ok(streamed.render(shown, { first: 1, keep: 0, html: "<p>Two</p>", tail: 0 }));
  streamed.flush();
  assert.equal(shown.querySelector(".prose").innerHTML, "<p>One</p><p>Two</p>");
});

test("prose that the page has already is not parsed again", () => {
  streamed.render(shown, { first: 0, keep: 0, html: "<p>$& One</p>", tail: 10 });
  const stored = article({ status: "done", body: "<p>$& One</p>" });
  assert.match(streamed.withoutKnown(shown, stored), /"><template data-same><\/template><\/div>/);
  assert.equal(streamed.withoutKnown(shown, stored.replace("One", "Two")), stored.replace("One", "Two"));
});

test("a long block of code grows line by line, to the same markup as if it were replaced", () => {
  const wrap = (body) => `<div class="code" data-language="py"><pre><code>${body}</code></pre></div>\n`;
  const row = (number) =>
    `<span class="k">def</span> <span class="nf">f${number}</span>():\n    pass &lt;${number}&gt;\n`;
  const target = shown.querySelector("[data-markdown]");
  let known = "";
  let replaced = 0;
  const show = (body) => {
    const markup = wrap(body);
    let keep = 0;
    while (keep < Math.min(known.length, markup.length) && known[keep] === markup[keep]) keep += 1;
    const block = target.firstElementChild?.querySelector("code");
    const first = block?.firstChild;
    assert.ok(streamed.render(shown, { first: 0, keep, html: markup.slice(keep), tail: markup.length }));
    streamed.flush();
    if (first && !first.isConnected) replaced += 1;
    known = markup;
    const expected = document.createElement("template");
    expected.innerHTML = body;
    assert.equal(target.querySelector("code").textContent, expected.content.textContent);
  };
  let body = "";
  for (let number = 0; number < 400; number++) {
    body += row(number);
    // A line grows in parts, and the highlighting at its end may change.
    for (const part of ['<span class="n">x</span>', '<span class="n">x</span> <span class="o">=</span> '])
      show(body + part);
  }
  show(body);
  assert.ok(target.querySelectorAll(".lines").length > 3);
  assert.ok(replaced < 5, `${replaced} times the whole block was replaced`);
  const code = target.querySelector("code").cloneNode(true);
  for (const chunk of code.querySelectorAll(".lines")) chunk.replaceWith(...chunk.childNodes);
  code.normalize();
  assert.equal(code.innerHTML, body);
  // In one change, the block ends and more follows it.
  const end = `${wrap(body)}<p>After it</p>\n`;
  const keep = known.length - 1;
  const last = target.querySelector("code").lastElementChild;
  assert.ok(streamed.render(shown, { first: 0, keep, html: end.slice(keep), tail: "<p>After it</p>\n".length }));
  streamed.flush();
  assert.equal(target.childElementCount, 2);
  assert.equal(target.querySelector("code").lastElementChild, last);
  assert.equal(target.lastElementChild.outerHTML, "<p>After it</p>");
});

test("a long block of code whose end comes out otherwise is replaced", async () => {
  const rows = Array.from({ length: 60 }, (_, number) => `line ${number}\n`);
  const wrap = (body) => `<div class="code" data-language=""><pre><code>${body}</code></pre></div>\n`;
  const target = shown.querySelector("[data-markdown]");
  let known = "";
  const show = (body) => {
    const markup = wrap(body);
    let keep = 0;
    while (keep < Math.min(known.length, markup.length) && known[keep] === markup[keep]) keep += 1;
    assert.ok(streamed.render(shown, { first: 0, keep, html: markup.slice(keep), tail: markup.length }));
    streamed.flush();
    known = markup;
    assert.equal(target.querySelector("code").textContent, body);
  };
  show(rows.join(""));
  for (let number = 0; number < 150; number++) show(rows.concat(`more ${number}\n`.repeat(number)).join(""));
  // A change further up is shown, too.
  show(rows.join("").replace("line 10\n", "line ten\n"));
});
