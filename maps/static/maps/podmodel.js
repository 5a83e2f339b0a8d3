/* The data of a pod map, projected once, and what is shown and chosen at this moment. */
import { Grid, world } from "./geometry.js";

export class PodModel {
  constructor(data, words) {
    const h = data.households;
    this.words = words;
    this.n = h.lon.length;
    this.columns = h;
    this.pod = Int32Array.from(h.pod);
    this.x = Float64Array.from(h.lon, (lon) => (lon === null ? NaN : world.x(lon)));
    this.y = Float64Array.from(h.lat, (lat) => (lat === null ? NaN : world.y(lat)));
    this.inBuilding = Uint8Array.from({ length: this.n }, (_, i) => (h.building && h.building[i] >= 0 ? 1 : 0));
    this.buildings = data.buildings.map((b) => ({
      x: world.x(b.lon),
      y: world.y(b.lat),
      doors: b.doors,
      label: b.label,
      homes: [],
      pod: -1,
    }));
    this.homesOf = data.pods.map(() => []);
    this.loose = [];
    this.points = [];
    for (let i = 0; i < this.n; i++) {
      if (this.pod[i] >= 0) this.homesOf[this.pod[i]].push(i);
      else this.loose.push(i);
      if (this.inBuilding[i]) {
        this.buildings[h.building[i]].homes.push(i);
        this.buildings[h.building[i]].pod = this.pod[i];
      }
      if (h.point?.[i]) this.points.push(i);
    }
    this.pods = data.pods.map((p) => {
      const lines = p.shape.flat().map(world.line);
      const box = world.around(lines.map(world.box));
      const known = p.middle[0] !== null;
      return Object.assign({}, p, {
        lines,
        box,
        mx: known ? world.x(p.middle[0]) : NaN,
        my: known ? world.y(p.middle[1]) : NaN,
      });
    });
    this.filter = "all";
    this.looseOn = true;
    this.chosenPod = -1;
    this.current = null;
    this.grid = new Grid(this.x, this.y, 256 / 2 ** 15);
  }
  text(name, i) {
    return this.columns[name] ? this.columns[name][i] : "";
  }
  people(i) {
    return this.columns.people ? this.columns.people[i] : 1;
  }
  label(i) {
    return [this.text("label", i), this.text("unit", i)].filter(Boolean).join(", ");
  }
  podShown(i) {
    return this.filter === "all" || (this.filter === "needs" && this.pods[i].needs.length > 0);
  }
  homeShown(i) {
    return this.pod[i] < 0 ? this.looseOn && this.filter !== "needs" : this.podShown(this.pod[i]);
  }
  buildingShown(b) {
    return b.homes.some((i) => this.homeShown(i));
  }
  faded(i) {
    return this.chosenPod >= 0 && this.pod[i] !== this.chosenPod;
  }
  /* Where a home is drawn: at its building's badge where it has neighbours behind one door. */
  spot(i) {
    const b = this.inBuilding[i] ? this.buildings[this.columns.building[i]] : null;
    return b ? [b.x, b.y] : [this.x[i], this.y[i]];
  }
}
