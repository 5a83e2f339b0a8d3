/* Homes, buildings of several doors, pod areas and pod numbers: what is drawn over the ground. */
import { fade, mix } from "./dom.js";
import { Room } from "./labels.js";

const FONT = '"Atkinson Hyperlegible", system-ui, sans-serif';

/* Radius of a home's dot by zoom: a pin prick from afar, a coin in the street. */
export const dotRadius = (zoom) => Math.max(1.4, Math.min(8, 1.5 * 1.5 ** (zoom - 13.6)));

export const dotsHidden = (view) => view.metresPerPixel > 12;
/* From which zoom a building's badge says how many doors: a tower before a pair. */
export const badgeWritten = (building, zoom) => zoom >= (building.doors > 4 ? 14.8 : 15.8);

export function roundedBox(ctx, x, y, w, h, r) {
  ctx.beginPath();
  if (ctx.roundRect) {
    ctx.roundRect(x, y, w, h, r);
    return;
  }
  ctx.moveTo(x + r, y);
  ctx.arcTo(x + w, y, x + w, y + h, r);
  ctx.arcTo(x + w, y + h, x, y + h, r);
  ctx.arcTo(x, y + h, x, y, r);
  ctx.arcTo(x, y, x + w, y, r);
  ctx.closePath();
}

/* Soft areas of the pods, under the street names. */
export class PodAreas {
  constructor(model) {
    this.model = model;
    this.on = true;
  }
  paint(ctx, view) {
    if (!this.on) return;
    const c = this.colours,
      m = this.model;
    ctx.lineJoin = "round";
    m.pods.forEach((pod, i) => {
      if (!pod.lines.length || !m.podShown(i) || !view.sees(pod.box)) return;
      const colour = c[`pod-${pod.colour}`],
        chosen = m.chosenPod === i;
      ctx.beginPath();
      for (const ring of pod.lines) {
        view.trace(ctx, ring);
        ctx.closePath();
      }
      // From afar the dots are left out: the areas alone say where the pods are.
      const far = dotsHidden(view) ? 0.55 : 0;
      ctx.fillStyle = fade(colour, chosen ? (c.dark ? 0.42 : 0.34) : far || (c.dark ? 0.24 : 0.2));
      ctx.fill("evenodd");
      if (far && !chosen) return;
      if (chosen) {
        ctx.strokeStyle = fade(c.halo, 0.9);
        ctx.lineWidth = 6;
        ctx.stroke();
      }
      ctx.strokeStyle = mix(colour, c["pod-line"], chosen ? 0.35 : 0.2);
      ctx.lineWidth = chosen ? 2.6 : view.metresPerPixel > 7 ? 0.9 : 1.4;
      ctx.stroke();
    });
  }
}

/* Homes and badges. */
export class Homes {
  constructor(model) {
    this.model = model;
    this.on = true;
  }

  paint(ctx, view) {
    if (!this.on) return;
    const m = this.model,
      r = dotRadius(view.zoom);
    const outline = view.zoom >= 15,
      hidden = dotsHidden(view);
    const byColour = new Map();
    for (let i = 0; i < m.n; i++) {
      if (m.inBuilding[i] || Number.isNaN(m.x[i]) || !m.homeShown(i)) continue;
      if (hidden && m.pod[i] >= 0) continue;
      const x = view.x(m.x[i]),
        y = view.y(m.y[i]);
      if (!view.holds(x, y, 12)) continue;
      const name = m.pod[i] < 0 ? "pod-none" : `pod-${m.pods[m.pod[i]].colour}`;
      const key = m.faded(i) ? `${name}/faded` : name;
      if (!byColour.has(key)) byColour.set(key, []);
      byColour.get(key).push(x, y, i);
    }
    for (const [key, spots] of byColour) this.dots(ctx, key, spots, r, outline);
    if (!hidden) this.badges(ctx, view, r);
    if (view.zoom >= 15.5) this.pointPersons(ctx, view, r);
    if (m.current && m.current.home !== undefined) this.ring(ctx, view, m.current.home, r);
  }

