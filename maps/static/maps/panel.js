/* The panel beside the map: a sentence, a legend that filters, and a table that is the map again. */

import { number } from "./catalogue.js";
import { h, said, svg } from "./dom.js";

/* Where on a phone the panel is a sheet from below: its handle. */
export function addHandle(frame) {
  const label = () => (frame.stage.classList.contains("gm-raised") ? frame.words.showMap : frame.words.showList);
  const handle = h("button", {
    type: "button",
    class: "gm-handle",
    "aria-expanded": "false",
    "aria-label": label(),
    on: {
      click() {
        const raised = frame.stage.classList.toggle("gm-raised");
        frame.panel.classList.toggle("gm-tall", raised);
        handle.setAttribute("aria-expanded", String(raised));
        handle.setAttribute("aria-label", label());
      },
    },
  });
  frame.panel.prepend(handle);
}

/* One of several: all, what needs you, … . Buttons that say how many. */
export function chips(choices, chosen, choose) {
  const box = h("div", { class: "gm-chips", role: "group" });
  for (const choice of choices) {
    const chip = h(
      "button",
      {
        type: "button",
        class: `gm-chip${choice.amber ? " gm-amber" : ""}`,
        "aria-pressed": String(choice.id === chosen),
        on: {
          click() {
            for (const other of box.children) other.setAttribute("aria-pressed", String(other === chip));
            choose(choice.id);
          },
        },
      },
      choice.text,
      " ",
      h("span", { class: "gm-chip-count" }, number(choice.count)),
    );
    box.append(chip);
  }
  return box;
}

/* Legend and layer control in one: [{id, text, symbol, on, toggle}]. Without toggle it only explains. */
export function legend(frame, entries) {
  const items = entries.map((e) => {
    const picture = h("span", { class: "gm-symbol" }, e.symbol);
    if (!e.toggle)
      return h("li", {}, h("span", { class: "gm-legend-row" }, h("span", { class: "gm-legend-gap" }), picture, e.text));
    const box = h("input", { type: "checkbox", checked: e.on, on: { change: () => e.toggle(box.checked) } });
    return h("li", {}, h("label", { class: "gm-legend-row" }, box, picture, e.text));
  });
  return h("details", { class: "gm-legend" }, h("summary", {}, frame.words.key), h("ul", {}, items));
}

/* Small drawings for the legend, coloured by the style sheet. */
const pic = (...children) => svg("svg", { viewBox: "0 0 24 18", class: "gm-pic", "aria-hidden": "true" }, ...children);
export const pictures = {
  area: () => pic(svg("rect", { x: 2, y: 2, width: 20, height: 14, rx: 6, class: "gm-p-area" })),
  home: () => pic(svg("circle", { cx: 12, cy: 9, r: 5, class: "gm-p-home" })),
  loose: () => pic(svg("circle", { cx: 12, cy: 9, r: 5, class: "gm-p-loose" })),
  point: () => pic(svg("path", { d: "M12 2l7 6v8H5V8z", class: "gm-p-home" })),
  doors: () =>
    pic(
      svg("rect", { x: 3, y: 2, width: 18, height: 14, rx: 3, class: "gm-p-badge" }),
      svg("text", { x: 12, y: 13, class: "gm-p-text" }, "14"),
    ),
  needs: () =>
    pic(
      svg("circle", { cx: 12, cy: 9, r: 7, class: "gm-p-amber" }),
      svg("text", { x: 12, y: 13, class: "gm-p-mark" }, "!"),
    ),
  names: () =>
    pic(svg("path", { d: "M1 9h22", class: "gm-p-casing" }), svg("path", { d: "M1 9h22", class: "gm-p-street" })),
  building: () => pic(svg("path", { d: "M5 3h9v5h5v7H5z", class: "gm-p-building" })),
  barrier: () => pic(svg("path", { d: "M1 9h22", class: "gm-p-barrier" })),
  crossing: () => pic(svg("path", { d: "M1 6h22M1 12h22", class: "gm-p-bridge" })),
  request: () => pic(svg("path", { d: "M12 1l8 8-8 8-8-8z", class: "gm-p-request" })),
  waiting: () =>
    pic(
      svg("path", { d: "M12 1l8 8-8 8-8-8z", class: "gm-p-waiting" }),
      svg("text", { x: 12, y: 13, class: "gm-p-mark" }, "!"),
    ),
  volunteer: () => pic(svg("circle", { cx: 12, cy: 9, r: 6, class: "gm-p-volunteer" })),
  free: () => pic(svg("circle", { cx: 12, cy: 9, r: 5, class: "gm-p-free" })),
  line: () => pic(svg("path", { d: "M1 15L23 3", class: "gm-p-line" })),
  asked: () => pic(svg("path", { d: "M1 15L23 3", class: "gm-p-line gm-p-dashed" })),
};

