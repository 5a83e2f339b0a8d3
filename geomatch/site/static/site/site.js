// What the pages do beyond HTML: light or dark, keys, toasts, tabs, the drop zone. No library, no inline
// script, nothing a page cannot do without. Elements ask for behaviour by data-attributes.
import { gettext, useCatalogue } from "../maps/catalogue.js";
import { fileSize, importSentence } from "./phrases.js";

const root = document.documentElement;

// The reader's language, where it is not English: the page brings the words as JSON.
const catalogue = document.getElementById("site-words");
if (catalogue) useCatalogue(JSON.parse(catalogue.textContent));

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Calls act(element) once for every match: now, and when htmx brings more (it announces the first page as well).
const everywhere = (selector, act) => {
  const done = new WeakSet();
  const visit = (within) => {
    for (const element of [within, ...all(selector, within)]) {
      if (!element.matches?.(selector) || done.has(element)) continue;
      done.add(element);
      act(element);
    }
  };
  visit(document);
  document.addEventListener("htmx:load", (event) => visit(event.detail.elt));
};

// ---- light, dark, or as the device is: kept in a cookie, so that the server draws the page right at once
const THEMES = ["auto", "light", "dark"];
const ICONS = { auto: "auto", light: "sun", dark: "moon" };
const theme = () => root.dataset.theme ?? "auto";
const themeName = () => ({ auto: gettext("auto"), light: gettext("light"), dark: gettext("dark") })[theme()];
const showTheme = (button) => {
  button.hidden = false;
  button.querySelector("[data-theme-name]").textContent = themeName();
  const use = button.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[theme()]}`));
};
const setTheme = (name) => {
  if (name === "auto") delete root.dataset.theme;
  else root.dataset.theme = name;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `theme=${name}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  all("[data-theme-next]").forEach(showTheme);
  announceTheme();
};
// A map redraws its canvas when it hears this: the tokens have changed.
const announceTheme = () => document.dispatchEvent(new CustomEvent("geomatch:theme", { detail: { theme: theme() } }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announceTheme);
everywhere("[data-theme-next]", (button) => {
  showTheme(button);
  button.addEventListener("click", () => setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]));
});

// ---- dialogs and menus
everywhere("[data-opens]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
});
everywhere("dialog [data-closes]", (button) =>
  button.addEventListener("click", () => button.closest("dialog").close()),
);
everywhere("dialog", (dialog) =>
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop belongs to the dialog itself
  }),
);
document.addEventListener("click", (event) => {
  all("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// ---- keys
const typing = (target) =>
  target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    all("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const meant = document.querySelector("dialog[open]")
    ? null
    : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (meant) {
    event.preventDefault();
    meant.click();
  } else if (event.key === "/") {
    const search = all("[data-search]").find((field) => field.offsetParent);
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "?") {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  }
});

// ---- toasts: they wait while one reads or points at them; an error stays until it is closed
everywhere("[data-dismiss]", (button) => button.addEventListener("click", () => button.closest(".toast").remove()));
everywhere("[data-toast]", (toast) => {
  let left = Number(toast.dataset.toast);
  const tick = setInterval(() => {
    if (!toast.isConnected) return clearInterval(tick);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= 1;
    if (left <= 0) toast.remove();
  }, 1000);
});
const showOffline = () =>
  all("[data-offline]").forEach((box) => {
    box.hidden = navigator.onLine;
  });
addEventListener("offline", showOffline);
addEventListener("online", showOffline);
showOffline();

// ---- tables that stack on a phone get back the roles that display:block takes from them
everywhere("table.stacks", (table) => {
  table.setAttribute("role", "table");
  all("thead, tbody", table).forEach((part) => part.setAttribute("role", "rowgroup"));
  all("tr", table).forEach((row) => row.setAttribute("role", "row"));
  all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
  all("thead th", table).forEach((cell) => cell.setAttribute("role", "columnheader"));
  all("tbody th", table).forEach((cell) => cell.setAttribute("role", "rowheader"));
});

// ---- tabs: both parts show without this script
everywhere("[role=tablist]", (list) => {
  const tabs = all("[role=tab]", list);
  const choose = (tab) => {
    tabs.forEach((other) => {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
    });
  };
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(place + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
  choose(tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
});

// ---- a list beside a map: its buttons show people on the map, and whom one chooses there is marked here
everywhere("[data-map-list]", (list) => {
  const section = list.closest(".gm-map");
  all("[data-shows]", list).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.GeomatchMaps?.frames[section.id]?.view?.show(button.dataset.shows));
  });
  section.addEventListener("geomatch:choose", (event) => {
    all("[data-map-key]", list).forEach((row) => {
      const chosen = event.detail.kind === "volunteer" && row.dataset.mapKey === event.detail.key;
      row.toggleAttribute("data-chosen", chosen);
      if (chosen) row.scrollIntoView({ block: "nearest" });
    });
  });
});

// ---- copying, going to a place in a text, and what an address keeps behind its "#"
everywhere("[data-copies]", (button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
    button.textContent = gettext("Copied");
  });
});
everywhere("[data-prints]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
everywhere("[data-goes-to]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.goesTo);
    const lines = field.value.split("\n").slice(0, Number(button.dataset.line));
    const end = lines.join("\n").length;
    const start = end - lines.at(-1).length + Number(button.dataset.column) - 1;
    field.focus();
    field.setSelectionRange(start, Math.max(start, end));
  });
});
everywhere("form[data-from-hash]", (form) => {
  const token = decodeURIComponent(location.hash.slice(1));
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.submit();
});

// ---- what one form asks and another sends too
everywhere("input[data-carries]", (carrier) => {
  carrier.form.addEventListener(
    "submit",
    () => (carrier.value = document.getElementById(carrier.dataset.carries).value),
  );
});

// ---- an import: its buttons say how many rows of which kind they would take, as one chooses
everywhere("form[data-taken]", (form) => {
  const show = () => {
    const kinds = JSON.parse(form.dataset.taken); // kind → [rows without a choice, "neighbour", "neighbours"]
    all("input[data-kind]:checked", form).forEach((choice) => {
      if (choice.value) kinds[choice.dataset.kind][0] += choice.type === "radio" ? 1 : -1; // "keep what is here" is a box
    });
    const taken = Object.values(kinds).filter(([rows]) => rows > 0);
    all("[data-says-taken]").forEach((label) => {
      label.textContent = importSentence(taken);
      label.closest("button").disabled = !taken.length;
    });
  };
  form.addEventListener("change", show);
  addEventListener("pageshow", show); // a browser that goes back brings the choices along
});

// ---- the drop zone: dropping a file is choosing it
everywhere("[data-drop]", (zone) => {
  const field = zone.querySelector("input[type=file]");
  const says = zone.querySelector("[data-drop-says]");
  const show = () => {
    const file = field.files[0];
    says.textContent = file ? `${file.name}, ${fileSize(file.size)}` : "";
  };
  field.addEventListener("change", show);
  ["dragenter", "dragover"].forEach((name) =>
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    }),
  );
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
