/* The match map: who asked, who helps, why, and who still waits. */

import { number } from "./catalogue.js";
import { h, icon, link, said } from "./dom.js";
import { nearest, nextIn } from "./geometry.js";
import { Asks, Helpers, MatchLines } from "./links.js";
import { MatchModel } from "./matchmodel.js";
import { card, chips, legend, pictures, table } from "./panel.js";

export class MatchView {
  constructor(frame, data) {
    this.frame = frame;
    this.words = frame.words;
    this.model = new MatchModel(data, frame.words);
    this.lines = new MatchLines(this.model);
    this.helpers = new Helpers(this.model);
    this.asks = new Asks(this.model);
    this.below = [];
    this.above = [this.lines, this.helpers, this.asks];
  }

  reserve() {}

  hit(point) {
    const m = this.model,
      map = this.frame.map,
      scale = 2 ** map.getZoom(),
      origin = map.getPixelOrigin();
    let best = null,
      least = 16 * 16;
    const look = (list, kind, shown) =>
      list.forEach((p, i) => {
        if (!m.known(p) || !shown(i)) return;
        const d = (p.wx * scale - origin.x + p.dx - point.x) ** 2 + (p.wy * scale - origin.y + p.dy - point.y) ** 2;
        if (d < least) {
          least = d;
          best = { [kind]: i };
        }
      });
    if (this.asks.on) look(m.requests, "request", (i) => m.requestShown(i));
    if (this.helpers.on) look(m.volunteers, "volunteer", () => true);
    return best;
  }

  hits(point) {
    return this.hit(point) !== null;
  }

  click(point) {
    const hit = this.hit(point);
    if (!hit) this.choose(null);
    else if (hit.request !== undefined) this.chooseRequest(hit.request);
    else this.chooseVolunteer(hit.volunteer);
  }

  /* Where the panel tells everything already, a card would only hide the line. */
  choose(current, card, place) {
    this.model.current = current;
    this.frame.closePopup();
    if (card && this.frame.narrow() && this.model.known(place))
      this.frame.popup(this.frame.latLng(place.wx, place.wy), card);
    this.showList();
    this.frame.repaint(false);
  }

