/* Find a street, a pod or a neighbour: a combobox, as the ARIA practices describe one. */
import { h, icon, said } from "./dom.js";
import { find, indexOf } from "./finder.js";

/* offer(): [{kind, text, also, go}], asked for when somebody first searches; the first in the list
   wins among equals. */
export function addSearch(frame, offer) {
  const id = `${frame.id}-search`;
  let index = null;
  const input = h("input", {
    type: "search",
    class: "gm-search-input",
    id,
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: frame.words.kinds[frame.kind].search,
    "aria-label": frame.words.kinds[frame.kind].search,
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
  });
  const list = h("ul", {
    class: "gm-found",
    id: `${id}-list`,
    role: "listbox",
    hidden: true,
    "aria-label": input.placeholder,
  });
  const box = h(
    "div",
    { class: "gm-search" },
    icon("search"),
    input,
    h("kbd", { class: "gm-key-hint", "aria-hidden": "true" }, "/"),
    list,
  );
  let found = [],
    at = -1;

  function matches(query) {
    index ??= indexOf(offer());
    return find(index, query);
  }

  function show() {
    found = matches(input.value);
    at = found.length ? 0 : -1;
    list.replaceChildren(
      ...found.map((entry, i) =>
        h(
          "li",
          {
            role: "option",
            id: `${id}-${i}`,
            class: "gm-option",
            on: {
              mousedown: (e) => {
                e.preventDefault();
                choose(i);
              },
              mousemove: () => mark(i),
            },
          },
          h("span", { class: "gm-option-text" }, said(entry.text)),
          h("span", { class: "gm-option-kind" }, entry.kind),
        ),
      ),
    );
    if (input.value.trim() && !found.length)
      list.append(
        h("li", { class: "gm-option gm-none", role: "option", "aria-disabled": "true" }, frame.words.nothingFound),
      );
    const open = input.value.trim() !== "";
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    mark(at);
  }

  function mark(i) {
    at = i;
    [...list.children].forEach((node, k) => node.setAttribute("aria-selected", String(k === i)));
    if (i >= 0) input.setAttribute("aria-activedescendant", `${id}-${i}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(i) {
    const entry = found[i];
    if (!entry) return;
    input.value = entry.text;
    close();
    entry.go();
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => {
    if (input.value.trim()) show();
    input.select();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const n = found.length;
    if (event.key === "ArrowDown" && n) {
      if (list.hidden) show();
      else mark((at + 1) % n);
    } else if (event.key === "ArrowUp" && n) mark((at - 1 + n) % n);
    else if (event.key === "Enter" && !list.hidden) choose(at);
    else if (event.key === "Escape" && (input.value || !list.hidden)) {
      input.value = "";
      show();
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // One slash, anywhere on the page where nobody is writing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
  });
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  frame.stage.append(box);
}
