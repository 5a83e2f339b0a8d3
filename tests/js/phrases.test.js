import assert from "node:assert/strict";
import { test } from "node:test";
import { importServed } from "./static-root.js";

const { fileSize, importSentence, inList } = await importServed("site/phrases.js");

test("a list ends in and", () => {
  assert.equal(inList([]), "");
  assert.equal(inList(["one"]), "one");
  assert.equal(inList(["one", "two", "three"]), "one, two and three");
});

test("an import's button says how many rows of which kind it takes", () => {
  const kinds = [
    [1, "neighbour", "neighbours"],
    [1308, "request", "requests"],
  ];
  assert.equal(importSentence(kinds), "Import 1 neighbour and 1,308 requests");
  assert.equal(importSentence([]), "Nothing is chosen to import");
});

test("a file's size is said in the unit people know", () => {
  assert.equal(fileSize(12), "1 KB");
  assert.equal(fileSize(482_100), "482 KB");
  assert.equal(fileSize(1_250_000), "1.3 MB");
});
