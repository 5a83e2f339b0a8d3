/* The pale ground: water, parks, buildings, streets with their names, barriers and crossings. */
import { fade, mix } from "./dom.js";
import { world } from "./geometry.js";
import { writeAlong, writeAt } from "./labels.js";

const FONT = '"Atkinson Hyperlegible", system-ui, sans-serif';

/* GeoJSON -> {line, box} paths in the flat world, rings and lines alike. */
function paths(geometry) {
  if (!geometry) return [];
  const c = geometry.coordinates;
  switch (geometry.type) {
    case "LineString":
      return [c];
    case "MultiLineString":
    case "Polygon":
      return c;
    case "MultiPolygon":
      return c.flat();
    case "GeometryCollection":
      return geometry.geometries.flatMap(paths);
    default:
      return [];
  }
}
const isArea = (geometry) => /Polygon$/.test(geometry ? geometry.type : "");

function layer(collection) {
  return (collection?.features || [])
    .map((feature) => {
      const lines = paths(feature.geometry)
        .filter((p) => p.length > 1)
        .map(world.line);
      const boxes = lines.map(world.box);
      const box = world.around(boxes);
      return { lines, boxes, box, area: isArea(feature.geometry), p: feature.properties || {} };
    })
    .filter((f) => f.lines.length);
}

export class Ground {
  constructor(data, room) {
    this.room = room;
    this.on = { names: true, buildings: true, barriers: true };
    this.source = data.source || "";
    for (const name of ["land", "water", "landuse", "contours", "buildings", "streets", "barriers", "boundary"])
      this[name] = layer(data[name]);
    // Long streets are named first.
    this.streets.sort((a, b) => isMajor(b) - isMajor(a) || span(b.box) - span(a.box));
    this.afloat = this.landuse.filter((f) => AFLOAT.includes(f.p.kind));
    this.grown = this.landuse.filter((f) => !AFLOAT.includes(f.p.kind));
  }

  paint(ctx, view) {
    const c = this.colours,
      near = view.metresPerPixel;
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    ctx.fillStyle = this.land.length ? c.water : c.land;
    ctx.fillRect(view.left, view.top, view.right - view.left, view.bottom - view.top);
    this.areas(ctx, view, this.land, c.land, c["water-line"], 1);
    this.landuses(ctx, view, this.grown);
    this.heights(ctx, view);
    // Shorelines first: where two waters meet, the fill hides the line between them.
    const waters = this.water.filter((f) => f.area);
    this.outlines(ctx, view, waters, c["water-line"], 2.4);
    this.areas(ctx, view, waters, c.water);
    this.lines(
      ctx,
      view,
      this.water.filter((f) => !f.area),
      c.water,
      Math.max(1.5, 4 / near),
    );
    this.landuses(ctx, view, this.afloat);
    if (this.on.buildings && near < 3.2)
      this.areas(ctx, view, this.buildings, c.building, near < 1.6 ? c["building-line"] : null, 0.75);
    this.paintStreets(ctx, view);
    ctx.setLineDash([8, 4, 2, 4]);
    this.outlines(ctx, view, this.boundary, c["ink-soft"], 1.2);
    ctx.setLineDash([]);
  }

  landuses(ctx, view, features) {
    const c = this.colours;
    const looks = {
      forest: mix(c.park, c.land, 0.45),
      park: c.park,
      pitch: mix(c.park, c.accent, 0.12),
      cemetery: mix(c.park, c.building, 0.4),
      wetland: mix(c.park, c.water, 0.45),
      tidal_flat: mix(c.land, c.water, 0.4),
      rock: mix(c.land, c.building, 0.6),
      ice: mix(c.water, c.halo, 0.8),
      pier: c.building,
      breakwater: mix(c.building, c["building-line"], 0.5),
      runway: c["street-casing"],
    };
    for (const f of features) this.areas(ctx, view, [f], looks[f.p.kind] || c.land);
  }

  heights(ctx, view) {
    const c = this.colours,
      every = view.metresPerPixel > 14 ? 200 : view.metresPerPixel > 5 ? 100 : 25;
    const lines = this.contours.filter((f) => f.p.height % every === 0);
    const thin = fade(mix(c.land, c.ink, 0.5), c.dark ? 0.35 : 0.22);
    this.lines(
      ctx,
      view,
      lines.filter((f) => f.p.height % (every * 5)),
      thin,
      0.6,
    );
    this.lines(
      ctx,
      view,
      lines.filter((f) => f.p.height % (every * 5) === 0),
      thin,
      1.1,
    );
  }

  paintStreets(ctx, view) {
    const c = this.colours,
      near = view.metresPerPixel,
      seen = this.streets.filter((s) => view.sees(s.box));
    const major = seen.filter(isMajor),
      minor = seen.filter((s) => s.p.kind === "minor"),
      walks = seen.filter((s) => s.p.kind === "path");
    const wide = Math.min(20, Math.max(1.8, 13 / near)),
      slim = Math.min(15, Math.max(0.8, 8.5 / near));
    if (near < 5) {
      ctx.setLineDash([4, 3]);
      ctx.lineCap = "butt";
      this.lines(ctx, view, walks, mix(c["street-casing"], c.ink, 0.35), 1.4);
      ctx.setLineDash([]);
      ctx.lineCap = "round";
    }
    if (near > 8) {
      // from far away a small street is a hair
      this.lines(ctx, view, minor, c["street-casing"], near > 20 ? 0.6 : 1);
    } else {
      this.lines(ctx, view, minor, c["street-casing"], slim + 1.8);
    }
    this.lines(ctx, view, major, c["street-casing"], wide + 2);
    if (near <= 8) this.lines(ctx, view, minor, c.street, slim);
    this.lines(ctx, view, major, c["street-major"], wide);
  }

