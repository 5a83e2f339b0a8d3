// What our pages say by themselves: pure, so that it is tested without a page.
import { gettext, interpolate, number, plural } from "../maps/catalogue.js";

// "1 neighbour, 3 volunteers and 2 requests"
export function inList(parts) {
  if (parts.length < 2) return parts.join("");
  return interpolate(gettext("%(first)s and %(last)s"), { first: parts.slice(0, -1).join(", "), last: parts.at(-1) });
}

// taken: [[rows, …their name in every plural form]]; the server has put the names into the reader's language.
export function importSentence(taken) {
  if (!taken.length) return gettext("Nothing is chosen to import");
  const what = inList(taken.map(([rows, ...names]) => `${number(rows)} ${plural(names, rows)}`));
  return interpolate(gettext("Import %(what)s"), { what });
}

export const fileSize = (bytes) =>
  bytes < 1e6 ? `${number(Math.max(1, Math.round(bytes / 1000)))} KB` : `${number(Math.round(bytes / 1e5) / 10, 1)} MB`;
