/* Building the page by hand: every text goes in as a text node, never as HTML. */
const SVG = "http://www.w3.org/2000/svg";

/* h("button", {class: "x", type: "button", on: {click}}, "text", node, …) */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  fill(node, props, children);
  return node;
}

export function svg(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  fill(node, props, children);
  return node;
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") node.append(child);
  }
}

/* Somebody's words inside ours: their writing direction must not turn the sentence around. */
export const said = (text) => h("bdi", {}, text);

/* A link leads to a path on this site or it is not made. */
export function link(href, text) {
  return /^\/(?![/\\])/.test(href || "") ? h("a", { class: "gm-link", href }, text) : null;
}

const ICONS = {
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  whole: "M3 7V3h4M17 7V3h-4M3 13v4h4M17 13v4h-4M8 8h4v4H8z",
  here: "M10 2v3M10 15v3M2 10h3M15 10h3M10 14.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z",
  wide: "M12 3h5v5M8 17H3v-5M17 3l-6 6M3 17l6-6",
  back: "M12 4l-6 6 6 6",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4.5 4.5",
  up: "M5 12l5-5 5 5",
  cross: "M5 5l10 10M15 5L5 15",
};
export const icon = (name) =>
  svg("svg", { class: "gm-icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));

/* Colours of the page, as rgb() a canvas understands, whatever the tokens are written in. */
const DEFAULTS = {
  surface: "#fffdf8",
  ink: "#1d2722",
  "ink-soft": "#424d47",
  accent: "#1b5a44",
  "accent-ink": "#ffffff",
  amber: "#d99a1f",
  "amber-text": "#5f3f00",
  "amber-soft": "#fbecc6",
  focus: "#0b57a4",
  red: "#9c2426",
  land: "#f3efe4",
  water: "#c5dbe2",
  "water-line": "#8fb4c0",
  park: "#dbe6cd",
  street: "#ffffff",
  "street-major": "#f7e2ae",
  "street-casing": "#d3ccba",
  building: "#e2d9c8",
  "building-line": "#cbc0aa",
  barrier: "#9c2426",
  label: "#39433e",
  halo: "#fffdf8",
  "match-line": "#1b5a44",
  edge: "#7d796a",
  "pod-none": "#8b8778",
  "pod-line": "#1d2722",
  "pod-1": "#0072b2",
  "pod-2": "#e69f00",
  "pod-3": "#009e73",
  "pod-4": "#cc79a7",
  "pod-5": "#56b4e9",
  "pod-6": "#d55e00",
  "pod-7": "#f0e442",
  "pod-8": "#882255",
  "pod-1-ink": "#ffffff",
  "pod-2-ink": "#1d2722",
  "pod-3-ink": "#0d1411",
  "pod-4-ink": "#0d1411",
  "pod-5-ink": "#1d2722",
  "pod-6-ink": "#0d1411",
  "pod-7-ink": "#1d2722",
  "pod-8-ink": "#ffffff",
};
export function readColours(root) {
  const probe = h("span", { hidden: true });
  root.append(probe);
  const style = getComputedStyle(probe);
  const colours = {};
  for (const [name, fallback] of Object.entries(DEFAULTS)) {
    probe.style.color = `var(--${name}, ${fallback})`;
    colours[name] = style.color;
  }
  probe.remove();
  colours.dark = luminance(colours.land) < 0.25;
  return colours;
}

const channels = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
const luminance = (colour) => channels(colour).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0) / 255;
export function mix(one, other, share) {
  const b = channels(other);
  return `rgb(${channels(one)
    .map((c, i) => Math.round(c * (1 - share) + b[i] * share))
    .join(",")})`;
}
export const fade = (colour, alpha) => `rgba(${channels(colour).join(",")},${alpha})`;

/* Call back when the device or the person changes between light and dark, and around printing:
   paper is always light. */
export function watchTheme(changed) {
  const root = document.documentElement;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(root, { attributeFilter: ["data-theme"] });
  let before = null;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme || "";
    root.dataset.theme = "light";
    changed();
  });
  addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before;
    else delete root.dataset.theme;
    changed();
  });
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
