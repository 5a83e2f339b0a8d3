import assert from "node:assert/strict";
import { test } from "node:test";
import { MatchModel } from "../../maps/static/maps/matchmodel.js";
import { PodModel } from "../../maps/static/maps/podmodel.js";
import { mapWords } from "../../maps/static/maps/words.js";

const SQUARE = [
  [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
];
const PODS = {
  households: {
    lon: [0.1, 0.2, 0.2, 0.9, null],
    lat: [0.1, 0.2, 0.2, 0.9, null],
    pod: [0, 0, 0, 1, -1],
    building: [-1, 0, 0, -1, -1],
    label: ["1 Elm St", "2 Elm St", "2 Elm St", "3 Elm St", "Somewhere"],
    unit: ["", "Apt 1", "Apt 2", "", ""],
    people: [1, 2, 3, 4, 5],
    point: [1, 0, 0, 0, 0],
  },
  buildings: [{ lon: 0.2, lat: 0.2, doors: 2, label: "2 Elm St" }],
  pods: [
    { number: 1, name: "", needs: [], colour: 1, middle: [0.1, 0.1], shape: SQUARE },
    { number: 2, name: "", needs: ["A point person"], colour: 2, middle: [null, null], shape: [] },
  ],
};

test("a pod map knows whose home is where", () => {
  const m = new PodModel(PODS, mapWords());
  assert.deepEqual(m.homesOf, [[0, 1, 2], [3]]);
  assert.deepEqual(m.loose, [4]);
  assert.deepEqual(m.points, [0]);
  assert.deepEqual(m.buildings[0].homes, [1, 2]);
  assert.equal(m.label(2), "2 Elm St, Apt 2");
  assert.deepEqual(m.spot(1), [m.buildings[0].x, m.buildings[0].y]);
  assert.ok(Number.isNaN(m.x[4]) && Number.isNaN(m.pods[1].mx));
});

test("the filter of a pod map leaves what needs somebody", () => {
  const m = new PodModel(PODS, mapWords());
  const shown = () => [0, 1, 2, 3, 4].filter((i) => m.homeShown(i));
  assert.deepEqual(shown(), [0, 1, 2, 3, 4]);
  m.filter = "needs";
  assert.deepEqual(shown(), [3]);
  assert.equal(m.buildingShown(m.buildings[0]), false);
  m.filter = "loose";
  assert.deepEqual(shown(), [4]);
});

test("columns that are the same for all may be missing", () => {
  const { lon, lat, pod } = PODS.households;
  const m = new PodModel({ households: { lon, lat, pod }, buildings: [], pods: PODS.pods }, mapWords());
  assert.equal(m.people(0), 1);
  assert.equal(m.label(0), "");
});

const person = (lon, lat) => ({ lon, lat, label: "", details: [] });
const MATCHES = {
  requests: [person(0, 0), person(0, 0), person(1, 1), person(null, null)],
  volunteers: [person(2, 2), person(3, 3)],
  matches: [
    { request: 0, volunteer: 0, state: "declined", distance: 120 },
    { request: 0, volunteer: 1, state: "offered", distance: 350 },
    { request: 2, volunteer: 1, state: "declined", distance: null },
  ],
};

test("a request is in the state of its first match that was not declined", () => {
  const m = new MatchModel(MATCHES, mapWords());
  assert.deepEqual(
    m.requests.map((q) => q.state),
    ["offered", "unmatched", "unmatched", "unmatched"],
  );
  m.filter = "unmatched";
  assert.deepEqual(
    [0, 1, 2].map((i) => m.matchShown(i)),
    [false, false, true],
  );
});

test("several at one address stand beside each other", () => {
  const m = new MatchModel(MATCHES, mapWords());
  assert.equal(m.requests[0].dx, 0);
  assert.ok(Math.hypot(m.requests[1].dx, m.requests[1].dy) > 8);
  assert.equal(m.known(m.requests[3]), false);
});

test("choosing a volunteer keeps their matches in the light", () => {
  const m = new MatchModel(MATCHES, mapWords());
  m.current = { volunteer: 1 };
  assert.deepEqual(
    [0, 1, 2].map((i) => m.faded(i)),
    [true, false, false],
  );
  assert.deepEqual(
    [0, 1, 2].map((i) => m.requestFaded(i)),
    [false, true, false],
  );
  assert.deepEqual(
    [0, 1].map((i) => m.volunteerFaded(i)),
    [true, false],
  );
});

test("a line says how far and how it stands", () => {
  const m = new MatchModel(MATCHES, mapWords("metric"));
  assert.equal(m.lineLabel(MATCHES.matches[1]), "350 m · Offered, no answer yet");
  assert.equal(m.lineLabel(MATCHES.matches[2]), "Declined");
});
