import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { gettext, interpolate, ngettext, number, plural, useCatalogue } from "../../maps/static/maps/catalogue.js";

const FORMS = ["one", "many"];

beforeEach(() => {
  useCatalogue({ language: "zz", words: {} }); // another language starts afresh
  useCatalogue({ language: "en", words: {} });
});

test("English is the source: without a catalogue a text says itself", () => {
  assert.equal(gettext("Try again"), "Try again");
  assert.equal(ngettext("%(n)s home", "%(n)s homes", 1), "%(n)s home");
  assert.equal(ngettext("%(n)s home", "%(n)s homes", 0), "%(n)s homes");
});

test("a text that is called like a property of every object is still a text", () => {
  assert.equal(gettext("constructor"), "constructor");
  assert.equal(ngettext("toString", "toStrings", 2), "toStrings");
});

test("a catalogue translates what it holds; the rest is English", () => {
  useCatalogue({
    language: "es",
    words: { All: "Todo", Empty: "", "%(n)s home": ["%(n)s hogar", "%(n)s hogares"] },
  });
  assert.equal(gettext("All"), "Todo");
  assert.equal(gettext("Empty"), "Empty");
  assert.equal(gettext("Homes"), "Homes");
  assert.equal(ngettext("%(n)s home", "%(n)s homes", 1), "%(n)s hogar");
  assert.equal(ngettext("%(n)s home", "%(n)s homes", 12), "%(n)s hogares");
  assert.equal(ngettext("%(n)s pod", "%(n)s pods", 2), "%(n)s pods");
});

test("two catalogues of one language add up; another language starts afresh", () => {
  useCatalogue({ language: "es", words: { All: "Todo" } });
  useCatalogue({ language: "es-MX", words: { Pods: "Grupos" } });
  assert.equal(gettext("All"), "Todo");
  assert.equal(gettext("Pods"), "Grupos");
  useCatalogue({ language: "tl", words: {} });
  assert.equal(gettext("All"), "All");
});

test("Spanish has a third form for whole millions, where the catalogue has three", () => {
  useCatalogue({ language: "es", words: {} });
  assert.deepEqual(
    [1, 2, 1e6].map((n) => plural(FORMS, n)),
    ["one", "many", "many"],
  );
  assert.deepEqual(
    [1, 0, 2, 1e6].map((n) => plural(["one", "millions", "other"], n)),
    ["one", "other", "other", "millions"],
  );
});

test("Tagalog's forms are one and many, as its catalogue's header says", () => {
  useCatalogue({ language: "tl", words: {} });
  assert.deepEqual(
    [0, 1, 2, 4].map((n) => plural(FORMS, n)),
    ["many", "one", "many", "many"],
  );
});

test("values are put in once: a value that looks like a placeholder stays as it is", () => {
  assert.equal(interpolate("%(a)s and %(b)s, 5 %%", { a: "%(b)s", b: "$&" }), "%(b)s and $&, 5 %");
  assert.equal(interpolate("%(missing)s", {}), "%(missing)s");
});

test("numbers are written as the language writes them", () => {
  assert.equal(number(1342), "1,342");
  assert.equal(number(1.2, 1), "1.2");
  useCatalogue({ language: "es", words: {} });
  assert.equal(number(1.2, 1), "1,2");
});