  dots(ctx, key, spots, r, outline) {
    const c = this.colours,
      [name, faded] = key.split("/"),
      loose = name === "pod-none";
    ctx.globalAlpha = faded ? 0.35 : 1;
    ctx.beginPath();
    for (let k = 0; k < spots.length; k += 3) {
      ctx.moveTo(spots[k] + r, spots[k + 1]);
      ctx.arc(spots[k], spots[k + 1], r, 0, 6.2832);
    }
    if (loose) {
      // open rings: told apart without colour
      ctx.fillStyle = c.surface;
      ctx.fill();
      ctx.strokeStyle = c.ink;
      ctx.lineWidth = Math.max(1.4, r * 0.38);
      ctx.stroke();
    } else {
      ctx.fillStyle = c[name];
      ctx.fill();
      ctx.strokeStyle = outline ? mix(c[name], c["pod-line"], 0.6) : mix(c[name], c["pod-line"], 0.35);
      ctx.lineWidth = outline ? 1 : 0.6;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }

  badges(ctx, view, r) {
    const m = this.model,
      c = this.colours,
      large = view.zoom >= 16.2;
    const size = Math.max(r * 2.3, 5);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    m.buildings.forEach((b) => {
      if (!m.buildingShown(b) || !view.holds(view.x(b.x), view.y(b.y), 40)) return;
      const x = view.x(b.x),
        y = view.y(b.y),
        colour = b.pod < 0 ? "pod-none" : `pod-${m.pods[b.pod].colour}`;
      const text = large ? m.words.doors(b.doors) : String(b.doors);
      ctx.font = `700 ${large ? 12 : 11}px ${FONT}`;
      const written = badgeWritten(b, view.zoom);
      const w = written ? ctx.measureText(text).width + 10 : size,
        h = written ? (large ? 20 : 17) : size;
      ctx.globalAlpha = b.homes.every((i) => m.faded(i)) ? 0.4 : 1;
      roundedBox(ctx, x - w / 2, y - h / 2, w, h, written ? 4 : 1.5);
      ctx.fillStyle = written ? c.surface : c[colour];
      ctx.fill();
      ctx.strokeStyle = mix(c[colour], c["pod-line"], 0.25);
      ctx.lineWidth = written ? 2.2 : 1;
      ctx.stroke();
      if (written) {
        ctx.fillStyle = c.ink;
        ctx.fillText(text, x, y + 0.5);
      }
      ctx.globalAlpha = 1;
    });
  }

  /* The point person's home is a small house instead of a dot. */
  pointPersons(ctx, view, r) {
    const m = this.model,
      c = this.colours,
      s = r * 1.5;
    for (const i of m.points) {
      if (!m.homeShown(i) || m.inBuilding[i]) continue;
      const x = view.x(m.x[i]),
        y = view.y(m.y[i]);
      if (!view.holds(x, y, 20)) continue;
      ctx.beginPath();
      ctx.moveTo(x, y - s * 1.15);
      ctx.lineTo(x + s, y - s * 0.15);
      ctx.lineTo(x + s, y + s);
      ctx.lineTo(x - s, y + s);
      ctx.lineTo(x - s, y - s * 0.15);
      ctx.closePath();
      ctx.fillStyle = m.pod[i] < 0 ? c["pod-none"] : c[`pod-${m.pods[m.pod[i]].colour}`];
      ctx.fill();
      ctx.strokeStyle = c["pod-line"];
      ctx.lineWidth = 1.4;
      ctx.stroke();
    }
  }

  ring(ctx, view, i, r) {
    const c = this.colours,
      x = view.x(this.model.spot(i)[0]),
      y = view.y(this.model.spot(i)[1]);
    for (const [colour, width] of [
      [c.halo, 6],
      [c.focus, 3],
    ]) {
      ctx.beginPath();
      ctx.arc(x, y, Math.max(11, r + 6), 0, 6.2832);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }
}

/* Pod numbers: pills in the pod's colour, an amber mark where somebody is needed. */
export class PodNumbers {
  constructor(model) {
    this.model = model;
    this.placed = [];
  }

  /* Find room for them first, so that street names keep out of their way. Near the middle of the
     pod, beside its badges and homes; on the middle where there is no better place. */
  place(view, room) {
    const m = this.model,
      taken = this.obstacles(view);
    this.placed = [];
    const order = m.pods.map((_, i) => i).filter((i) => m.podShown(i) && !Number.isNaN(m.pods[i].mx));
    order.sort((a, b) => rank(m, b) - rank(m, a));
    for (const i of order) {
      const pod = m.pods[i],
        x = view.x(pod.mx),
        y = view.y(pod.my);
      if (!view.holds(x, y, 20)) continue;
      // From afar a number would be larger than its pod: only those that call somebody stay.
      const extent = Math.max(pod.box[2] - pod.box[0], pod.box[3] - pod.box[1]) * view.scale;
      if (extent < 30 && !pod.needs.length && m.chosenPod !== i) continue;
      const half = 7 + 3.6 * String(pod.number).length;
      const pill = (dx, dy) => [
        [x + dx - half / 2, y + dy, 10],
        [x + dx + half / 2, y + dy, 10],
      ];
      const steps = extent > 70 ? AROUND : AROUND.slice(0, 1);
      const best =
        steps.find(([dx, dy]) =>
          pill(dx, dy).every((c) => taken.free(c[0], c[1], c[2]) && room.free(c[0], c[1], c[2])),
        ) || AROUND[0];
      if (room.takeIfFree(pill(best[0], best[1]))) this.placed.push({ i, x: x + best[0], y: y + best[1], half });
    }
  }

  obstacles(view) {
    const m = this.model,
      room = new Room();
    if (view.zoom < 14.8) return room;
    for (const b of m.buildings) {
      const x = view.x(b.x),
        y = view.y(b.y),
        half = view.zoom >= 16.2 ? 26 : 8;
      if (!view.holds(x, y, 40) || !badgeWritten(b, view.zoom)) continue;
      for (let d = -half; d <= half; d += 13) room.take(x + d, y, 10);
    }
    if (view.zoom < 15.5) return room;
    for (let i = 0; i < m.n; i++) {
      if (!m.inBuilding[i] && view.holds(view.x(m.x[i]), view.y(m.y[i]), 10))
        room.take(view.x(m.x[i]), view.y(m.y[i]), dotRadius(view.zoom) + 1);
    }
    return room;
  }

  paint(ctx) {
    const m = this.model,
      c = this.colours;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const p of this.placed) {
      const pod = m.pods[p.i],
        chosen = m.chosenPod === p.i,
        h = chosen ? 24 : 20,
        half = p.half + (chosen ? 3 : 0);
      ctx.font = `700 ${chosen ? 15 : 12.5}px ${FONT}`;
      roundedBox(ctx, p.x - half, p.y - h / 2, 2 * half, h, h / 2);
      ctx.fillStyle = c[`pod-${pod.colour}`];
      ctx.fill();
      ctx.strokeStyle = c.surface;
      ctx.lineWidth = 1.8;
      ctx.stroke();
      ctx.fillStyle = c[`pod-${pod.colour}-ink`];
      ctx.fillText(String(pod.number), p.x, p.y + 0.5);
      if (pod.needs.length) this.mark(ctx, p.x + half - 1, p.y - h / 2 + 1);
      if (m.current && m.current.pod === p.i && m.current.home === undefined) {
        roundedBox(ctx, p.x - half - 4, p.y - h / 2 - 4, 2 * half + 8, h + 8, h / 2 + 4);
        ctx.strokeStyle = c.focus;
        ctx.lineWidth = 3;
        ctx.stroke();
      }
    }
  }

  mark(ctx, x, y) {
    const c = this.colours;
    ctx.beginPath();
    ctx.arc(x, y, 7, 0, 6.2832);
    ctx.fillStyle = c.amber;
    ctx.fill();
    ctx.strokeStyle = c.surface;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    ctx.font = `700 10.5px ${FONT}`;
    ctx.fillStyle = "#1d2722";
    ctx.fillText("!", x, y + 0.5);
  }

  at(x, y) {
    const hit = this.placed.find((p) => Math.abs(p.x - x) < p.half + 3 && Math.abs(p.y - y) < 13);
    return hit ? hit.i : -1;
  }
}

const AROUND = [
  [0, 0],
  ...[16, 30, 46].flatMap((r) => [
    [0, -r],
    [0, r],
    [-r, 0],
    [r, 0],
    [-r, -r],
    [r, -r],
    [-r, r],
    [r, r],
  ]),
];
const rank = (m, i) => (m.chosenPod === i ? 1e6 : 0) + (m.pods[i].needs.length ? 1e3 : 0) + m.pods[i].doors;
