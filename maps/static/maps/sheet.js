/* A sheet of canvas over the map, and the flat world its painters draw in.
   One canvas for thousands of homes: a DOM node each would take half a minute. */
/* How the world lies under the sheet at this moment. */
class View {
  constructor(map, bounds) {
    this.zoom = map.getZoom();
    this.scale = 2 ** this.zoom;
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

export const Sheet = L.Renderer.extend({
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
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
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
