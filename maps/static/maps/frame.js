/* What both maps share: the Leaflet map, the sheets, the panel, the keyboard, light and dark.
   GeomatchMaps.open(config) is the one call a page makes. config: {id, data?, ground?, words?, units?}:
   `data` and `ground` are addresses on this site, or the JSON blocks #id-data and #id-ground are read. */
(function () {
  "use strict";
  const G = (window.GeomatchMaps = window.GeomatchMaps || {});
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  /* What a kind of map calls itself, its keys and its search, in the table of words. */
  G.naming = {
    pods: { map: "mapOfPods", keys: "keysPods", search: "search" },
    matches: { map: "mapOfMatches", keys: "keysMatches", search: "searchMatches" },
    place: { map: "mapOfPlace", keys: "keysPlace", search: "searchPlace" },
  };
  G.frames = {};
  G.views = G.views || {};

  G.open = function (config) {
    const frame = new Frame(config);
    G.frames[config.id] = frame;
    frame.load();
    return frame;
  };

  class Frame {
    constructor(config) {
      this.config = config;
      this.id = config.id;
      this.words = Object.assign({}, G.defaultWords, config.words);
      if (config.units) G.units = config.units;
      this.section = document.getElementById(config.id);
      this.stage = this.section.querySelector('[data-gm="stage"]');
      this.panel = this.section.querySelector('[data-gm="panel"]') || G.h("aside", {});
      this.live = G.h("p", { class: "gm-hush", role: "status", "aria-live": "polite" });
      this.notice = G.h("div", { class: "gm-notice", role: "status" }, this.words.loading);
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
          G.h("p", {}, this.words.failed),
          G.h(
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
          this.ground = new G.Ground(ground, this.room);
          this.paintersBelow[0] = this.ground;
          this.colour();
          if (this.isNowhere && boundsOfGround(ground)) this.showAll((this.bounds = boundsOfGround(ground)));
          this.repaint();
          lost.remove();
        } catch (error) {
          console.error(error);
          button.disabled = false;
        }
      };
      const button = G.h("button", { type: "button", class: "gm-chip", on: { click: again } }, this.words.again);
      const lost = G.h("div", { class: "gm-lost", role: "status" }, G.h("p", {}, this.words.groundFailed), button);
      this.stage.append(lost);
    }

    async read(part) {
      const address = this.config[part];
      if (!address) {
        const block = document.getElementById(`${this.id}-${part}`);
        return block ? JSON.parse(block.textContent) : {};
      }
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`${part}: ${answer.status}`);
      return answer.json();
    }

    begin(data, ground) {
      this.kind = data.kind;
      this.colours = G.readColours(this.section);
      const calm = G.calm();
      this.holder = G.h("div", {
        class: "gm-canvas",
        tabindex: "0",
        role: "application",
        "aria-label": data.title || this.words[G.naming[this.kind].map],
        "aria-describedby": `${this.id}-keys`,
      });
      this.stage.append(
        this.holder,
        G.h(
          "p",
          { class: "gm-hush", id: `${this.id}-keys` },
          this.words[G.naming[this.kind].keys],
        ),
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
        zoomAnimation: !calm,
        fadeAnimation: false,
        markerZoomAnimation: !calm,
        inertia: !calm,
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
      this.room = new G.Room();
      this.ground = new G.Ground(ground, this.room);
      if (this.ground.source) this.stage.append(G.h("p", { class: "gm-source" }, G.said(this.ground.source)));
      this.view = new G.views[this.kind](this, data);
      this.paintersBelow = [this.ground, ...this.view.below, { paint: (ctx, view) => this.paintLabels(ctx, view) }];
      this.paintersAbove = this.view.above;
      this.colour();
      this.below = new G.Sheet(this.paintersBelow, { pane: this.pane("ground", 210) }).addTo(this.map);
      this.above = new G.Sheet(this.paintersAbove, { pane: this.pane("marks", 420) }).addTo(this.map);
      G.addControls(this);
      G.addSearch(this, () => this.view.searchEntries(this.ground));
      G.addHandle(this);
      this.view.fillPanel();
      this.map.on("click", (e) => this.view.click(e.layerPoint, this.worldAt(e.latlng)));
      this.map.on("mousemove", (e) =>
        this.holder.classList.toggle("gm-hit", this.view.hits(e.layerPoint, this.worldAt(e.latlng))),
      );
      this.holder.addEventListener("keydown", (e) => this.key(e));
      G.watchTheme(() => {
        this.colours = G.readColours(this.section);
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
      return [G.world.x(latlng.lng), G.world.y(latlng.lat)];
    }

    latLng(wx, wy) {
      const n = Math.PI - (2 * Math.PI * wy) / 256;
      return L.latLng((180 / Math.PI) * Math.atan(Math.sinh(n)), (wx / 256) * 360 - 180);
    }

    /* Reach in world units of so many pixels. */
    reach(pixels) {
      return pixels / Math.pow(2, this.map.getZoom());
    }

    /* The search box and the buttons lie over the edges: the town keeps clear of them. */
    showAll(bounds = this.bounds) {
      this.map.fitBounds(bounds, {
        animate: !G.calm() && Boolean(this.view),
        maxZoom: 17,
        paddingTopLeft: [24, 72],
        paddingBottomRight: [64, 40],
      });
    }

    go(latlng, zoom) {
      const calm = G.calm() || !this.map.options.zoomAnimation;
      if (zoom === undefined || zoom === this.map.getZoom()) this.map.panTo(latlng, { animate: !calm });
      else this.map.setView(latlng, zoom, { animate: !calm });
    }

    fit(box, maxZoom = 17) {
      const bounds = L.latLngBounds(this.latLng(box[0], box[1]), this.latLng(box[2], box[3]));
      this.map.fitBounds(bounds, {
        animate: !G.calm(),
        maxZoom,
        paddingTopLeft: [48, 88],
        paddingBottomRight: [72, 56],
      });
    }

    /* Say it to those who listen; visibly too where it matters to all. */
    say(text, visible) {
      this.live.textContent = text;
      if (!visible) return;
      const toast = G.h("p", { class: "gm-toast" }, text);
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
      else if (arrow && event.shiftKey) this.map.panBy([arrow[0] * 120, arrow[1] * 120], { animate: !G.calm() });
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
    const layer = [ground.boundary, ground.streets].find((l) => l && l.features.length);
    return layer ? L.geoJSON(layer).getBounds() : null;
  }

  /* The nearest of some points in a direction: near the axis counts for more than near. */
  G.nextIn = function (from, dx, dy, points) {
    let best = null,
      least = Infinity;
    for (const p of points) {
      const ax = p.x - from.x,
        ay = p.y - from.y;
      const ahead = ax * dx + ay * dy,
        aside = Math.abs(ax * dy - ay * dx);
      if (ahead <= 1e-12 || aside > 2.2 * ahead) continue;
      const cost = ahead + 2 * aside;
      if (cost < least) {
        least = cost;
        best = p;
      }
    }
    return best;
  };

  G.nearest = function ([x, y], points) {
    let best = null,
      least = Infinity;
    for (const p of points) {
      const d = (p.x - x) ** 2 + (p.y - y) ** 2;
      if (d < least) {
        least = d;
        best = p;
      }
    }
    return best;
  };

  /* What a popup holds. lines: text or nodes. */
  G.card = function (title, lines, needs, links) {
    return G.h(
      "div",
      { class: "gm-card" },
      G.h("p", { class: "gm-card-title" }, G.said(title)),
      lines.filter(Boolean).map((line) => G.h("p", {}, line)),
      needs && needs.length
        ? G.h(
            "ul",
            { class: "gm-needs" },
            needs.map((need) => G.h("li", {}, G.said(need))),
          )
        : null,
      (links || []).filter(Boolean),
    );
  };
})();
