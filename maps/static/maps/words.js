/* Everything a map says. The texts are looked up when the map opens, after its catalogue is there. */
import { gettext, interpolate, ngettext, number } from "./catalogue.js";

const counted = (text, n) => interpolate(text, { n: number(n) });

const homes = (n) => counted(ngettext("%(n)s home", "%(n)s homes", n), n);
const people = (n) => counted(ngettext("%(n)s person", "%(n)s people", n), n);
const pods = (n) => counted(ngettext("%(n)s pod", "%(n)s pods", n), n);
const requests = (n) => counted(ngettext("%(n)s request", "%(n)s requests", n), n);
const tasks = (n) => counted(ngettext("%(n)s task", "%(n)s tasks", n), n);

/* Metres as people say them: 80 m, 350 m, 1.2 km; with miles where the network wants them. */
export function distance(metres, units = "both") {
  const metric =
    metres < 950 ? `${number(Math.max(10, Math.round(metres / 10) * 10))} m` : `${tenth(metres / 1000)} km`;
  const miles = metres / 1609.344;
  const imperial = miles < 0.19 ? `${number(Math.round((metres * 3.28084) / 50) * 50 || 50)} ft` : `${tenth(miles)} mi`;
  return units === "metric" ? metric : units === "imperial" ? imperial : `${metric} · ${imperial}`;
}

/* Eighty metres a minute: the pace of somebody with a bag. */
export function minutes(metres) {
  const n = Math.max(1, Math.round(metres / 80));
  return counted(ngettext("%(n)s minute", "%(n)s minutes", n), n);
}

const tenth = (n) => number(Number(n.toFixed(1)), 1);

/* Which of eight winds: half a metre aside does not count. */
export function wind(north, east) {
  const row = north > 0.5 ? 0 : north < -0.5 ? 2 : 1;
  const column = east > 0.5 ? 2 : east < -0.5 ? 0 : 1;
  return [
    [gettext("north-west"), gettext("north"), gettext("north-east")],
    [gettext("west"), "", gettext("east")],
    [gettext("south-west"), gettext("south"), gettext("south-east")],
  ][row][column];
}

