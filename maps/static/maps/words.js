/* Words a map says, in one table so that a page can bring another language (config.words). */
(function () {
  "use strict";
  const G = (window.GeomatchMaps = window.GeomatchMaps || {});

  G.defaultWords = {
    loading: "Drawing the map…",
    failed: "The map could not be loaded. Nothing was lost.",
    groundFailed: "Streets and water could not be loaded. Everything else works.",
    again: "Try again",
    empty: "Nothing to show here yet.",
    mapOfPods: "Map of pods",
    mapOfMatches: "Map of requests and volunteers",
    keysPods:
      "Arrow keys go from pod to pod. Enter opens a pod, then arrow keys go from home to home. Escape goes back. Plus and minus zoom, shift and arrow keys move the map, 0 shows everything.",
    keysMatches:
      "Arrow keys go from request to request. Enter opens one. Escape closes it. Plus and minus zoom, shift and arrow keys move the map, 0 shows everything.",
    mapOfPlace: "Map to place one home on",
    keysPlace:
      "Arrow keys move the pin by 2 metres, with shift by 20. Enter places it. Escape puts it back. Plus and minus zoom, 0 shows everything.",
    searchPlace: "Find a street",
    pinMoved: (metres, north, east) =>
      `The pin is ${G.number(Math.round(metres))} metres ${[north > 0.5 ? "north" : north < -0.5 ? "south" : "", east > 0.5 ? "east" : east < -0.5 ? "west" : ""].filter(Boolean).join("-") || "away"} of where it was`,
    pinHere: "The pin is in the middle of the map. Move it, then press Enter.",
    pinBack: "The pin is back where it was",
    layerDoors: "House numbers we know",
    layerCandidate: "A place it may be",
    layerWas: "Where it was",
    search: "Find a street, pod or neighbour",
    searchMatches: "Find a street, request or volunteer",
    nothingFound: "Nothing found",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    reset: "Show everything",
    locate: "Show where I am",
    fullScreen: "Full screen",
    leaveFullScreen: "Leave full screen",
    notLocated: "This device did not say where it is.",
    youAreHere: "You are here",
    key: "Key and layers",
    showList: "Show the list",
    showMap: "Show more map",
    pod: "Pod",
    pods: "Pods",
    homes: "Homes",
    people: "People",
    name: "Name",
    address: "Address",
    request: "Request",
    volunteer: "Volunteer",
    street: "Street",
    neighbour: "Neighbour",
    state: "State",
    all: "All",
    needsYou: "Needs you",
    noPod: "In no pod",
    noPodLong: "Homes in no pod",
    backToPods: "All pods",
    backToAll: "All requests",
    openPod: "Open this pod",
    openHome: "Open this home",
    openRequest: "Open this request",
    openMatch: "Open this match",
    pointPersonIs: (who) => `Point person: ${who}`,
    pointPersonHome: "Point person’s home",
    noPointPerson: "No point person yet",
    walk: (metres) => `Longest walk ${G.metres(metres)}, about ${G.minutes(metres)}`,
    podTitle: (pod) => (pod.name ? `Pod ${pod.number} · ${pod.name}` : `Pod ${pod.number}`),
    doors: (n) => `${G.count(n, "home", "homes")}`,
    homesAndPeople: (homes, people) =>
      `${G.count(homes, "home", "homes")}, ${people === 1 ? "1 person" : `${G.number(people)} people`}`,
    inPod: (n) => `Pod ${n}`,
    notOnMap: "Not on the map yet",
    layerAreas: "Pod areas",
    layerHomes: "Homes",
    layerBuilding: "Several homes in one building",
    layerNames: "Street names",
    layerBuildings: "Buildings",
    layerBarriers: "Nobody crosses here",
    layerCrossing: "Bridge or crossing",
    layerNoPod: "Home in no pod",
    layerNeeds: "Needs you",
    layerRequests: "Requests",
    layerVolunteers: "Volunteers",
    layerFree: "Volunteer with no task",
    layerLines: "Who helps whom",
    podSentence(all, shown, homes, needs, loose) {
      const first =
        shown === all
          ? `${G.count(all, "pod", "pods")}, ${G.count(homes, "home", "homes")}`
          : `${G.number(shown)} of ${G.count(all, "pod", "pods")} shown`;
      const calls = [];
      if (needs) calls.push(`${G.number(needs)} ${needs === 1 ? "pod needs" : "pods need"} you`);
      if (loose) calls.push(`${G.count(loose, "home is", "homes are")} in no pod`);
      return calls.length ? `${first}; ${calls.join(", ")}.` : `${first}. Nothing needs you.`;
    },
    matchSentence(requests, matched, volunteers, unmatched) {
      const first = `${G.count(requests, "request", "requests")}, ${G.number(matched)} with a volunteer`;
      return unmatched
        ? `${first}; ${G.number(unmatched)} still ${unmatched === 1 ? "needs" : "need"} somebody.`
        : `${first}. Nobody is waiting.`;
    },
    states: {
      candidate: "Could go",
      proposed: "Proposed",
      offered: "Offered, no answer yet",
      accepted: "Accepted",
      done: "Done",
      declined: "Declined",
      unmatched: "Nobody yet",
    },
    urgencies: { 1: "When it suits", 2: "This week", 4: "Today" },
    away: (metres) => `${G.metres(metres)} away`,
    score: (points) => `Fit ${G.number(points)}`,
    whyThisOne: "Why this volunteer",
    whyNobody: "Why nobody yet",
    helps: (n) => (n ? `Helps with ${G.count(n, "request", "requests")}` : "No request yet"),
    ofCapacity: (used, capacity) => `${used} of ${G.count(capacity, "task", "tasks")} taken`,
    pinned: "Chosen by a person",
    openRequests: "Requests",
  };

  G.number = (n) => Number(n).toLocaleString(document.documentElement.lang || "en");
  G.count = (n, one, many) => `${G.number(n)} ${n === 1 ? one : many}`;

  /* Metres as people say them: 80 m, 350 m, 1.2 km; with miles where the network wants them. */
  G.units = "both";
  G.metres = function (metres) {
    const metric =
      metres < 950 ? `${G.number(Math.max(10, Math.round(metres / 10) * 10))} m` : `${(metres / 1000).toFixed(1)} km`;
    const miles = metres / 1609.344;
    const imperial =
      miles < 0.19 ? `${G.number(Math.round((metres * 3.28084) / 50) * 50 || 50)} ft` : `${miles.toFixed(1)} mi`;
    return G.units === "metric" ? metric : G.units === "imperial" ? imperial : `${metric} · ${imperial}`;
  };
  /* Eighty metres a minute: the pace of somebody with a bag. */
  G.minutes = (metres) => G.count(Math.max(1, Math.round(metres / 80)), "minute", "minutes");
})();
