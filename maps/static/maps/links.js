/* Requests, volunteers and the lines between them, on canvas. */
import { fade } from "./dom.js";
import { writeAt } from "./labels.js";

const FONT = '"Atkinson Hyperlegible", system-ui, sans-serif';

const size = (zoom) => Math.max(3.2, Math.min(9, 3.2 * 1.32 ** (zoom - 12.5)));

/* Lines: full where both said yes, dashed while nobody has answered, thin while only proposed. */
const STYLE = {
  accepted: { width: 2.4, dash: [] },
  done: { width: 2.4, dash: [] },
  offered: { width: 2, dash: [7, 5] },
  proposed: { width: 1.6, dash: [] },
  declined: { width: 1.4, dash: [2, 4] },
};

export class MatchLines {
  constructor(model) {
    this.model = model;
    this.on = true;
  }
  paint(ctx, view) {
    if (!this.on) return;
    const m = this.model,
      c = this.colours;
    ctx.lineCap = "round";
    for (const faded of [true, false]) {
      m.matches.forEach((match, i) => {
        if (!m.matchShown(i) || m.faded(i) !== faded) return;
        const a = m.requests[match.request],
          b = m.volunteers[match.volunteer];
        if (!m.known(a) || !m.known(b)) return;
        const style = STYLE[match.state] || STYLE.proposed,
          chosen = m.chosen(i);
        const from = m.at(a, view),
          to = m.at(b, view);
        ctx.beginPath();
        ctx.moveTo(from[0], from[1]);
        const bend = [(from[0] + to[0]) / 2 - (to[1] - from[1]) * 0.1, (from[1] + to[1]) / 2 + (to[0] - from[0]) * 0.1];
        ctx.quadraticCurveTo(bend[0], bend[1], to[0], to[1]);
        if (chosen) {
          ctx.setLineDash([]);
          ctx.strokeStyle = c.halo;
          ctx.lineWidth = style.width + 5;
          ctx.stroke();
        }
        ctx.setLineDash(style.dash);
        ctx.strokeStyle = fade(
          match.state === "declined" ? c.edge : c["match-line"],
          faded ? 0.18 : chosen ? 1 : match.state === "proposed" ? 0.6 : 0.85,
        );
        ctx.lineWidth = style.width + (chosen ? 1.2 : 0);
        ctx.stroke();
        ctx.setLineDash([]);
        if (chosen) this.label(ctx, c, bend, from, to, m.lineLabel(match));
      });
    }
  }
  label(ctx, c, bend, from, to, text) {
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 70) return;
    ctx.font = `700 12px ${FONT}`;
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    ctx.strokeStyle = c.halo;
    ctx.fillStyle = c.ink;
    writeAt(ctx, (from[0] + to[0] + 2 * bend[0]) / 4, (from[1] + to[1] + 2 * bend[1]) / 4, text);
  }
}

export class Helpers {
  constructor(model) {
    this.model = model;
    this.on = true;
  }
  paint(ctx, view) {
    if (!this.on) return;
    const m = this.model,
      c = this.colours,
      r = size(view.zoom);
    m.volunteers.forEach((v, i) => {
      if (!m.known(v)) return;
      const [x, y] = m.at(v, view);
      if (!view.holds(x, y, 20)) return;
      ctx.globalAlpha = m.volunteerFaded(i) ? 0.3 : v.matches.length ? 1 : 0.85;
      ctx.beginPath();
      ctx.arc(x, y, v.matches.length ? r : r * 0.8, 0, 6.2832);
      ctx.fillStyle = v.matches.length ? c.accent : c.surface;
      ctx.fill();
      ctx.strokeStyle = v.matches.length ? c.surface : c.accent;
      ctx.lineWidth = v.matches.length ? 1.2 : 1.6;
      ctx.stroke();
      if (v.matches.length > 1 && r > 6) {
        ctx.fillStyle = c["accent-ink"];
        ctx.font = `700 ${Math.round(r * 1.3)}px ${FONT}`;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText(String(v.matches.length), x, y + 0.5);
      }
      ctx.globalAlpha = 1;
      if (m.current && m.current.volunteer === i) halo(ctx, c, x, y, r + 5);
    });
  }
}

export class Asks {
  constructor(model) {
    this.model = model;
    this.on = true;
  }
  paint(ctx, view) {
    if (!this.on) return;
    const m = this.model,
      c = this.colours,
      r = size(view.zoom) * 1.15;
    m.requests.forEach((q, i) => {
      if (!m.known(q) || !m.requestShown(i)) return;
      const [x, y] = m.at(q, view);
      if (!view.holds(x, y, 20)) return;
      const waiting = q.state === "unmatched",
        s = waiting ? r * 1.25 : r;
      ctx.globalAlpha = m.requestFaded(i) ? 0.3 : 1;
      ctx.beginPath();
      ctx.moveTo(x, y - s);
      ctx.lineTo(x + s, y);
      ctx.lineTo(x, y + s);
      ctx.lineTo(x - s, y);
      ctx.closePath();
      ctx.fillStyle = waiting ? c.amber : c.surface;
      ctx.fill();
      ctx.strokeStyle = c["pod-line"];
      ctx.lineWidth = 1.5;
      ctx.stroke();
      if (waiting && s > 6) {
        ctx.fillStyle = "#1d2722";
        ctx.font = `700 ${Math.round(s * 1.2)}px ${FONT}`;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText("!", x, y + 0.5);
      }
      ctx.globalAlpha = 1;
      if (m.current && m.current.request === i) halo(ctx, c, x, y, s + 5);
    });
  }
}

function halo(ctx, c, x, y, r) {
  for (const [colour, width] of [
    [c.halo, 6],
    [c.focus, 3],
  ]) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 6.2832);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}
