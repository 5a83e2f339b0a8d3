/* The pod map: areas, numbers, homes; filter, table, keyboard. */
(function () {
  "use strict";
  const G = (window.GeomatchMaps = window.GeomatchMaps || {});
  G.views = G.views || {};

  /* The data, projected once, and what is shown and chosen at this moment. */
  class Model {
    constructor(data, words) {
      const h = data.households;
      this.words = words;
      this.n = h.lon.length;
      this.columns = h;
      this.pod = Int32Array.from(h.pod);
      this.x = Float64Array.from(h.lon, (lon) => (lon === null ? NaN : G.world.x(lon)));
      this.y = Float64Array.from(h.lat, (lat) => (lat === null ? NaN : G.world.y(lat)));
      this.inBuilding = Uint8Array.from({ length: this.n }, (_, i) => (h.building && h.building[i] >= 0 ? 1 : 0));
      this.buildings = data.buildings.map((b) => ({ x: G.world.x(b.lon), y: G.world.y(b.lat), doors: b.doors, label: b.label, homes: [], pod: -1 }));
      this.homesOf = data.pods.map(() => []);
      this.loose = [];
      this.points = [];
      for (let i = 0; i < this.n; i++) {
        if (this.pod[i] >= 0) this.homesOf[this.pod[i]].push(i); else this.loose.push(i);
        if (this.inBuilding[i]) { this.buildings[h.building[i]].homes.push(i); this.buildings[h.building[i]].pod = this.pod[i]; }
        if (h.point && h.point[i]) this.points.push(i);
      }
      this.pods = data.pods.map((p) => {
        const lines = p.shape.flat().map(G.world.line);
        const box = lines.map(G.world.box).reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])], [Infinity, Infinity, -Infinity, -Infinity]);
        const known = p.middle[0] !== null;
        return Object.assign({}, p, { lines, box, mx: known ? G.world.x(p.middle[0]) : NaN, my: known ? G.world.y(p.middle[1]) : NaN });
      });
      this.filter = "all";
      this.looseOn = true;
      this.chosenPod = -1;
      this.current = null;
      this.grid = new G.Grid(this.x, this.y, 256 / Math.pow(2, 15));
    }
    text(name, i) { return this.columns[name] ? this.columns[name][i] : ""; }
    people(i) { return this.columns.people ? this.columns.people[i] : 1; }
    label(i) { return [this.text("label", i), this.text("unit", i)].filter(Boolean).join(", "); }
    podShown(i) { return this.filter === "all" || (this.filter === "needs" && this.pods[i].needs.length > 0); }
    homeShown(i) { return this.pod[i] < 0 ? this.looseOn && this.filter !== "needs" : this.podShown(this.pod[i]); }
    buildingShown(b) { return b.homes.some((i) => this.homeShown(i)); }
    faded(i) { return this.chosenPod >= 0 && this.pod[i] !== this.chosenPod; }
    /* Where a home is drawn: at its building's badge where it has neighbours behind one door. */
    spot(i) {
      const b = this.inBuilding[i] ? this.buildings[this.columns.building[i]] : null;
      return b ? [b.x, b.y] : [this.x[i], this.y[i]];
    }
  }

  G.views.pods = class {
    constructor(frame, data) {
      this.frame = frame;
      this.words = frame.words;
      this.model = new Model(data, frame.words);
      this.areas = new G.PodAreas(this.model);
      this.homes = new G.Homes(this.model);
      this.numbers = new G.PodNumbers(this.model);
      this.below = [this.areas];
      this.above = [this.homes, this.numbers];
    }

    reserve(view, room) { this.numbers.place(view, room); }

    /* What lies under the pointer: a home, a building, a pod's number, a pod's area. */
    hit(point, world) {
      const m = this.model;
      if (this.homes.on) {
        const reach = this.frame.reach(Math.max(9, G.dotRadius(this.frame.map.getZoom()) + 4));
        const b = m.buildings.find((o) => m.buildingShown(o) && Math.abs(o.x - world[0]) < reach * 1.8 && Math.abs(o.y - world[1]) < reach);
        if (b && G.badgeWritten(b, this.frame.map.getZoom())) return { building: b };
        const number = this.numbers.at(point.x, point.y);
        if (number >= 0) return { pod: number };
        if (this.frame.map.getZoom() >= 14) {
          const home = m.grid.nearest(world[0], world[1], reach, (i) => m.homeShown(i));
          if (home >= 0) return m.inBuilding[home] ? { building: m.buildings[m.columns.building[home]] } : { home };
        }
      }
      const pod = m.pods.findIndex((p, i) => m.podShown(i) && inside(p, world));
      return pod >= 0 && this.areas.on ? { pod } : null;
    }

    hits(point, world) { return this.hit(point, world) !== null; }

    click(point, world) {
      const hit = this.hit(point, world);
      if (!hit) this.choosePod(-1);
      else if (hit.home !== undefined) this.chooseHome(hit.home);
      else if (hit.building) this.chooseBuilding(hit.building);
      else this.choosePod(hit.pod, { open: true });
    }

    choosePod(i, { open = false, fit = false } = {}) {
      const m = this.model, w = this.words, pod = m.pods[i];
      m.chosenPod = pod ? i : -1;
      m.current = pod ? { pod: i } : null;
      if (pod && fit && pod.lines.length) this.frame.fit(pod.box);
      if (pod && open && !Number.isNaN(pod.mx)) this.frame.popup(this.frame.latLng(pod.mx, pod.my), this.podCard(pod));
      else this.frame.closePopup();
      this.showList();
      this.frame.repaint();
      if (!pod) return;
      this.frame.say(`${w.podTitle(pod)}. ${w.homesAndPeople(pod.doors, pod.people)}. ${pod.needs.join(" ")}`);
      this.frame.tell({ kind: "pod", number: pod.number });
    }

    chooseHome(i, { go = false } = {}) {
      const m = this.model, [x, y] = m.spot(i), known = !Number.isNaN(x);
      m.chosenPod = m.pod[i];
      m.current = { home: i, pod: m.pod[i] };
      this.showList(i);
      if (known) {
        const at = this.frame.latLng(x, y);
        if (go) this.frame.go(at, Math.max(16.5, this.frame.map.getZoom()));
        this.frame.popup(at, this.homeCard(i));
      } else this.frame.closePopup();
      this.frame.repaint();
      const pod = m.pods[m.pod[i]];
      this.frame.say(`${m.label(i)}. ${pod ? this.words.podTitle(pod) : this.words.noPod}. ${m.text("reason", i)}`);
      this.frame.tell({ kind: "household", key: m.text("key", i) });
    }

    chooseBuilding(b) {
      const m = this.model;
      m.chosenPod = m.pod[b.homes[0]];
      m.current = { home: b.homes[0], pod: m.chosenPod };
      this.showList(b.homes[0]);
      const doors = G.h("ul", { class: "gm-doors" }, b.homes.map((i) => G.h("li", {}, G.said(m.text("unit", i) || m.text("label", i)),
        m.pod[i] < 0 ? ` · ${this.words.noPod}` : new Set(b.homes.map((j) => m.pod[j])).size > 1 ? ` · ${this.words.inPod(m.pods[m.pod[i]].number)}` : "", this.linkTo(m.text("href", i), ""))));
      const pod = m.pods[m.chosenPod];
      this.frame.popup(this.frame.latLng(b.x, b.y), G.card(b.label, [this.words.doors(b.doors), pod ? G.said(this.words.podTitle(pod)) : null, doors], []));
      this.frame.repaint();
    }

    linkTo(href, text) { return href ? G.link(href, text || this.words.openHome) : null; }

    podCard(pod) {
      const w = this.words;
      return G.card(w.podTitle(pod), [
        w.homesAndPeople(pod.doors, pod.people),
        pod.pointPerson ? G.said(w.pointPersonIs(pod.pointPerson)) : null,
        pod.walk ? w.walk(pod.walk) : null,
      ], pod.needs, [pod.href && G.link(pod.href, w.openPod)]);
    }

    homeCard(i) {
      const m = this.model, w = this.words, pod = m.pods[m.pod[i]];
      return G.card(m.label(i), [
        pod ? G.said(w.podTitle(pod)) : w.noPod,
        m.people(i) > 1 ? w.homesAndPeople(1, m.people(i)) : null,
        m.text("point", i) ? w.pointPersonHome : null,
      ], [m.text("reason", i)].filter(Boolean), [this.linkTo(m.text("href", i))]);
    }

    fillPanel() {
      const m = this.model, w = this.words, needs = m.pods.filter((p) => p.needs.length).length;
      this.sentence = G.h("p", { class: "gm-sentence", role: "status" });
      this.list = G.h("div", { class: "gm-list" });
      const choices = [{ id: "all", text: w.all, count: m.pods.length }];
      if (needs) choices.push({ id: "needs", text: w.needsYou, count: needs, amber: true });
      if (m.loose.length) choices.push({ id: "loose", text: w.noPod, count: m.loose.length });
      const chips = choices.length > 1 ? G.chips(choices, "all", (id) => this.setFilter(id)) : null;
      this.frame.panel.append(G.h("div", { class: "gm-panel-head" }, this.sentence, chips || ""), this.list, this.legend());
      this.showList();
      this.saySentence();
    }

    setFilter(id) {
      this.model.filter = id;
      this.model.chosenPod = -1;
      this.model.current = null;
      this.frame.closePopup();
      this.saySentence();
      this.showList();
      this.frame.repaint();
    }

    saySentence() {
      const m = this.model, shown = m.pods.filter((_, i) => m.podShown(i)).length;
      this.sentence.textContent = m.n ? this.words.podSentence(m.pods.length, shown, m.n, m.pods.filter((p) => p.needs.length).length, m.loose.length) : this.words.empty;
    }

    legend() {
      const w = this.words, g = this.frame.ground, p = G.pictures, m = this.model;
      const layer = (thing, name, text, symbol) => ({ text, symbol, on: true, toggle: (on) => { thing[name] = on; this.frame.repaint(); } });
      return G.legend(this.frame, [
        layer(this.areas, "on", w.layerAreas, p.area()),
        layer(this.homes, "on", w.layerHomes, p.home()),
        m.buildings.length && { text: w.layerBuilding, symbol: p.doors() },
        m.points.length && { text: w.pointPersonHome, symbol: p.point() },
        m.loose.length && layer(m, "looseOn", w.layerNoPod, p.loose()),
        m.pods.some((pod) => pod.needs.length) && { text: w.layerNeeds, symbol: p.needs() },
        g.barriers.some((b) => !b.p.crossing) && layer(g.on, "barriers", w.layerBarriers, p.barrier()),
        g.barriers.some((b) => b.p.crossing) && { text: w.layerCrossing, symbol: p.crossing() },
        g.streets.length && layer(g.on, "names", w.layerNames, p.names()),
        g.buildings.length && layer(g.on, "buildings", w.layerBuildings, p.building()),
      ].filter(Boolean));
    }

    /* The table: pods, or the homes of the chosen pod, or the homes in none. */
    showList(home) {
      const m = this.model;
      const wanted = m.filter === "loose" ? "loose" : m.chosenPod >= 0 ? `pod ${m.chosenPod}` : m.filter;
      if (this.listed !== wanted) {
        this.listed = wanted;
        this.list.replaceChildren(...(m.filter === "loose" ? this.looseTable() : m.chosenPod >= 0 ? this.podDetail(m.chosenPod) : this.podTable()));
        this.list.scrollTop = 0;
      }
      if (home !== undefined) this.table.mark(home);
    }

    podTable() {
      const m = this.model, w = this.words;
      const rows = m.pods.map((pod, i) => ({ pod, i })).filter(({ i }) => m.podShown(i)).map(({ pod, i }) => ({
        id: i,
        cells: [G.h("span", { class: `gm-number gm-pod-${pod.colour}` }, G.h("span", { class: "gm-hush" }, `${w.pod} `), String(pod.number)),
          [pod.name ? G.said(pod.name) : "", ...pod.needs.map((need) => G.h("span", { class: "gm-need" }, G.said(need)))],
          G.number(pod.doors), G.number(pod.people)],
      }));
      this.table = G.table(this.frame, w.pods, [{ text: w.pod }, { text: w.name }, { text: w.homes, numeric: true }, { text: w.people, numeric: true }], rows,
        (i) => this.choosePod(i, { open: true, fit: true }));
      return [this.table.node];
    }

    podDetail(i) {
      const m = this.model, w = this.words, pod = m.pods[i];
      const back = G.h("button", { type: "button", class: "gm-back", on: { click: () => { this.choosePod(-1); this.list.querySelector("button")?.focus(); } } }, G.icon("back"), w.backToPods);
      const head = G.h("div", { class: "gm-detail" },
        G.h("h2", {}, G.h("span", { class: `gm-number gm-pod-${pod.colour}` }, String(pod.number)), " ", G.said(pod.name || `${w.pod} ${pod.number}`)),
        G.h("p", {}, w.homesAndPeople(pod.doors, pod.people)),
        this.pointPerson(i),
        pod.walk ? G.h("p", {}, w.walk(pod.walk)) : "",
        pod.needs.length ? G.h("ul", { class: "gm-needs" }, pod.needs.map((need) => G.h("li", {}, G.said(need)))) : "",
        pod.href ? G.link(pod.href, w.openPod) : "");
      return [back, head, this.homeTable(m.homesOf[i], w.podTitle(pod))];
    }

    pointPerson(i) {
      const m = this.model, w = this.words;
      const home = m.homesOf[i].find((j) => m.text("point", j));
      const who = m.pods[i].pointPerson || (home === undefined ? "" : m.label(home));
      return who ? G.h("p", {}, G.said(w.pointPersonIs(who))) : G.h("p", { class: "gm-soft" }, w.noPointPerson);
    }

    looseTable() { return [this.homeTable(this.model.loose, this.words.noPodLong)]; }

    homeTable(homes, caption) {
      const m = this.model, w = this.words;
      const rows = homes.map((i) => ({ id: i, cells: [
        G.said(m.label(i)),
        [G.number(m.people(i)), m.text("reason", i) ? G.h("span", { class: "gm-need" }, G.said(m.text("reason", i))) : "", Number.isNaN(m.x[i]) ? G.h("span", { class: "gm-need" }, w.notOnMap) : ""],
      ] }));
      this.table = G.table(this.frame, caption, [{ text: w.address }, { text: w.people, numeric: true }], rows, (i) => this.chooseHome(i, { go: true }));
      return this.table.node;
    }

    searchEntries(ground) {
      const m = this.model, w = this.words, streets = new Map();
      for (const s of ground.streets) if (s.p.name && !streets.has(s.p.name)) streets.set(s.p.name, s);
      return [
        ...m.pods.map((pod, i) => ({ kind: w.pod, text: w.podTitle(pod), also: String(pod.number), go: () => this.choosePod(i, { open: true, fit: true }) })),
        ...[...streets].map(([name, s]) => ({ kind: w.street, text: name, go: () => { this.frame.closePopup(); this.frame.fit(s.box, 16.5); } })),
        ...Array.from({ length: m.n }, (_, i) => ({ kind: w.neighbour, text: m.label(i), go: () => this.chooseHome(i, { go: true }) })),
      ];
    }

    /* Keyboard: among pods, or, inside a pod, among its homes. */
    step(dx, dy) {
      const m = this.model, inPod = m.current && m.current.home !== undefined;
      const centre = this.frame.worldAt(this.frame.map.getCenter());
      if (inPod) {
        const [x, y] = m.spot(m.current.home);
        const homes = m.current.pod >= 0 ? m.homesOf[m.current.pod] : m.loose;
        const next = G.nextIn({ x, y }, dx, dy, homes.filter((i) => i !== m.current.home).map((i) => ({ x: m.spot(i)[0], y: m.spot(i)[1], i })));
        if (next) this.chooseHome(next.i);
        return;
      }
      const from = m.current ? m.pods[m.current.pod] : null;
      const pods = m.pods.map((p, i) => ({ x: p.mx, y: p.my, i })).filter((p) => m.podShown(p.i) && !Number.isNaN(p.x) && !(m.current && m.current.pod === p.i));
      const next = from ? G.nextIn({ x: from.mx, y: from.my }, dx, dy, pods) : G.nearest(centre, pods);
      if (!next) return;
      this.choosePod(next.i);
      const at = this.frame.latLng(next.x, next.y);
      if (!this.frame.map.getBounds().pad(-0.1).contains(at)) this.frame.go(at);
    }

    enter() {
      const m = this.model;
      if (!m.current) { this.step(0, 0); return; }
      if (m.current.home === undefined && m.current.pod >= 0) {
        if (!this.frame.opened) { this.choosePod(m.current.pod, { open: true, fit: true }); return; }
        const pod = m.pods[m.current.pod];
        const first = G.nearest([pod.mx, pod.my], m.homesOf[m.current.pod].map((i) => ({ x: m.spot(i)[0], y: m.spot(i)[1], i })));
        if (first) this.chooseHome(first.i);
      } else if (m.current.home !== undefined) this.chooseHome(m.current.home);
    }

    leave() {
      const m = this.model;
      if (m.current && m.current.home !== undefined && m.current.pod >= 0) this.choosePod(m.current.pod);
      else this.choosePod(-1);
    }
  };

  /* Even-odd rule over all rings: holes are outside. */
  function inside(pod, [x, y]) {
    const b = pod.box;
    if (x < b[0] || x > b[2] || y < b[1] || y > b[3]) return false;
    let odd = false;
    for (const ring of pod.lines) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        if (ring[i + 1] > y !== ring[j + 1] > y && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) odd = !odd;
      }
    }
    return odd;
  }
})();
