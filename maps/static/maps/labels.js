/* Names along streets, and room for them: no label covers another. */
/* Reserved places in pixels, as circles in a grid. */
export class Room {
  constructor() {
    this.cells = new Map();
  }
  free(x, y, r) {
    const cx = Math.floor(x / 48),
      cy = Math.floor(y / 48);
    for (let i = cx - 1; i <= cx + 1; i++) {
      for (let j = cy - 1; j <= cy + 1; j++) {
        for (const o of this.cells.get(i * 1e6 + j) || []) {
          if ((o[0] - x) ** 2 + (o[1] - y) ** 2 < (o[2] + r) ** 2) return false;
        }
      }
    }
    return true;
  }
  take(x, y, r) {
    const key = Math.floor(x / 48) * 1e6 + Math.floor(y / 48);
    const found = this.cells.get(key);
    if (found) found.push([x, y, r]);
    else this.cells.set(key, [[x, y, r]]);
  }
  takeIfFree(circles) {
    if (!circles.every((c) => this.free(c[0], c[1], c[2]))) return false;
    circles.forEach((c) => this.take(c[0], c[1], c[2]));
    return true;
  }
}

/* Scripts that join or turn: letters cannot be set one by one, the word is set whole. */
const WHOLE = /[\u0300-\u036f\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\ufb1d-\ufdff\ufe70-\ufeff]|\u200d|[\ud800-\udfff]/;

function lengths(path) {
  const at = new Float64Array(path.length / 2);
  for (let i = 1; i < at.length; i++) {
    at[i] = at[i - 1] + Math.hypot(path[2 * i] - path[2 * i - 2], path[2 * i + 1] - path[2 * i - 1]);
  }
  return at;
}

function along(path, at, distance) {
  let low = 0,
    high = at.length - 1;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (at[mid] <= distance) low = mid;
    else high = mid;
  }
  const share = (distance - at[low]) / (at[high] - at[low] || 1);
  const dx = path[2 * high] - path[2 * low],
    dy = path[2 * high + 1] - path[2 * low + 1];
  return [path[2 * low] + dx * share, path[2 * low + 1] + dy * share, Math.atan2(dy, dx)];
}

const turn = (a, b) => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

/* Where along the path the name bends least, near its middle; or null. */
function straightest(path, at, width) {
  const total = at[at.length - 1];
  let best = null,
    least = 0.9;
  const steps = 9;
  for (let s = 0; s < steps; s++) {
    const start = ((total - width) * (s + 0.5)) / steps;
    let bend = 0,
      previous = along(path, at, start)[2];
    for (let k = 1; k <= 6; k++) {
      const angle = along(path, at, start + (width * k) / 6)[2];
      bend += turn(angle, previous);
      previous = angle;
    }
    const cost = bend + (0.12 * Math.abs(s - (steps - 1) / 2)) / steps;
    if (cost < least) {
      least = cost;
      best = start;
    }
  }
  return best;
}

/* Write `text` along a path of pixels if there is room; the context carries font and colours. */
export function writeAlong(ctx, path, text, size, room, view) {
  const width = ctx.measureText(text).width,
    at = lengths(path),
    total = at[at.length - 1];
  if (total < width + 12) return false;
  const start = straightest(path, at, width);
  if (start === null) return false;
  const middle = along(path, at, start + width / 2);
  if (!view.holds(middle[0], middle[1], 40)) return false;
  const from = along(path, at, start),
    to = along(path, at, start + width);
  const flip = to[0] < from[0];
  const circles = [];
  for (let d = 0; d <= width; d += size * 0.8) {
    const p = along(path, at, start + d);
    circles.push([p[0], p[1], size * 0.62]);
  }
  if (!room.takeIfFree(circles)) return false;
  if (WHOLE.test(text)) {
    set(ctx, middle[0], middle[1], Math.atan2(to[1] - from[1], to[0] - from[0]) + (flip ? Math.PI : 0), text, "center");
    return true;
  }
  const letters = [];
  for (let i = 0; i < text.length; i++) {
    const before = ctx.measureText(text.slice(0, i)).width,
      own = ctx.measureText(text[i]).width;
    const p = along(path, at, start + (flip ? width - before - own / 2 : before + own / 2));
    letters.push([p[0], p[1], p[2] + (flip ? Math.PI : 0), text[i]]);
  }
  // All halos before all letters: a halo must not bite into its neighbour.
  for (const l of letters) set(ctx, l[0], l[1], l[2], l[3], "center", "halo");
  for (const l of letters) set(ctx, l[0], l[1], l[2], l[3], "center", "ink");
  return true;
}

function set(ctx, x, y, angle, text, align, part) {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(angle);
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  if (part !== "ink") ctx.strokeText(text, 0, 0);
  if (part !== "halo") ctx.fillText(text, 0, 0);
  ctx.restore();
}

export const writeAt = (ctx, x, y, text, align) => set(ctx, x, y, 0, text, align || "center");
