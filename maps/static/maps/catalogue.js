/* Texts in the reader's language, after gettext. English is the source and the key; a catalogue holds, for an English
   text, its translation, or its plural forms where it counts. What it does not hold is said in English. */

let language = "en";
let words = new Map(); // not an object: a text may be called "constructor"

/* Which plural form a number takes, as each language's gettext header says (Spanish has one for whole millions). */
const PLURAL_FORM = {
  en: (n) => (n === 1 ? 0 : 1),
  es: (n) => (n === 1 ? 0 : n && n % 1e6 === 0 ? 1 : 2),
};

/* The one of several plural forms that n takes; the last where there are fewer of them. */
export function plural(forms, n) {
  const form = (PLURAL_FORM[spoken(language)] || PLURAL_FORM.en)(n);
  return forms[Math.min(form, forms.length - 1)];
}

/* Take up a catalogue: {language: "es", words: {text: translation | [form, form]}}. A page's script and its map may each
   bring their part of one language; another language starts afresh. */
export function useCatalogue(catalogue) {
  if (spoken(catalogue.language) !== spoken(language)) words = new Map();
  language = catalogue.language;
  for (const [text, translation] of Object.entries(catalogue.words)) words.set(text, translation);
}

const spoken = (code) => code.split("-")[0];

export function gettext(text) {
  const found = words.get(text);
  return typeof found === "string" && found ? found : text;
}

export function ngettext(one, many, n) {
  const forms = words.get(one);
  return (Array.isArray(forms) && plural(forms, n)) || (n === 1 ? one : many);
}

/* Fill `%(name)s` in a text; `%%` is a per cent sign. */
export const interpolate = (text, values) =>
  text.replace(/%(?:%|\((\w+)\)s)/g, (whole, name) =>
    name === undefined ? "%" : name in values ? values[name] : whole,
  );

/* A number as the reader's language writes it. */
export const number = (n, digits = 0) =>
  Number(n).toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: Math.max(digits, 3),
  });