const AT_ONCE = 80;
const later = window.requestIdleCallback || ((work) => setTimeout(work, 30));

/* A table whose rows are buttons: one stop for the Tab key, then arrows go from row to row. What
   no panel shows at once is made while the browser has nothing else to do.
   heads: [{text, kind}]: a number, a slim column, a wide one. rows: [{id, cells: [node or text]}]; onOpen(id). Returns {node, mark(id)}. */
export function table(caption, heads, rows, onOpen) {
  const body = h("tbody", {}),
    byId = new Map(),
    buttons = [];

  function make(upTo) {
    const added = rows.slice(buttons.length, upTo).map((row) => {
      const open = h(
        "button",
        {
          type: "button",
          class: "gm-row-button",
          tabindex: buttons.length ? "-1" : "0",
          on: { click: () => onOpen(row.id) },
        },
        row.cells[0],
      );
      const tr = h(
        "tr",
        {
          on: {
            click: (event) => {
              if (!event.target.closest("button, a")) onOpen(row.id);
            },
          },
        },
        h("th", { scope: "row" }, open),
        row.cells.slice(1).map((cell, k) => h("td", { class: heads[k + 1].kind === "num" ? "gm-num" : null }, cell)),
      );
      buttons.push(open);
      byId.set(row.id, { tr, open });
      return tr;
    });
    body.append(...added);
    if (buttons.length < rows.length)
      later(() => {
        if (body.isConnected) make(buttons.length + AT_ONCE);
      });
  }

  function stop(at) {
    const before = buttons.find((b) => b.tabIndex === 0);
    if (before) before.tabIndex = -1;
    buttons[at].tabIndex = 0;
  }

  make(AT_ONCE);
  body.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    if (at < 0 || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    if (event.key === "End") make(rows.length);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (!buttons[to]) return;
    event.preventDefault();
    stop(to);
    buttons[to].focus();
  });
  const node = h(
    "table",
    { class: "gm-table" },
    h("caption", { class: "gm-hush" }, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((head) => h("th", { scope: "col", class: head.kind ? `gm-${head.kind}` : null }, head.text)),
      ),
    ),
    body,
  );
  return {
    node,
    mark(id) {
      if (!byId.has(id)) make(rows.length);
      for (const tr of body.querySelectorAll("[aria-current]")) tr.removeAttribute("aria-current");
      const row = byId.get(id);
      if (!row) return;
      row.tr.setAttribute("aria-current", "true");
      stop(buttons.indexOf(row.open));
      row.tr.scrollIntoView({ block: "nearest" });
    },
  };
}

/* What a popup holds. lines: text or nodes. */
export function card(title, lines, needs, links) {
  return h(
    "div",
    { class: "gm-card" },
    h("p", { class: "gm-card-title" }, said(title)),
    lines.filter(Boolean).map((line) => h("p", {}, line)),
    needs?.length
      ? h(
          "ul",
          { class: "gm-needs" },
          needs.map((need) => h("li", {}, said(need))),
        )
      : null,
    (links || []).filter(Boolean),
  );
}
