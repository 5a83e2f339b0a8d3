/* The data of a match map, projected once, and what is shown and chosen at this moment. */
import { world } from "./geometry.js";

export class MatchModel {
  constructor(data, words) {
    this.words = words;
    const taken = new Map();
    const place = (p) => {
      const known = p.lon !== null && p.lat !== null;
      // Several at one address stand in a small ring instead of on top of each other.
      const key = `${p.lon},${p.lat}`,
        k = known ? taken.get(key) || 0 : 0;
      taken.set(key, k + 1);
      const turn = k * 2.4,
        far = k ? 7 + 2.2 * k : 0;
      return Object.assign({}, p, {
        wx: known ? world.x(p.lon) : NaN,
        wy: known ? world.y(p.lat) : NaN,
        dx: far * Math.cos(turn),
        dy: far * Math.sin(turn),
        matches: [],
      });
    };
    this.requests = data.requests.map(place);
    this.volunteers = data.volunteers.map(place);
    this.matches = data.matches;
    data.matches.forEach((match, i) => {
      this.requests[match.request].matches.push(i);
      this.volunteers[match.volunteer].matches.push(i);
    });
    for (const q of this.requests) {
      const first = q.matches.map((i) => data.matches[i]).find((match) => match.state !== "declined");
      q.state = first ? first.state : "unmatched";
    }
    this.filter = "all";
    this.current = null;
  }
  known(p) {
    return !Number.isNaN(p.wx);
  }
  at(p, view) {
    return [view.x(p.wx) + p.dx, view.y(p.wy) + p.dy];
  }
  requestShown(i) {
    return this.filter === "all" || this.requests[i].state === this.filter;
  }
  matchShown(i) {
    return this.requestShown(this.matches[i].request);
  }
  chosen(i) {
    const c = this.current,
      match = this.matches[i];
    return Boolean(c) && (c.request === match.request || c.volunteer === match.volunteer);
  }
  faded(i) {
    return Boolean(this.current) && !this.chosen(i);
  }
  requestFaded(i) {
    const c = this.current;
    return Boolean(c) && c.request !== i && !this.requests[i].matches.some((k) => this.chosen(k));
  }
  volunteerFaded(i) {
    const c = this.current;
    return Boolean(c) && c.volunteer !== i && !this.volunteers[i].matches.some((k) => this.chosen(k));
  }
  lineLabel(match) {
    return [match.distance !== null ? this.words.distance(match.distance) : "", this.words.states[match.state]]
      .filter(Boolean)
      .join(" · ");
  }
}