/* The texts of one map. units: "metric", "imperial" or "both". */
export function mapWords(units = "both") {
  return {
    distance: (metres) => distance(metres, units),
    loading: gettext("Drawing the map…"),
    failed: gettext("The map could not be loaded. Nothing was lost."),
    groundFailed: gettext("Streets and water could not be loaded. Everything else works."),
    again: gettext("Try again"),
    empty: gettext("Nothing to show here yet."),
    /* What each kind of map calls itself, its keys and its search. */
    kinds: {
      pods: {
        map: gettext("Map of pods"),
        keys: gettext(
          "Arrow keys go from pod to pod. Enter opens a pod, then arrow keys go from home to home. Escape goes back. Plus and minus zoom, shift and arrow keys move the map, 0 shows everything.",
        ),
        search: gettext("Find a street, pod or neighbour"),
      },
      matches: {
        map: gettext("Map of requests and volunteers"),
        keys: gettext(
          "Arrow keys go from request to request. Enter opens one. Escape closes it. Plus and minus zoom, shift and arrow keys move the map, 0 shows everything.",
        ),
        search: gettext("Find a street, request or volunteer"),
      },
      place: {
        map: gettext("Map to place one home on"),
        keys: gettext(
          "Arrow keys move the pin by 2 metres, with shift by 20. Enter places it. Escape puts it back. Plus and minus zoom, 0 shows everything.",
        ),
        search: gettext("Find a street"),
      },
    },
    pinMoved: (metres, north, east) => {
      const direction = wind(north, east);
      if (!direction) return gettext("The pin is where it was");
      return interpolate(
        ngettext(
          "The pin is %(n)s metre %(direction)s of where it was",
          "The pin is %(n)s metres %(direction)s of where it was",
          Math.round(metres),
        ),
        { n: number(Math.round(metres)), direction },
      );
    },
    pinHere: gettext("The pin is in the middle of the map. Move it, then press Enter."),
    pinBack: gettext("The pin is back where it was"),
    layerDoors: gettext("House numbers we know"),
    layerCandidate: gettext("A place it may be"),
    layerWas: gettext("Where it was"),
    nothingFound: gettext("Nothing found"),
    zoomIn: gettext("Zoom in"),
    zoomOut: gettext("Zoom out"),
    reset: gettext("Show everything"),
    locate: gettext("Show where I am"),
    fullScreen: gettext("Full screen"),
    leaveFullScreen: gettext("Leave full screen"),
    notLocated: gettext("This device did not say where it is."),
    youAreHere: gettext("You are here"),
    key: gettext("Key and layers"),
    showList: gettext("Show the list"),
    showMap: gettext("Show more map"),
    pod: gettext("Pod"),
    pods: gettext("Pods"),
    homes: gettext("Homes"),
    people: gettext("People"),
    name: gettext("Name"),
    address: gettext("Address"),
    request: gettext("Request"),
    volunteer: gettext("Volunteer"),
    street: gettext("Street"),
    neighbour: gettext("Neighbour"),
    state: gettext("State"),
    all: gettext("All"),
    needsYou: gettext("Needs you"),
    noPod: gettext("In no pod"),
    noPodLong: gettext("Homes in no pod"),
    backToPods: gettext("All pods"),
    backToAll: gettext("All requests"),
    openPod: gettext("Open this pod"),
    openHome: gettext("Open this home"),
    openRequest: gettext("Open this request"),
    openMatch: gettext("Open this match"),
    pointPersonIs: (who) => interpolate(gettext("Point person: %(who)s"), { who }),
    volunteerIs: (who) => interpolate(gettext("Volunteer: %(who)s"), { who }),
    pointPersonHome: gettext("Point person’s home"),
    noPointPerson: gettext("No point person yet"),
    walk: (metres) =>
      interpolate(gettext("Longest walk %(distance)s, about %(minutes)s"), {
        distance: distance(metres, units),
        minutes: minutes(metres),
      }),
    podTitle: (pod) =>
      pod.name
        ? interpolate(gettext("Pod %(number)s · %(name)s"), pod)
        : interpolate(gettext("Pod %(number)s"), { number: pod.number }),
    doors: (n) => homes(n),
    homesAndPeople: (nHomes, nPeople) =>
      interpolate(gettext("%(homes)s, %(people)s"), { homes: homes(nHomes), people: people(nPeople) }),
    inPod: (n) => interpolate(gettext("Pod %(number)s"), { number: n }),
    notOnMap: gettext("Not on the map yet"),
    layerAreas: gettext("Pod areas"),
    layerHomes: gettext("Homes"),
    layerBuilding: gettext("Several homes in one building"),
    layerNames: gettext("Street names"),
    layerBuildings: gettext("Buildings"),
    layerBarriers: gettext("Nobody crosses here"),
    layerCrossing: gettext("Bridge or crossing"),
    layerNoPod: gettext("Home in no pod"),
    layerNeeds: gettext("Needs you"),
    layerRequests: gettext("Requests"),
    layerVolunteers: gettext("Volunteers"),
    layerFree: gettext("Volunteer with no task"),
    layerLines: gettext("Who helps whom"),
    podSentence,
    matchSentence,
    states: {
      candidate: gettext("Could go"),
      proposed: gettext("Proposed"),
      offered: gettext("Offered, no answer yet"),
      accepted: gettext("Accepted"),
      done: gettext("Done"),
      declined: gettext("Declined"),
      unmatched: gettext("Nobody yet"),
    },
    urgencies: { 1: gettext("When it suits"), 2: gettext("This week"), 4: gettext("Today") },
    away: (metres) => interpolate(gettext("%(distance)s away"), { distance: distance(metres, units) }),
    score: (points) => interpolate(gettext("Fit %(points)s"), { points: number(points) }),
    whyThisOne: gettext("Why this volunteer"),
    whyNobody: gettext("Why nobody yet"),
    helps: (n) =>
      n ? counted(ngettext("Helps with %(n)s request", "Helps with %(n)s requests", n), n) : gettext("No request yet"),
    ofCapacity: (used, capacity) =>
      interpolate(gettext("%(used)s of %(tasks)s taken"), { used: number(used), tasks: tasks(capacity) }),
    pinned: gettext("Chosen by a person"),
    openRequests: gettext("Requests"),
  };
}

function podSentence(all, shown, nHomes, needs, loose) {
  const first =
    shown === all
      ? interpolate(gettext("%(pods)s, %(homes)s"), { pods: pods(all), homes: homes(nHomes) })
      : interpolate(gettext("%(shown)s of %(pods)s shown"), { shown: number(shown), pods: pods(all) });
  const calls = [
    needs && counted(ngettext("%(n)s pod needs you", "%(n)s pods need you", needs), needs),
    loose && counted(ngettext("%(n)s home is in no pod", "%(n)s homes are in no pod", loose), loose),
  ].filter(Boolean);
  return calls.length
    ? `${first}; ${calls.join(", ")}.`
    : interpolate(gettext("%(first)s. Nothing needs you."), { first });
}

function matchSentence(all, matched, unmatched) {
  const first = interpolate(gettext("%(requests)s, %(matched)s with a volunteer"), {
    requests: requests(all),
    matched: number(matched),
  });
  if (!unmatched) return interpolate(gettext("%(first)s. Nobody is waiting."), { first });
  const waiting = ngettext("%(n)s still needs somebody", "%(n)s still need somebody", unmatched);
  return `${first}; ${counted(waiting, unmatched)}.`;
}
