/* The flat world a map is drawn in, and which of its points are near: no page, no Leaflet. */
/* World coordinates: Web Mercator on a square of 256, projected once when the data arrive. */
export const world = {
  x: (lon) => 256 * (0.5 + lon / 360),
  y(lat) {
    const s = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return 256 * (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI));
  },
  line(positions) {
    const out = new Float64Array(positions.length * 2);
    positions.forEach((p, i) => {
      out[2 * i] = world.x(p[0]);
      out[2 * i + 1] = world.y(p[1]);
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

/* The nearest of some points in a direction: near the axis counts for more than near. */
export function nextIn(from, dx, dy, points) {
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
}

export function nearest([x, y], points) {
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
}

/* Even-odd rule over all rings: holes are outside. */
export function inside(pod, [x, y]) {
  const b = pod.box;
  if (x < b[0] || x > b[2] || y < b[1] || y > b[3]) return false;
  let odd = false;
  for (const ring of pod.lines) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if (
        ring[i + 1] > y !== ring[j + 1] > y &&
        x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]
      )
        odd = !odd;
    }
  }
  return odd;
}
/* Which points are near a place: cells of a fixed size in the flat world. */
export class Grid {
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
}
