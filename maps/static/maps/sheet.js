/* A sheet of canvas over the map, and the flat world its painters draw in.
   One canvas for thousands of homes: a DOM node each would take half a minute. */
(function () {
  "use strict";
  const G = (window.GeomatchMaps = window.GeomatchMaps || {});

  /* World coordinates: Web Mercator on a square of 256, projected once when the data arrive. */
  G.world = {
    x: (lon) => 256 * (0.5 + lon / 360),
    y(lat) {
      const s = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
      return 256 * (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI));
    },
    line(positions) {
      const out = new Float64Array(positions.length * 2);
      positions.forEach((p, i) => {
        out[2 * i] = G.world.x(p[0]);
        out[2 * i + 1] = G.world.y(p[1]);
      });
      return out;
    },
    around: (boxes) =>
      boxes.reduce(
        (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
        [Infinity, Infinity, -Infinity, -Infinity],
      ),
    box(line) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i < line.length; i += 2) {
        box[0] = Math.min(box[0], line[i]);
        box[1] = Math.min(box[1], line[i + 1]);
        box[2] = Math.max(box[2], line[i]);
        box[3] = Math.max(box[3], line[i + 1]);
      }
      return box;
    },
  };

  /* How the world lies under the sheet at this moment. */
  class View {
    constructor(map, bounds) {
      this.zoom = map.getZoom();
      this.scale = Math.pow(2, this.zoom);
      const origin = map.getPixelOrigin();
      this.ox = origin.x;
      this.oy = origin.y;
      this.left = bounds.min.x;
      this.top = bounds.min.y;
      this.right = bounds.max.x;
      this.bottom = bounds.max.y;
      const lat = (map.getCenter().lat * Math.PI) / 180;
      this.metresPerPixel = (40075016.686 * Math.cos(lat)) / (256 * this.scale);
    }
    x(wx) {
      return wx * this.scale - this.ox;
    }
    y(wy) {
      return wy * this.scale - this.oy;
    }
    sees(box) {
      return (
        this.x(box[2]) >= this.left &&
        this.x(box[0]) <= this.right &&
        this.y(box[3]) >= this.top &&
        this.y(box[1]) <= this.bottom
      );
    }
    holds(x, y, margin) {
      return x > this.left - margin && x < this.right + margin && y > this.top - margin && y < this.bottom + margin;
    }
    trace(ctx, line) {
      ctx.moveTo(this.x(line[0]), this.y(line[1]));
      for (let i = 2; i < line.length; i += 2) ctx.lineTo(this.x(line[i]), this.y(line[i + 1]));
    }
  }

  G.Sheet = L.Renderer.extend({
    options: { padding: 0.2 },
    initialize(painters, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._painters = painters;
    },
    repaint() {
      if (this._map && !this._waiting) {
        this._waiting = requestAnimationFrame(() => {
          this._waiting = 0;
          if (this._map) this._paint();
        });
      }
    },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this._ctx = this._container.getContext("2d");
    },
    _destroyContainer() {
      cancelAnimationFrame(this._waiting);
      this._container.remove();
    },
    _updatePaths() {},
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize(),
        canvas = this._container;
      const dots = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(canvas, this._bounds.min);
      if (canvas.width !== Math.round(dots * size.x) || canvas.height !== Math.round(dots * size.y)) {
        canvas.width = Math.round(dots * size.x);
        canvas.height = Math.round(dots * size.y);
        canvas.style.width = size.x + "px";
        canvas.style.height = size.y + "px";
      }
      this._dots = dots;
      this._paint();
    },
    _paint() {
      const ctx = this._ctx,
        b = this._bounds;
      ctx.setTransform(this._dots, 0, 0, this._dots, 0, 0);
      ctx.clearRect(0, 0, b.max.x - b.min.x, b.max.y - b.min.y);
      ctx.translate(-b.min.x, -b.min.y);
      const view = new View(this._map, b);
      for (const painter of this._painters) painter.paint(ctx, view);
    },
  });

  /* Which points are near a place: cells of a fixed size in the flat world. */
  G.Grid = class {
    constructor(xs, ys, cell) {
      this.cell = cell;
      this.xs = xs;
      this.ys = ys;
      this.cells = new Map();
      for (let i = 0; i < xs.length; i++) {
        if (Number.isNaN(xs[i])) continue;
        const key = this.key(Math.floor(xs[i] / cell), Math.floor(ys[i] / cell));
        const found = this.cells.get(key);
        if (found) found.push(i);
        else this.cells.set(key, [i]);
      }
    }
    key(cx, cy) {
      return cx * 1e8 + cy;
    }
    nearest(x, y, reach, allowed) {
      let best = -1,
        least = reach * reach;
      const span = Math.ceil(reach / this.cell),
        cx = Math.floor(x / this.cell),
        cy = Math.floor(y / this.cell);
      if (span > 60) return this.scan(x, y, least, allowed);
      for (let i = cx - span; i <= cx + span; i++) {
        for (let j = cy - span; j <= cy + span; j++) {
          for (const k of this.cells.get(this.key(i, j)) || []) {
            const d = (this.xs[k] - x) ** 2 + (this.ys[k] - y) ** 2;
            if (d < least && (!allowed || allowed(k))) {
              least = d;
              best = k;
            }
          }
        }
      }
      return best;
    }
    scan(x, y, least, allowed) {
      let best = -1;
      for (let k = 0; k < this.xs.length; k++) {
        const d = (this.xs[k] - x) ** 2 + (this.ys[k] - y) ** 2;
        if (d < least && (!allowed || allowed(k))) {
          least = d;
          best = k;
        }
      }
      return best;
    }
  };
})();
