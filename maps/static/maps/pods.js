/* The pod map: what is chosen by hand, by search and by keyboard, and the cards that tell of it. */
import { h, link, said } from "./dom.js";
import { inside, nearest, nextIn } from "./geometry.js";
import { badgeWritten, dotRadius, Homes, PodAreas, PodNumbers } from "./homes.js";
import { card } from "./panel.js";
import { PodModel } from "./podmodel.js";
import { PodPanel } from "./podpanel.js";

export class PodView {
  constructor(frame, data) {
    this.frame = frame;
    this.words = frame.words;
    this.model = new PodModel(data, frame.words);
    this.areas = new PodAreas(this.model);
    this.homes = new Homes(this.model);
    this.numbers = new PodNumbers(this.model);
    this.panel = new PodPanel(this);
    this.below = [this.areas];
    this.above = [this.homes, this.numbers];
  }

  fillPanel() {
    this.panel.fill();
  }

  reserve(view, room) {
    this.numbers.place(view, room);
  }

  /* What lies under the pointer: a home, a building, a pod's number, a pod's area. */
  hit(point, world) {
    const m = this.model;
    if (this.homes.on) {
      const reach = this.frame.reach(Math.max(9, dotRadius(this.frame.map.getZoom()) + 4));
      const b = m.buildings.find(
        (o) => m.buildingShown(o) && Math.abs(o.x - world[0]) < reach * 1.8 && Math.abs(o.y - world[1]) < reach,
      );
      if (b && badgeWritten(b, this.frame.map.getZoom())) return { building: b };
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

  hits(point, world) {
    return this.hit(point, world) !== null;
  }

  click(point, world) {
    const hit = this.hit(point, world);
    if (!hit) this.choosePod(-1);
    else if (hit.home !== undefined) this.chooseHome(hit.home);
    else if (hit.building) this.chooseBuilding(hit.building);
    else this.choosePod(hit.pod, { open: true });
  }

  choosePod(i, { open = false, fit = false } = {}) {
    const m = this.model,
      w = this.words,
      pod = m.pods[i];
    m.chosenPod = pod ? i : -1;
    m.current = pod ? { pod: i } : null;
    if (pod && fit && pod.lines.length) this.frame.fit(pod.box);
    if (pod && open && !Number.isNaN(pod.mx)) this.frame.popup(this.frame.latLng(pod.mx, pod.my), this.podCard(pod));
    else this.frame.closePopup();
    this.panel.showList();
    this.frame.repaint();
    if (!pod) return;
    this.frame.say(`${w.podTitle(pod)}. ${w.homesAndPeople(pod.doors, pod.people)}. ${pod.needs.join(" ")}`);
    this.frame.tell({ kind: "pod", number: pod.number });
  }

  chooseHome(i, { go = false } = {}) {
    const m = this.model,
      [x, y] = m.spot(i),
      known = !Number.isNaN(x);
    m.chosenPod = m.pod[i];
    m.current = { home: i, pod: m.pod[i] };
    this.panel.showList(i);
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
    this.panel.showList(b.homes[0]);
    const doors = h(
      "ul",
      { class: "gm-doors" },
      b.homes.map((i) =>
        h(
          "li",
          {},
          said(m.text("unit", i) || m.text("label", i)),
          m.pod[i] < 0
            ? ` · ${this.words.noPod}`
            : new Set(b.homes.map((j) => m.pod[j])).size > 1
              ? ` · ${this.words.inPod(m.pods[m.pod[i]].number)}`
              : "",
          this.linkTo(m.text("href", i), ""),
        ),
      ),
    );
    const pod = m.pods[m.chosenPod];
    this.frame.popup(
      this.frame.latLng(b.x, b.y),
      card(b.label, [this.words.doors(b.doors), pod ? said(this.words.podTitle(pod)) : null, doors], []),
    );
    this.frame.repaint();
  }

  linkTo(href, text) {
    return href ? link(href, text || this.words.openHome) : null;
  }

  podCard(pod) {
    const w = this.words;
    return card(
      w.podTitle(pod),
      [
        w.homesAndPeople(pod.doors, pod.people),
        pod.pointPerson ? said(w.pointPersonIs(pod.pointPerson)) : null,
        pod.walk ? w.walk(pod.walk) : null,
      ],
      pod.needs,
      [pod.href && link(pod.href, w.openPod)],
    );
  }

  homeCard(i) {
    const m = this.model,
      w = this.words,
      pod = m.pods[m.pod[i]];
    return card(
      m.label(i),
      [
        pod ? said(w.podTitle(pod)) : w.noPod,
        m.people(i) > 1 ? w.homesAndPeople(1, m.people(i)) : null,
        m.text("point", i) ? w.pointPersonHome : null,
      ],
      [m.text("reason", i)].filter(Boolean),
      [this.linkTo(m.text("href", i))],
    );
  }

  searchEntries(ground) {
    const m = this.model,
      w = this.words,
      streets = new Map();
    for (const s of ground.streets) if (s.p.name && !streets.has(s.p.name)) streets.set(s.p.name, s);
    return [
      ...m.pods.map((pod, i) => ({
        kind: w.pod,
        text: w.podTitle(pod),
        also: String(pod.number),
        go: () => this.choosePod(i, { open: true, fit: true }),
      })),
      ...[...streets].map(([name, s]) => ({
        kind: w.street,
        text: name,
        go: () => {
          this.frame.closePopup();
          this.frame.fit(s.box, 16.5);
        },
      })),
      ...Array.from({ length: m.n }, (_, i) => ({
        kind: w.neighbour,
        text: m.label(i),
        go: () => this.chooseHome(i, { go: true }),
      })),
    ];
  }

  /* Keyboard: among pods, or, inside a pod, among its homes. */
  step(dx, dy) {
    const m = this.model,
      inPod = m.current && m.current.home !== undefined;
    const centre = this.frame.worldAt(this.frame.map.getCenter());
    if (inPod) {
      const [x, y] = m.spot(m.current.home);
      const homes = m.current.pod >= 0 ? m.homesOf[m.current.pod] : m.loose;
      const next = nextIn(
        { x, y },
        dx,
        dy,
        homes.filter((i) => i !== m.current.home).map((i) => ({ x: m.spot(i)[0], y: m.spot(i)[1], i })),
      );
      if (next) this.chooseHome(next.i);
      return;
    }
    const from = m.current ? m.pods[m.current.pod] : null;
    const pods = m.pods
      .map((p, i) => ({ x: p.mx, y: p.my, i }))
      .filter((p) => m.podShown(p.i) && !Number.isNaN(p.x) && !(m.current && m.current.pod === p.i));
    const next = from ? nextIn({ x: from.mx, y: from.my }, dx, dy, pods) : nearest(centre, pods);
    if (!next) return;
    this.choosePod(next.i);
    const at = this.frame.latLng(next.x, next.y);
    if (!this.frame.map.getBounds().pad(-0.1).contains(at)) this.frame.go(at);
  }

  enter() {
    const m = this.model;
    if (!m.current) {
      this.step(0, 0);
      return;
    }
    if (m.current.home === undefined && m.current.pod >= 0) {
      if (!this.frame.opened) {
        this.choosePod(m.current.pod, { open: true, fit: true });
        return;
      }
      const pod = m.pods[m.current.pod];
      const first = nearest(
        [pod.mx, pod.my],
        m.homesOf[m.current.pod].map((i) => ({ x: m.spot(i)[0], y: m.spot(i)[1], i })),
      );
      if (first) this.chooseHome(first.i);
    } else if (m.current.home !== undefined) this.chooseHome(m.current.home);
  }

  leave() {
    const m = this.model;
    if (m.current && m.current.home !== undefined && m.current.pod >= 0) this.choosePod(m.current.pod);
    else this.choosePod(-1);
  }
}
