import assert from "node:assert/strict";
import { test } from "node:test";
import { find, indexOf, plain } from "../../maps/static/maps/finder.js";

const index = indexOf([
  { text: "North Elm Street" },
  { text: "Elm Street" },
  { text: "Pod 4", also: "elm" },
  { text: "Calle Añón" },
]);
const texts = (query) => find(index, query).map((entry) => entry.text);

test("marks and capitals do not count", () => {
  assert.equal(plain("ÉLCAÑO"), "elcano");
  assert.deepEqual(texts("anon"), ["Calle Añón"]);
});

test("what begins with the first word comes first, every word must be there", () => {
  assert.deepEqual(texts("elm"), ["Elm Street", "North Elm Street", "Pod 4"]);
  assert.deepEqual(texts("street north"), ["North Elm Street"]);
  assert.deepEqual(texts("elm oak"), []);
  assert.deepEqual(texts("  "), []);
});

test("a list is never longer than eight", () => {
  const many = indexOf(Array.from({ length: 100 }, (_, i) => ({ text: i % 2 ? `Elm ${i}` : `Old Elm ${i}` })));
  assert.equal(find(many, "elm").length, 8);
  assert.ok(find(many, "elm").every((entry) => entry.text.startsWith("Elm")));
});
