/* The map of one home, to be put where it is: a pin to drag, tap or nudge, and places it may be.
   It writes into the page's own form, [data-gm-place] with an input named "point" ("latitude, longitude"):
   the form alone does the same without this script. */
import { h, svg } from "./dom.js";
import { world } from "./geometry.js";
import { Room } from "./labels.js";
import { legend, pictures } from "./panel.js";

const FONT = '"Atkinson Hyperlegible", system-ui, sans-serif';
const STEP_M = 2,
  BIG_STEP_M = 20,
  METRES_PER_DEGREE = 111320;
const PIN = "M16 39C16 39 29 24 29 14.5a13 13 0 0 0-26 0C3 24 16 39 16 39z";

/* House numbers that are known near by: the surest help to somebody who knows the street. */
class Doors {
  constructor(spots) {
    this.on = true;
    this.spots = spots.map((s) => ({ label: s.label, x: world.x(s.lon), y: world.y(s.lat) }));
  }
  paint(ctx, view) {
    if (!this.on || view.metresPerPixel > 1.8) return;
    ctx.font = `400 12px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = this.colours.halo;
    ctx.fillStyle = this.colours.label;
    const room = new Room(); // two numbers on one another are none
    for (const spot of this.spots) {
      const x = view.x(spot.x),
        y = view.y(spot.y);
      if (!view.holds(x, y, 20) || !room.takeIfFree([[x, y, 4 + 3 * spot.label.length]])) continue;
      ctx.strokeText(spot.label, x, y);
      ctx.fillText(spot.label, x, y);
    }
  }
}

export class PlaceView {
  constructor(frame, data) {
    this.frame = frame;
    this.words = frame.words;
    this.form = frame.section.querySelector("[data-gm-place]");
    this.input = this.form?.elements.point;
    this.doors = new Doors(data.doors);
    this.below = [];
    this.above = [this.doors];
    this.candidates = data.candidates;
    const typed = this.input && read(this.input.value);
    this.was = data.pin && L.latLng(data.pin.lat, data.pin.lon);
    if (this.was) this.mark(this.was, "gm-was", "");
    data.candidates.forEach((spot, i) => {
      const mark = this.mark(L.latLng(spot.lat, spot.lon), "gm-spot", String(i + 1), true);
      mark.on("click", () => this.put(mark.getLatLng()));
    });
    if (typed || this.was) this.put(typed || this.was, { silent: true });
    if (typed && !frame.map.getBounds().contains(typed)) frame.map.setView(typed, 17, { animate: false });
    if (this.input) this.input.addEventListener("change", () => this.follow());
    document.addEventListener("keydown", (event) => {
      if (event.target === document.body) this.key(event);
    });
    this.showOnMap();
  }

  mark(at, name, text, interactive = false) {
    const icon = L.divIcon({ className: name, html: text ? h("span", {}, text) : "", iconSize: [28, 28] });
    return L.marker(at, { icon, interactive, keyboard: false }).addTo(this.frame.map);
  }

  /* Put the pin somewhere: on the map and in the form. Nothing is saved by it. */
  put(at, { silent = false } = {}) {
    if (!this.pin) {
      const html = svg(
        "svg",
        { viewBox: "0 0 32 40", "aria-hidden": "true" },
        svg("path", { d: PIN, class: "gm-pin-body" }),
        svg("circle", { cx: 16, cy: 14.5, r: 5, class: "gm-pin-eye" }),
      );
      const icon = L.divIcon({ className: "gm-pin", html, iconSize: [32, 40], iconAnchor: [16, 39] });
      this.pin = L.marker(at, { icon, draggable: true, autoPan: true, keyboard: false, zIndexOffset: 1000 });
      this.pin.addTo(this.frame.map);
      this.pin.on("drag", () => this.write());
      this.pin.on("dragend", () => this.tell());
    }
    this.pin.setLatLng(at);
    this.write();
    if (!silent) this.tell();
  }

  write() {
    const at = this.pin.getLatLng();
    if (this.input) this.input.value = `${at.lat.toFixed(6)}, ${at.lng.toFixed(6)}`;
  }

  tell() {
    const at = this.pin.getLatLng(),
      from = this.was;
    if (!from) return this.frame.say(this.words.pinHere);
    const [east, north] = metres(from, at);
    this.frame.say(this.words.pinMoved(Math.hypot(east, north), north, east));
  }

  /* Somebody typed a point. */
  follow() {
    const at = read(this.input.value);
    if (!at) return;
    this.put(at);
    if (!this.frame.map.getBounds().contains(at)) this.frame.go(at);
  }

  /* A list beside the map shows a candidate by its number. */
  show(number) {
    const spot = this.candidates[Number(number) - 1];
    if (!spot) return;
    this.put(L.latLng(spot.lat, spot.lon));
    this.frame.go(this.pin.getLatLng(), Math.max(17, this.frame.map.getZoom()));
  }

  showOnMap() {
    for (const button of this.frame.section.querySelectorAll("[data-gm-shows]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.show(button.dataset.gmShows));
    }
  }

  nudge(dx, dy, far) {
    if (!this.pin) return this.put(this.frame.map.getCenter());
    const step = far ? BIG_STEP_M : STEP_M,
      at = this.pin.getLatLng();
    const east = (dx * step) / (METRES_PER_DEGREE * Math.cos((at.lat * Math.PI) / 180));
    this.put(L.latLng(at.lat - (dy * step) / METRES_PER_DEGREE, at.lng + east));
    const here = this.pin.getLatLng();
    if (!this.frame.map.getBounds().pad(-0.1).contains(here)) this.frame.go(here);
  }

  /* The arrows work wherever nobody types: who comes from the last home goes straight on. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (arrow) this.nudge(arrow[0], arrow[1], event.shiftKey);
    else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
  }

  enter() {
    if (!this.pin) this.put(this.frame.map.getCenter());
    else if (this.form) this.form.requestSubmit();
  }

  leave() {
    if (!this.was || !this.pin) return;
    this.put(this.was, { silent: true });
    this.frame.say(this.words.pinBack);
  }

  click(_point, world) {
    this.put(this.frame.latLng(world[0], world[1]));
  }

  hits() {
    return false;
  }
  reserve() {}
  step() {}

  fillPanel() {
    const w = this.words,
      p = pictures,
      g = this.frame.ground;
    const sign = (name, text) => h("span", { class: `${name} gm-sign` }, text);
    this.frame.panel.append(
      legend(
        this.frame,
        [
          this.candidates.length && { text: w.layerCandidate, symbol: sign("gm-spot", h("span", {}, "1")) },
          this.was && { text: w.layerWas, symbol: sign("gm-was", "") },
          this.doors.spots.length && {
            text: w.layerDoors,
            symbol: sign("gm-door", "12"),
            on: true,
            toggle: (on) => {
              this.doors.on = on;
              this.frame.repaint();
            },
          },
          g.streets.length && { text: w.layerNames, symbol: p.names() },
          g.buildings.length && { text: w.layerBuildings, symbol: p.building() },
        ].filter(Boolean),
      ),
    );
  }

  searchEntries(ground) {
    const streets = new Map();
    for (const s of ground.streets) if (s.p.name && !streets.has(s.p.name)) streets.set(s.p.name, s);
    return [...streets].map(([name, s]) => ({
      kind: this.words.street,
      text: name,
      go: () => this.frame.fit(s.box, 17),
    }));
  }
}

const read = (text) => {
  const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text || "");
  return found && Math.abs(found[1]) <= 85 && Math.abs(found[2]) <= 180
    ? L.latLng(Number(found[1]), Number(found[2]))
    : null;
};

const metres = (from, to) => [
  (to.lng - from.lng) * METRES_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180),
  (to.lat - from.lat) * METRES_PER_DEGREE,
];
