import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../../static/js/viewer/csv.js";

test("fields with quotes, separators and line breaks", () => {
  const text = 'a,b\r\n"1,5","say ""hi""\nthere"\n\nlast,';
  assert.deepEqual(rowsOf(text, ",", 10), [
    ["a", "b"],
    ["1,5", 'say "hi"\nthere'],
    ["last", ""],
  ]);
});

test("no more rows than asked for, whatever the length", () => {
  assert.equal(rowsOf("x\n".repeat(100_000), ",", 7).length, 7);
});

test("a quote that never ends is one field", () => {
  assert.deepEqual(rowsOf('a\t"b\nc', "\t", 10), [["a", "b\nc"]]);
});
