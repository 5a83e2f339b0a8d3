/* Which of the entries answer what somebody typed. */
const MOST = 8;

/* Marks and capitals do not count: "Elcano" finds "elcaño". */
export const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();

/* entries: [{text, also?, …}] */
export const indexOf = (entries) =>
  entries.map((entry) => ({ entry, plain: plain(`${entry.text} ${entry.also || ""}`) }));

/* At most eight entries that hold every word; those that begin with the first word come first. */
export function find(index, query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const starts = [],
    rest = [];
  for (const item of index) {
    if (starts.length === MOST) break;
    if (!words.every((word) => item.plain.includes(word))) continue;
    if (item.plain.startsWith(words[0])) starts.push(item.entry);
    else if (rest.length < MOST) rest.push(item.entry);
  }
  return starts.concat(rest).slice(0, MOST);
}
