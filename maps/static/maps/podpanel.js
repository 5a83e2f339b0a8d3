/* The panel beside a pod map: the sentence, the filter, the key, and the table of pods or homes. */

import { number } from "./catalogue.js";
import { h, icon, link, said } from "./dom.js";
import { chips, legend, pictures, table } from "./panel.js";

export class PodPanel {
  constructor(view) {
    this.view = view;
    this.frame = view.frame;
    this.model = view.model;
    this.words = view.words;
  }

  fill() {
    const m = this.model,
      w = this.words,
      needs = m.pods.filter((p) => p.needs.length).length;
    this.sentence = h("p", { class: "gm-sentence", role: "status" });
    this.list = h("div", { class: "gm-list" });
    const choices = [{ id: "all", text: w.all, count: m.pods.length }];
    if (needs) choices.push({ id: "needs", text: w.needsYou, count: needs, amber: true });
    if (m.loose.length) choices.push({ id: "loose", text: w.noPod, count: m.loose.length });
    const filter = choices.length > 1 ? chips(choices, "all", (id) => this.setFilter(id)) : null;
    this.frame.panel.append(
      h("div", { class: "gm-panel-head" }, this.sentence, filter || ""),
      this.list,
      this.legend(),
    );
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
    const m = this.model,
      shown = m.pods.filter((_, i) => m.podShown(i)).length;
    this.sentence.textContent = m.n
      ? this.words.podSentence(m.pods.length, shown, m.n, m.pods.filter((p) => p.needs.length).length, m.loose.length)
      : this.words.empty;
  }

  legend() {
    const w = this.words,
      g = this.frame.ground,
      p = pictures,
      m = this.model;
    const layer = (thing, name, text, symbol) => ({
      text,
      symbol,
      on: true,
      toggle: (on) => {
        thing[name] = on;
        this.frame.repaint();
      },
    });
    return legend(
      this.frame,
      [
        layer(this.view.areas, "on", w.layerAreas, p.area()),
        layer(this.view.homes, "on", w.layerHomes, p.home()),
        m.buildings.length && { text: w.layerBuilding, symbol: p.doors() },
        m.points.length && { text: w.pointPersonHome, symbol: p.point() },
        m.loose.length && layer(m, "looseOn", w.layerNoPod, p.loose()),
        m.pods.some((pod) => pod.needs.length) && { text: w.layerNeeds, symbol: p.needs() },
        g.barriers.some((b) => !b.p.crossing) && layer(g.on, "barriers", w.layerBarriers, p.barrier()),
        g.barriers.some((b) => b.p.crossing) && { text: w.layerCrossing, symbol: p.crossing() },
        g.streets.length && layer(g.on, "names", w.layerNames, p.names()),
        g.buildings.length && layer(g.on, "buildings", w.layerBuildings, p.building()),
      ].filter(Boolean),
    );
  }

  /* The table: pods, or the homes of the chosen pod, or the homes in none. */
  showList(home) {
    const m = this.model;
    const wanted = m.filter === "loose" ? "loose" : m.chosenPod >= 0 ? `pod ${m.chosenPod}` : m.filter;
    if (this.listed !== wanted) {
      this.listed = wanted;
      this.list.replaceChildren(
        ...(m.filter === "loose"
          ? this.looseTable()
          : m.chosenPod >= 0
            ? this.podDetail(m.chosenPod)
            : this.podTable()),
      );
      this.list.scrollTop = 0;
    }
    if (home !== undefined) this.table.mark(home);
  }

  podTable() {
    const m = this.model,
      w = this.words;
    const rows = m.pods
      .map((pod, i) => ({ pod, i }))
      .filter(({ i }) => m.podShown(i))
      .map(({ pod, i }) => ({
        id: i,
        cells: [
          h(
            "span",
            { class: `gm-number gm-pod-${pod.colour}` },
            h("span", { class: "gm-hush" }, `${w.pod} `),
            String(pod.number),
          ),
          [pod.name ? said(pod.name) : "", ...pod.needs.map((need) => h("span", { class: "gm-need" }, said(need)))],
          number(pod.doors),
          number(pod.people),
        ],
      }));
    this.table = table(
      w.pods,
      [
        { text: w.pod, kind: "slim" },
        { text: w.name },
        { text: w.homes, kind: "num" },
        { text: w.people, kind: "num" },
      ],
      rows,
      (i) => this.view.choosePod(i, { open: true, fit: true }),
    );
    return [this.table.node];
  }

  podDetail(i) {
    const m = this.model,
      w = this.words,
      pod = m.pods[i];
    const back = h(
      "button",
      {
        type: "button",
        class: "gm-back",
        on: {
          click: () => {
            this.view.choosePod(-1);
            this.list.querySelector("button")?.focus();
          },
        },
      },
      icon("back"),
      w.backToPods,
    );
    const head = h(
      "div",
      { class: "gm-detail" },
      h(
        "h2",
        {},
        h("span", { class: `gm-number gm-pod-${pod.colour}` }, String(pod.number)),
        " ",
        said(pod.name || `${w.pod} ${pod.number}`),
      ),
      h("p", {}, w.homesAndPeople(pod.doors, pod.people)),
      this.pointPerson(i),
      pod.walk ? h("p", {}, w.walk(pod.walk)) : "",
      pod.needs.length
        ? h(
            "ul",
            { class: "gm-needs" },
            pod.needs.map((need) => h("li", {}, said(need))),
          )
        : "",
      pod.href ? link(pod.href, w.openPod) : "",
    );
    return [back, head, this.homeTable(m.homesOf[i], w.podTitle(pod))];
  }

  pointPerson(i) {
    const m = this.model,
      w = this.words;
    const home = m.homesOf[i].find((j) => m.text("point", j));
    const who = m.pods[i].pointPerson || (home === undefined ? "" : m.label(home));
    return who ? h("p", {}, said(w.pointPersonIs(who))) : h("p", { class: "gm-soft" }, w.noPointPerson);
  }

  looseTable() {
    return [this.homeTable(this.model.loose, this.words.noPodLong)];
  }

  homeTable(homes, caption) {
    const m = this.model,
      w = this.words;
    const rows = homes.map((i) => {
      const calls = [m.text("reason", i), Number.isNaN(m.x[i]) && !m.text("reason", i) && w.notOnMap].filter(Boolean);
      const told = calls.map((call) => h("span", { class: "gm-need" }, said(call)));
      return { id: i, cells: [[said(m.label(i)), ...told], number(m.people(i))] };
    });
    this.table = table(caption, [{ text: w.address }, { text: w.people, kind: "num" }], rows, (i) =>
      this.view.chooseHome(i, { go: true }),
    );
    return this.table.node;
  }
}