  /* The request, its volunteer and the line between them, all in view. */
  chooseRequest(i, { fit = false } = {}) {
    const m = this.model,
      q = m.requests[i],
      match = m.matches[q.matches[0]];
    const volunteer = match && m.volunteers[match.volunteer];
    if (fit && m.known(q)) {
      const ends = [q, volunteer].filter((p) => p && m.known(p)),
        xs = ends.map((p) => p.wx),
        ys = ends.map((p) => p.wy);
      this.frame.fit([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 17);
    }
    const lines = [
      this.words.urgencies[q.urgency] || "",
      ...q.details.map((d) => said(d)),
      match ? said(this.words.volunteerIs(volunteer.label)) : null,
      match ? this.tag(q.state) : null,
    ];
    this.choose(
      { request: i },
      card(q.label, lines, q.reason ? [q.reason] : [], [link(q.href, this.words.openRequest)]),
      q,
    );
    this.frame.say(
      [q.label, this.words.states[q.state], volunteer ? volunteer.label : q.reason].filter(Boolean).join(". "),
    );
    this.frame.tell({ kind: "request", key: q.key });
  }

  chooseVolunteer(i, { fit = false } = {}) {
    const m = this.model,
      v = m.volunteers[i];
    if (fit && m.known(v)) this.frame.go(this.frame.latLng(v.wx, v.wy), Math.max(15, this.frame.map.getZoom()));
    this.choose(
      { volunteer: i },
      card(
        v.label,
        [
          this.words.helps(v.matches.length),
          this.words.ofCapacity(v.matches.length, v.capacity),
          ...v.details.map((d) => said(d)),
        ],
        [],
        [link(v.href, this.words.volunteer)],
      ),
      v,
    );
    this.frame.say(`${v.label}. ${this.words.helps(v.matches.length)}`);
    this.frame.tell({ kind: "volunteer", key: v.key });
  }

  /* For the page around the map: show a volunteer by their key. */
  show(key) {
    const i = this.model.volunteers.findIndex((v) => v.key === key);
    if (i >= 0) this.chooseVolunteer(i, { fit: true });
  }

  tag(state) {
    return h("span", { class: `gm-tag gm-tag-${state}` }, this.words.states[state] || state);
  }

  fillPanel() {
    const m = this.model,
      w = this.words,
      p = pictures,
      g = this.frame.ground;
    const counts = {};
    for (const q of m.requests) counts[q.state] = (counts[q.state] || 0) + 1;
    const waiting = counts.unmatched || 0;
    const sentence = h(
      "p",
      { class: "gm-sentence", role: "status" },
      m.requests.length ? w.matchSentence(m.requests.length, m.requests.length - waiting, waiting) : w.empty,
    );
    const order = ["unmatched", "proposed", "offered", "accepted", "done", "declined"].filter((state) => counts[state]);
    const choices = [
      { id: "all", text: w.all, count: m.requests.length },
      ...order.map((state) => ({
        id: state,
        text: w.states[state],
        count: counts[state],
        amber: state === "unmatched",
      })),
    ];
    this.list = h("div", { class: "gm-list" });
    const layer = (thing, name, text, symbol) => ({
      text,
      symbol,
      on: true,
      toggle: (on) => {
        thing[name] = on;
        this.frame.repaint();
      },
    });
    // A page that lists the same people itself, with buttons, needs the legend alone.
    const own = this.frame.config.bare;
    this.frame.panel.append(
      own
        ? ""
        : h(
            "div",
            { class: "gm-panel-head" },
            sentence,
            order.length > 1 ? chips(choices, "all", (id) => this.setFilter(id)) : "",
          ),
      own ? "" : this.list,
      legend(
        this.frame,
        [
          layer(this.asks, "on", w.layerRequests, p.request()),
          waiting && { text: w.states.unmatched, symbol: p.waiting() },
          layer(this.helpers, "on", w.layerVolunteers, p.volunteer()),
          !own && { text: w.layerFree, symbol: p.free() },
          layer(this.lines, "on", own ? w.states.candidate : w.layerLines, p.line()),
          { text: w.states.offered, symbol: p.asked() },
          g.streets.length && layer(g.on, "names", w.layerNames, p.names()),
          g.buildings.length && layer(g.on, "buildings", w.layerBuildings, p.building()),
        ].filter(Boolean),
      ),
    );
    this.showList();
  }

  setFilter(id) {
    this.model.filter = id;
    this.choose(null);
  }

  showList() {
    const c = this.model.current;
    const wanted = c ? JSON.stringify(c) : this.model.filter;
    if (this.listed === wanted) return;
    this.listed = wanted;
    this.list.replaceChildren(
      ...(c && c.request !== undefined
        ? this.requestDetail(c.request)
        : c
          ? this.volunteerDetail(c.volunteer)
          : [this.requestTable(this.model.requests.map((_, i) => i).filter((i) => this.model.requestShown(i)))]),
    );
    this.list.scrollTop = 0;
  }

  requestTable(indices) {
    const m = this.model,
      w = this.words;
    const rows = indices.map((i) => {
      const q = m.requests[i],
        match = m.matches[q.matches[0]];
      return {
        id: i,
        cells: [
          [said(q.label), m.known(q) ? "" : h("span", { class: "gm-need" }, w.notOnMap)],
          match && q.state !== "unmatched"
            ? [said(m.volunteers[match.volunteer].label), " ", this.tag(q.state)]
            : [this.tag(q.state), q.reason ? h("span", { class: "gm-reason" }, said(q.reason)) : ""],
        ],
      };
    });
    const list = table(w.openRequests, [{ text: w.request, kind: "wide" }, { text: w.volunteer }], rows, (i) =>
      this.chooseRequest(i, { fit: true }),
    );
    return list.node;
  }

  back() {
    return h(
      "button",
      {
        type: "button",
        class: "gm-back",
        on: {
          click: () => {
            this.choose(null);
            this.list.querySelector("button")?.focus();
          },
        },
      },
      icon("back"),
      this.words.backToAll,
    );
  }

  requestDetail(i) {
    const m = this.model,
      w = this.words,
      q = m.requests[i];
    const found = q.matches.map((k) => m.matches[k]);
    return [
      this.back(),
      h(
        "div",
        { class: "gm-detail" },
        h("h2", {}, said(q.label)),
        h("p", {}, [w.urgencies[q.urgency], ...q.details].filter(Boolean).join(" · ")),
        found.map((match) => this.matchDetail(match)),
        q.state === "unmatched"
          ? [
              h("h3", {}, w.whyNobody),
              h("ul", { class: "gm-needs" }, h("li", {}, said(q.reason || w.states.unmatched))),
            ]
          : "",
        link(q.href, w.openRequest),
      ),
    ];
  }

  matchDetail(match) {
    const m = this.model,
      w = this.words,
      v = m.volunteers[match.volunteer];
    const name = h(
      "button",
      {
        type: "button",
        class: "gm-plain",
        on: { click: () => this.chooseVolunteer(match.volunteer, { fit: true }) },
      },
      said(v.label),
    );
    return h(
      "div",
      { class: "gm-match" },
      h(
        "p",
        { class: "gm-match-who" },
        name,
        " ",
        this.tag(match.state),
        match.pinned ? [" ", h("span", { class: "gm-tag" }, w.pinned)] : "",
      ),
      h(
        "p",
        { class: "gm-soft" },
        [match.distance !== null ? w.away(match.distance) : "", w.ofCapacity(v.matches.length, v.capacity)]
          .filter(Boolean)
          .join(" · "),
      ),
      match.parts.length
        ? [
            h("h3", {}, `${w.whyThisOne} · ${w.score(match.score)}`),
            h(
              "ul",
              { class: "gm-parts" },
              match.parts.map((part) => this.part(part)),
            ),
          ]
        : "",
      link(match.href, w.openMatch),
    );
  }

  part(part) {
    const words = part.words || `${number(part.points)} / ${number(part.most)}`;
    return h(
      "li",
      {},
      said(part.name),
      h("span", { class: "gm-part-words" }, said(words)),
      h("progress", {
        max: Math.max(1, part.most),
        value: Math.max(0, part.points),
        "aria-label": part.name,
        title: `${number(part.points)} / ${number(part.most)}`,
      }),
    );
  }

  volunteerDetail(i) {
    const m = this.model,
      w = this.words,
      v = m.volunteers[i];
    return [
      this.back(),
      h(
        "div",
        { class: "gm-detail" },
        h("h2", {}, said(v.label)),
        h("p", {}, w.ofCapacity(v.matches.length, v.capacity)),
        v.details.map((d) => h("p", {}, said(d))),
        link(v.href, w.volunteer),
      ),
      this.requestTable(v.matches.map((k) => m.matches[k].request)),
    ];
  }

  searchEntries(ground) {
    const m = this.model,
      w = this.words,
      streets = new Map();
    for (const s of ground.streets) if (s.p.name && !streets.has(s.p.name)) streets.set(s.p.name, s);
    return [
      ...m.requests.map((q, i) => ({
        kind: w.request,
        text: q.label,
        go: () => this.chooseRequest(i, { fit: true }),
      })),
      ...m.volunteers.map((v, i) => ({
        kind: w.volunteer,
        text: v.label,
        go: () => this.chooseVolunteer(i, { fit: true }),
      })),
      ...[...streets].map(([name, s]) => ({
        kind: w.street,
        text: name,
        go: () => {
          this.frame.closePopup();
          this.frame.fit(s.box, 16.5);
        },
      })),
    ];
  }

  step(dx, dy) {
    const m = this.model,
      c = m.current,
      here = c && (c.request !== undefined ? m.requests[c.request] : m.volunteers[c.volunteer]);
    const points = m.requests
      .map((q, i) => ({ x: q.wx, y: q.wy, i }))
      .filter((p) => !Number.isNaN(p.x) && m.requestShown(p.i) && !(c && c.request === p.i));
    const centre = this.frame.worldAt(this.frame.map.getCenter());
    const next = here && m.known(here) ? nextIn({ x: here.wx, y: here.wy }, dx, dy, points) : nearest(centre, points);
    if (!next) return;
    this.chooseRequest(next.i);
    const at = this.frame.latLng(next.x, next.y);
    if (!this.frame.map.getBounds().pad(-0.1).contains(at)) this.frame.go(at);
  }

  enter() {
    const c = this.model.current;
    if (c && c.request !== undefined) this.chooseRequest(c.request, { fit: true });
    else this.step(0, 0);
  }

  leave() {
    this.choose(null);
  }
}
