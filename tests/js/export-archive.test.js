import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import "./dom.js";

const { onlyConversations } = await import("../../static/js/page/export-archive.js");

// Made by Python's zipfile: user.json, a/conversations-000.json, a/image.png, a/conversations-001.json.
const EXPORT = Buffer.from(
  "UEsDBBQAAAAIAHtRel1Dv6ajBAAAAAIAAAAJAAAAdXNlci5qc29uq64FAFBLAwQUAAAACAB7UXpdIxR3GwwAAAAKAAAAGAAAAGEvY29udmVyc2F0aW9ucy0wMDAuanNvbouuVspTslIwrI0FAFBLAwQUAAAACAB7UXpdA4pirAYAAAAyAAAACwAAAGEvaW1hZ2UucG5nq6ggFQAAUEsDBBQAAAAIAHtRel16qjEZDAAAAAoAAAAYAAAAYS9jb252ZXJzYXRpb25zLTAwMS5qc29ui65WylOyUjCqjQUAUEsBAhQDFAAAAAgAe1F6XUO/pqMEAAAAAgAAAAkAAAAAAAAAAAAAAIABAAAAAHVzZXIuanNvblBLAQIUAxQAAAAIAHtRel0jFHcbDAAAAAoAAAAYAAAAAAAAAAAAAACAASsAAABhL2NvbnZlcnNhdGlvbnMtMDAwLmpzb25QSwECFAMUAAAACAB7UXpdA4pirAYAAAAyAAAACwAAAAAAAAAAAAAAgAFtAAAAYS9pbWFnZS5wbmdQSwECFAMUAAAACAB7UXpdeqoxGQwAAAAKAAAAGAAAAAAAAAAAAAAAgAGcAAAAYS9jb252ZXJzYXRpb25zLTAwMS5qc29uUEsFBgAAAAAEAAQA/AAAAN4AAAAAAA==",
  "base64",
);

/** The members of an archive by the headers in front of them. */
function members(/** @type {Buffer} */ body) {
  const found = {};
  let at = 0;
  for (; body.readUInt32LE(at) === 0x04034b50; ) {
    const [size, name, extra] = [body.readUInt32LE(at + 18), body.readUInt16LE(at + 26), body.readUInt16LE(at + 28)];
    const start = at + 30 + name + extra;
    found[body.toString("utf8", at + 30, at + 30 + name)] = String(inflateRawSync(body.subarray(start, start + size)));
    at = start + size;
  }
  return { found, directory: at };
}

test("only the conversations of an export are sent", async () => {
  const small = Buffer.from(await (await onlyConversations(new Blob([EXPORT]))).arrayBuffer());
  const { found, directory } = members(small);
  assert.deepEqual(found, { "a/conversations-000.json": '[{"n": 1}]', "a/conversations-001.json": '[{"n": 2}]' });
  // The end record leads to the directory, whose entries lead to the members.
  const end = small.length - 22;
  assert.deepEqual([small.readUInt16LE(end + 10), small.readUInt32LE(end + 16)], [2, directory]);
  assert.equal(small.readUInt32LE(small.readUInt32LE(directory + 42)), 0x04034b50);
  assert.equal(small.length, directory + small.readUInt32LE(end + 12) + 22);
});

test("what is no archive with conversations stays as it is", async () => {
  for (const body of [
    "PK",
    "PK\u0003\u0004".padEnd(100, "x"),
    Buffer.concat([EXPORT, Buffer.from("x")]).subarray(0, 60),
  ]) {
    const file = new Blob([body]);
    assert.equal(await onlyConversations(file), file);
  }
});
