/* What all maps share: the Leaflet map, the sheets, the panel, the keyboard, light and dark. */
import { useCatalogue } from "./catalogue.js";
import { addControls } from "./controls.js";
import { calm, h, readColours, said, watchTheme } from "./dom.js";
import { world } from "./geometry.js";
import { Ground } from "./ground.js";
import { Room } from "./labels.js";
import { addHandle } from "./panel.js";
import { addSearch } from "./search.js";
import { Sheet } from "./sheet.js";
import { mapWords } from "./words.js";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Frame {
  /* config: {id, data?, ground?, units?, bare?}; `data` and `ground` are addresses on this site, or the JSON blocks
     #id-data and #id-ground are read. views: what draws and explains each kind of data. */
  constructor(config, views) {
    this.config = config;
    this.views = views;
    this.id = config.id;
    useCatalogue(this.block("words") || { language: document.documentElement.lang || "en", words: {} });
    this.words = mapWords(config.units);
    this.section = document.getElementById(config.id);
    this.stage = this.section.querySelector('[data-gm="stage"]');
    this.panel = this.section.querySelector('[data-gm="panel"]') || h("aside", {});
    this.live = h("p", { class: "gm-hush", role: "status", "aria-live": "polite" });
    this.notice = h("div", { class: "gm-notice", role: "status" }, this.words.loading);
    this.stage.append(this.notice, this.live);
  }

  async load() {
    performance.mark(`gm-start:${this.id}`);
    try {
      const asked = this.read("ground").catch((error) => console.error(error)); // the map works without it
      const data = await this.read("data"),
        ground = await asked;
      this.notice.remove();
      this.begin(data, ground || {});
      if (!ground) this.offerGround();
    } catch (error) {
      console.error(error);
      this.notice.classList.add("gm-failed");
      this.notice.replaceChildren(
        h("p", {}, this.words.failed),
        h(
          "button",
          {
            type: "button",
            class: "gm-chip",
            on: {
              click: () => {
                this.notice.classList.remove("gm-failed");
                this.notice.replaceChildren(this.words.loading);
                this.load();
              },
            },
          },
          this.words.again,
        ),
      );
      this.stage.append(this.notice);
    }
  }

  /* The homes are there, the streets and the water are not: say so, and let them be asked for again. */
  offerGround() {
    const again = async () => {
      button.disabled = true;
      try {
        const ground = await this.read("ground");
        this.ground = new Ground(ground, this.room);
        this.paintersBelow[0] = this.ground;
        this.colour();
        const bounds = boundsOfGround(ground);
        if (this.isNowhere && bounds) {
          this.bounds = bounds;
          this.showAll();
        }
        this.repaint();
        lost.remove();
      } catch (error) {
        console.error(error);
        button.disabled = false;
      }
    };
    const button = h("button", { type: "button", class: "gm-chip", on: { click: again } }, this.words.again);
    const lost = h("div", { class: "gm-lost", role: "status" }, h("p", {}, this.words.groundFailed), button);
    this.stage.append(lost);
  }

  /* What the page brought along as JSON: data, ground, words. */
  block(part) {
    const found = document.getElementById(`${this.id}-${part}`);
    return found && JSON.parse(found.textContent);
  }

  async read(part) {
    const address = this.config[part];
    if (!address) {
      return this.block(part) || {};
    }
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${part}: ${answer.status}`);
    return answer.json();
  }

  begin(data, ground) {
    this.kind = data.kind;
    this.colours = readColours(this.section);
    const still = calm();
    this.holder = h("div", {
      class: "gm-canvas",
      tabindex: "0",
      role: "application",
      "aria-label": data.title || this.words.kinds[this.kind].map,
      "aria-describedby": `${this.id}-keys`,
    });
    this.stage.append(
      this.holder,
      h("p", { class: "gm-hush", id: `${this.id}-keys` }, this.words.kinds[this.kind].keys),
    );
    this.map = L.map(this.holder, {
      zoomControl: false,
      attributionControl: false,
      keyboard: false,
      zoomSnap: 0.25,
      zoomDelta: 1,
      wheelPxPerZoomLevel: 90,
      minZoom: 8,
      maxZoom: 20,
      maxBoundsViscosity: 0.8,
      zoomAnimation: !still,
      fadeAnimation: false,
      markerZoomAnimation: !still,
      inertia: !still,
      bounceAtZoomLimits: false,
    });
    const known = boundsOf(data.bounds) || boundsOfGround(ground);
    this.isNowhere = !known;
    this.bounds =
      known ||
      L.latLngBounds([
        [20, -130],
        [55, -60],
      ]);
    this.showAll(boundsOf(data.core) || this.bounds);
    this.room = new Room();
    this.ground = new Ground(ground, this.room);
    if (this.ground.source) this.stage.append(h("p", { class: "gm-source" }, said(this.ground.source)));
    this.view = new this.views[this.kind](this, data);
    this.paintersBelow = [this.ground, ...this.view.below, { paint: (ctx, view) => this.paintLabels(ctx, view) }];
    this.paintersAbove = this.view.above;
    this.colour();
    this.below = new Sheet(this.paintersBelow, { pane: this.pane("ground", 210) }).addTo(this.map);
    this.above = new Sheet(this.paintersAbove, { pane: this.pane("marks", 420) }).addTo(this.map);
    addControls(this);
    addSearch(this, () => this.view.searchEntries(this.ground));
    addHandle(this);
    this.view.fillPanel();
    this.map.on("click", (e) => this.view.click(e.layerPoint, this.worldAt(e.latlng)));
    this.map.on("mousemove", (e) =>
      this.holder.classList.toggle("gm-hit", this.view.hits(e.layerPoint, this.worldAt(e.latlng))),
    );
    this.holder.addEventListener("keydown", (e) => this.key(e));
    watchTheme(() => {
      this.colours = readColours(this.section);
      this.colour();
      this.repaint();
    });
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(this.stage);
    // Canvas text needs the fonts at hand; the map is drawn without waiting for them.
    Promise.all(["400", "700"].map((w) => document.fonts.load(`${w} 13px "Atkinson Hyperlegible"`))).then(
      () => this.repaint(),
      () => {},
    );
    requestAnimationFrame(() => {
      performance.mark(`gm-drawn:${this.id}`);
      this.section.dataset.drawn = "true";
    });
  }

  pane(name, level) {
    const pane = this.map.createPane(`gm-${name}`);
    pane.style.zIndex = level;
    pane.style.pointerEvents = "none";
    return `gm-${name}`;
  }

  paintLabels(ctx, view) {
    this.room.cells.clear();
    this.view.reserve(view, this.room);
    this.ground.paintBarriers(ctx, view);
    this.ground.paintNames(ctx, view);
  }

  colour() {
    for (const painter of [...this.paintersBelow, ...this.paintersAbove]) painter.colours = this.colours;
  }

  repaint(all = true) {
    if (all) this.below.repaint();
    this.above.repaint();
  }

  worldAt(latlng) {
    return [world.x(latlng.lng), world.y(latlng.lat)];
  }

  latLng(wx, wy) {
    const n = Math.PI - (2 * Math.PI * wy) / 256;
    return L.latLng((180 / Math.PI) * Math.atan(Math.sinh(n)), (wx / 256) * 360 - 180);
  }

  /* Reach in world units of so many pixels. */
  reach(pixels) {
    return pixels / 2 ** this.map.getZoom();
  }

  /* The search box and the buttons lie over the edges: the town keeps clear of them. */
  showAll(bounds = this.bounds) {
    this.map.fitBounds(bounds, {
      animate: !calm() && Boolean(this.view),
      maxZoom: 17,
      paddingTopLeft: [24, 72],
      paddingBottomRight: [64, 40],
    });
  }

  go(latlng, zoom) {
    const still = calm() || !this.map.options.zoomAnimation;
    if (zoom === undefined || zoom === this.map.getZoom()) this.map.panTo(latlng, { animate: !still });
    else this.map.setView(latlng, zoom, { animate: !still });
  }

  fit(box, maxZoom = 17) {
    const bounds = L.latLngBounds(this.latLng(box[0], box[1]), this.latLng(box[2], box[3]));
    this.map.fitBounds(bounds, {
      animate: !calm(),
      maxZoom,
      paddingTopLeft: [48, 88],
      paddingBottomRight: [72, 56],
    });
  }

  /* Say it to those who listen; visibly too where it matters to all. */
  say(text, visible) {
    this.live.textContent = text;
    if (!visible) return;
    const toast = h("p", { class: "gm-toast" }, text);
    this.stage.append(toast);
    setTimeout(() => toast.remove(), 5000);
  }

  popup(latlng, card) {
    this.closePopup();
    this.opened = L.popup({
      className: "gm-popup",
      maxWidth: 300,
      minWidth: 180,
      autoPanPadding: [24, 64],
      offset: [0, -4],
    })
      .setLatLng(latlng)
      .setContent(card)
      .openOn(this.map);
    this.opened.on("remove", () => {
      this.opened = null;
    });
  }

  /* The panel is a small sheet below: what was chosen must be told on the map itself. */
  narrow() {
    return this.section.clientWidth < 768 && !this.stage.classList.contains("gm-raised");
  }

  closePopup() {
    if (this.opened) this.map.closePopup(this.opened);
  }

  /* A page around the map can listen: what was chosen, by its own key. */
  tell(detail) {
    this.section.dispatchEvent(new CustomEvent("geomatch:choose", { bubbles: true, detail }));
  }

  key(event) {
    if (event.target !== this.holder || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && this.view.nudge) this.view.nudge(arrow[0], arrow[1], event.shiftKey);
    else if (arrow && event.shiftKey) this.map.panBy([arrow[0] * 120, arrow[1] * 120], { animate: !calm() });
    else if (arrow) this.view.step(arrow[0], arrow[1]);
    else if (event.key === "Enter" || event.key === " ") this.view.enter();
    else if (event.key === "Escape") this.view.leave();
    else if (event.key === "+" || event.key === "=") this.map.zoomIn();
    else if (event.key === "-") this.map.zoomOut();
    else if (event.key === "0") this.showAll();
    else return;
    event.preventDefault();
  }
}

const boundsOf = (b) => (b ? L.latLngBounds([b[1], b[0]], [b[3], b[2]]) : null);

/* With nobody on it yet the map shows where the network is. */
function boundsOfGround(ground) {
  const layer = [ground.boundary, ground.streets].find((l) => l?.features.length);
  return layer ? L.geoJSON(layer).getBounds() : null;
}
