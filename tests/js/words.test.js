import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { useCatalogue } from "../../maps/static/maps/catalogue.js";
import { distance, mapWords, minutes, wind } from "../../maps/static/maps/words.js";

beforeEach(() => {
  useCatalogue({ language: "zz", words: {} });
  useCatalogue({ language: "en", words: {} });
});

test("distances are said as people say them", () => {
  assert.equal(distance(3, "metric"), "10 m");
  assert.equal(distance(347, "metric"), "350 m");
  assert.equal(distance(949, "metric"), "950 m");
  assert.equal(distance(1000, "metric"), "1.0 km");
  assert.equal(distance(80, "imperial"), "250 ft");
  assert.equal(distance(1609.344, "imperial"), "1.0 mi");
  assert.equal(distance(600), "600 m · 0.4 mi");
});

test("a walk takes at least a minute", () => {
  assert.equal(minutes(10), "1 minute");
  assert.equal(minutes(400), "5 minutes");
});

test("the sentence over the pods says what needs somebody", () => {
  const { podSentence } = mapWords();
  assert.equal(podSentence(12, 12, 1259, 0, 0), "12 pods, 1,259 homes. Nothing needs you.");
  assert.equal(podSentence(12, 12, 140, 1, 2), "12 pods, 140 homes; 1 pod needs you, 2 homes are in no pod.");
  assert.equal(podSentence(12, 3, 140, 3, 0), "3 of 12 pods shown; 3 pods need you.");
  assert.equal(podSentence(1, 1, 1, 0, 1), "1 pod, 1 home; 1 home is in no pod.");
});

test("the sentence over the matches says who waits", () => {
  const { matchSentence } = mapWords();
  assert.equal(matchSentence(10, 9, 1), "10 requests, 9 with a volunteer; 1 still needs somebody.");
  assert.equal(matchSentence(1, 1, 0), "1 request, 1 with a volunteer. Nobody is waiting.");
});

test("the pin says how far and which way", () => {
  const { pinMoved } = mapWords();
  assert.equal(pinMoved(4, 4, 0), "The pin is 4 metres north of where it was");
  assert.equal(pinMoved(1, 0, -1), "The pin is 1 metre west of where it was");
  assert.equal(pinMoved(2.8, -2, 2), "The pin is 3 metres south-east of where it was");
  assert.equal(pinMoved(0.1, 0.1, 0), "The pin is where it was");
  assert.equal(wind(0.4, -0.4), "");
});

test("a name somebody gave a pod is not a placeholder", () => {
  assert.equal(mapWords().podTitle({ number: 3, name: "%(number)s & $1" }), "Pod 3 · %(number)s & $1");
  assert.equal(mapWords().podTitle({ number: 3, name: "" }), "Pod 3");
});

test("a map that opens after its catalogue came speaks that language", () => {
  useCatalogue({
    language: "es",
    words: { "%(n)s pod": ["%(n)s grupo", "%(n)s grupos"], "%(pods)s, %(homes)s": "%(pods)s y %(homes)s" },
  });
  assert.equal(mapWords().podSentence(2, 2, 3, 0, 0), "2 grupos y 3 homes. Nothing needs you.");
});