  /* Barriers lie over the pods: what keeps neighbours apart must be seen. */
  paintBarriers(ctx, view) {
    if (!this.on.barriers) return;
    const c = this.colours,
      walls = this.barriers.filter((b) => !b.p.crossing),
      bridges = this.barriers.filter((b) => b.p.crossing);
    ctx.lineCap = "butt";
    this.outlines(ctx, view, walls, fade(c.halo, 0.7), 4);
    ctx.setLineDash([7, 5]);
    this.outlines(ctx, view, walls, c.barrier, 1.8);
    ctx.setLineDash([]);
    this.outlines(ctx, view, bridges, c.ink, Math.max(6, 11 / view.metresPerPixel));
    this.outlines(ctx, view, bridges, c.street, Math.max(3, 8 / view.metresPerPixel));
    ctx.lineCap = "round";
  }

  areas(ctx, view, features, fill, line, width) {
    ctx.fillStyle = fill;
    if (line) {
      ctx.strokeStyle = line;
      ctx.lineWidth = width;
    }
    for (const f of features) {
      // one by one: two areas that overlap must not make a hole
      if (!view.sees(f.box)) continue;
      ctx.beginPath();
      for (const ring of f.lines) {
        view.trace(ctx, ring);
        ctx.closePath();
      }
      ctx.fill("evenodd");
      if (line) ctx.stroke();
    }
  }

  lines(ctx, view, features, colour, width) {
    ctx.beginPath();
    for (const f of features)
      f.lines.forEach((line, i) => {
        if (view.sees(f.boxes[i])) view.trace(ctx, line);
      });
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }

  outlines(ctx, view, features, colour, width) {
    if (features.length)
      this.lines(
        ctx,
        view,
        features.filter((f) => view.sees(f.box)),
        colour,
        width,
      );
  }

  paintNames(ctx, view) {
    const near = view.metresPerPixel;
    if (!this.on.names || near > 9) return;
    const c = this.colours;
    ctx.lineJoin = "round";
    ctx.strokeStyle = fade(c.halo, 0.92);
    ctx.fillStyle = c.label;
    let written = 0;
    for (const street of this.streets) {
      if (!street.p.name || !view.sees(street.box) || (near > 4.5 && !isMajor(street))) continue;
      const size = isMajor(street) ? 13 : near < 1.2 ? 13 : 11.5;
      ctx.font = `${isMajor(street) ? 700 : 400} ${size}px ${FONT}`;
      ctx.lineWidth = 3.5;
      for (let i = 0; i < street.lines.length && written < 160; i++) {
        if (!view.sees(street.boxes[i])) continue;
        for (const piece of pieces(street.lines[i], view))
          if (writeAlong(ctx, piece, street.p.name, size, this.room, view)) written += 1;
      }
    }
    this.paintPlaces(ctx, view);
  }

  paintPlaces(ctx, view) {
    ctx.font = `italic 400 13px ${FONT}`;
    ctx.fillStyle = mix(this.colours["water-line"], this.colours.ink, 0.55);
    for (const f of this.water) {
      if (!f.p.name || !f.area || !view.sees(f.box)) continue;
      const x = view.x((f.box[0] + f.box[2]) / 2),
        y = view.y((f.box[1] + f.box[3]) / 2),
        w = ctx.measureText(f.p.name).width;
      if (view.x(f.box[2]) - view.x(f.box[0]) < w * 1.5) continue;
      const circles = [];
      for (let d = -w / 2; d <= w / 2; d += 10) circles.push([x + d, y, 9]);
      if (this.room.takeIfFree(circles)) writeAt(ctx, x, y, f.p.name);
    }
  }
}

const AFLOAT = ["pier", "breakwater", "tidal_flat"];
const isMajor = (street) => (street.p.kind === "major" ? 1 : 0);
const span = (box) => Math.hypot(box[2] - box[0], box[3] - box[1]);

/* The parts of a street that are in view, in pieces short enough to be named again. */
function pieces(line, view) {
  const out = [];
  let piece = [],
    length = 0,
    x0 = 0,
    y0 = 0;
  const close = () => {
    if (piece.length > 2) out.push(piece);
    piece = [];
    length = 0;
  };
  for (let i = 0; i < line.length; i += 2) {
    const x = view.x(line[i]),
      y = view.y(line[i + 1]);
    if (!view.holds(x, y, 200)) {
      if (piece.length) {
        piece.push(x, y);
        close();
      }
      x0 = x;
      y0 = y;
      continue;
    }
    if (!piece.length && i) piece.push(x0, y0);
    if (piece.length) length += Math.hypot(x - x0, y - y0);
    piece.push(x, y);
    x0 = x;
    y0 = y;
    if (length > 620) {
      close();
      piece.push(x, y);
    }
  }
  close();
  return out;
}
