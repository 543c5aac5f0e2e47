// Search without a server: loads the few files of the index that a query needs, and ranks with MiniSearch.
const form = document.querySelector("form[data-search]");
const { folder, minisearch, stemmer, pagefind } = form.dataset;
const load = (path) => import(path).then((module) => module.default);
// What takes a while begins at once.
let about = describe();
const engine = load(minisearch);
const stemOnce = stemmer ? await load(stemmer) : (word) => word;

// Words become terms as src/output/search/words.rs makes them; tests/browser/words.json holds both to one table.

const WORD = /[\p{Alphabetic}\p{N}\u0300-\u036f\u0640\u064b-\u065f\u0670]+/gu;
const PLAIN = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i" };
const fold = (word) =>
  word
    .normalize("NFD")
    .replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, "")
    .replace(/[ßæœþøđðłı]/g, (letter) => PLAIN[letter])
    .replace(/[٠-٩۰-۹]/g, (figure) => figure.charCodeAt(0) & 15);

function stem(word) {
  for (let n = 0; n < 3; n++) {
    const next = stemOnce(word);
    if (next === word) break;
    word = next;
  }
  return word;
}

export const words = (text) =>
  (text.normalize("NFC").toLowerCase().match(WORD) ?? []).filter((word) => !/^[a-z]$/.test(word));
export const terms = (word) => [...new Set([fold(stem(word)), fold(stem(fold(word)))])];

// The files of the index. Each is kept by its sum; after a new build the sums no longer fit, and all begins anew.

class Stale extends Error {}
const held = new Map();

function describe(cache = "default") {
  return fetch(`${folder}index.json`, { cache }).then((answer) => answer.json());
}

async function file(name, sum) {
  const address = `${folder}${name}.json?v=${sum}`;
  if (!held.has(address)) {
    const read = (answer) => (answer.ok ? answer.json() : {});
    held.set(address, fetch(address).then(read));
  }
  const content = await held.get(address);
  if (content.v === sum) return content;
  held.delete(address);
  throw new Stale(address);
}

/** The file that would hold a term, by its number. */
function fileOf({ terms: firsts }, term) {
  const after = firsts.findIndex(([first]) => first > term);
  return Math.max(0, (after < 0 ? firsts.length : after) - 1);
}

/** The files of everything that begins like this: a few of them, for much may begin with three letters. */
function filesFrom(index, beginning) {
  const from = fileOf(index, beginning);
  const to = fileOf(index, `${beginning}\uffff`);
  return Array.from({ length: Math.min(to - from + 1, 4) }, (_, n) => from + n);
}

/** The terms of some files, each with its places: numbers of records, and the fields as bits. */
async function read(index, numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const known = sorted.filter((n) => n < index.terms.length);
  const files = await Promise.all(known.map((n) => file(`terms/${n}`, index.terms[n][1])));
  return files.flatMap(({ t }) => t);
}

function places([, ...coded]) {
  let record = 0;
  return coded.map((n) => [(record += n >> 4), n & 15]);
}

// Slips of the pen.

/** How many letters differ, where two that changed places count as one; more than `most` is not counted. */
export function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
}

/** Whether a word looks like the beginning or the end of a longer one, but for one letter. */
function isPartOf(plain, typed) {
  const lengths = [typed.length + 1, typed.length - 1, typed.length].filter((length) => length < plain.length);
  const parts = lengths.flatMap((length) => [plain.slice(0, length), plain.slice(-length)]);
  return parts.some((part) => distance(typed, part, 1) < 2);
}

/** What may be meant by a word that is nowhere: what looks like it, and longer words of which it is part. */
function meant(word, written) {
  const typed = fold(word);
  const most = typed.length < 7 ? 1 : 2;
  const near = [];
  const longer = [];
  for (const one of written) {
    const plain = fold(one);
    const far = distance(typed, plain, most);
    // Whoever slips rarely does so in the first letter, or in how long the word is.
    const cost = far + (plain[0] === typed[0] ? 0 : 0.5) + Math.abs(plain.length - typed.length) / 10;
    if (far <= most) near.push([cost, one, one]);
    else if (typed.length > 3 && plain.includes(typed)) longer.push([plain.length, one]);
    else if (typed.length > 5 && plain.length > typed.length && isPartOf(plain, typed)) longer.push([100 + plain.length, one, one]);
  }
  const best = (list, many) => list.sort((a, b) => a[0] - b[0]).slice(0, many);
  const found = [...best(near, 3), ...best(longer, 6)];
  return { words: found.map(([, one]) => one), suggestion: found[0]?.[2] };
}

// Finding.

const FIELDS = ["title", "filed", "summary", "headings"];
/** How many letters begin a word; fewer are the whole of it. */
const BEGINNING = 3;
const fits = ({ terms, typed }, term) => terms.includes(term) || (typed.length >= BEGINNING && term.startsWith(typed));

/** Everything about a query: what is found, best first, with the terms by which; what may be meant; whether a word is missing. */
async function find(query) {
  const index = await about;
  const common = new Set(index.common);
  let asked = words(query).map((word) => {
    return { word, terms: terms(word), typed: fold(word), also: [] };
  });
  const telling = asked.filter((word) => !word.terms.every((term) => common.has(term)));
  if (telling.length) asked = telling;
  const files = ({ terms, typed }) =>
    [...terms.map((term) => fileOf(index, term)), ...(typed.length < BEGINNING ? [] : filesFrom(index, typed))];
  let all = await read(index, asked.flatMap(files));
  const unknown = asked.filter((word) => !all.some(([term]) => fits(word, term)));
  let suggestion;
  if (unknown.length) {
    const { w } = await file("words", index.words);
    const written = w.split(" ");
    for (const word of unknown) {
      const instead = meant(word.word, written);
      word.also = [...new Set(instead.words.flatMap(terms))];
      if (instead.suggestion) suggestion = (suggestion ?? query.toLowerCase()).replace(word.word, instead.suggestion);
    }
    const more = asked.flatMap((word) => word.also.map((term) => fileOf(index, term)));
    all = [...all, ...(await read(index, more))];
  }
  const ranked = rank(await engine, index, asked, all);
  return { index, suggestion, ...ranked };
}

/** MiniSearch on the terms that are asked for. Where no record has all the words, those that have some. */
function rank(MiniSearch, index, asked, all) {
  const wanted = ([term]) => asked.some((word) => fits(word, term) || word.also.includes(term));
  const some = new Map(all.filter(wanted).map((term) => [term[0], term]));
  const own = {
    index: [], documentIds: {}, fieldLength: {}, storedFields: {}, dirtCount: 0, serializationVersion: 2,
    documentCount: index.records, nextId: index.records,
    fieldIds: Object.fromEntries(FIELDS.map((name, n) => [name, n])), averageFieldLength: [index.average, 1, 1, 1],
  };
  for (const [term, coded] of some) {
    const data = FIELDS.map(() => ({}));
    for (const [record, fields] of places(coded)) {
      FIELDS.forEach((_, n) => fields & (1 << n) && (data[n][record] = 1));
      own.documentIds[record] = record;
      own.fieldLength[record] = [parseInt(index.lengths[record], 36), 1, 1, 1];
    }
    own.index.push([term, { ...data }]);
  }
  const as = { tokenize: (text) => [text], processTerm: (term) => term };
  const engine = MiniSearch.loadJS(own, { fields: FIELDS, ...as });
  const queries = asked.map(({ terms, typed, also }) => ({
    combineWith: "OR",
    queries: [
      { queries: [...new Set([...terms, typed])], combineWith: "OR", prefix: (term) => term === typed && typed.length >= BEGINNING },
      { queries: also, combineWith: "OR", boostTerm: () => 0.4 },
    ],
  }));
  const options = {
    ...as,
    boost: { title: 4, filed: 2 },
    // What is over is rarely what one looks for.
    boostDocument: (record) => (isOver(index, record) ? 0.5 : 1),
  };
  let results = engine.search({ queries, combineWith: "AND" }, options);
  const partly = results.length === 0 && asked.length > 1;
  if (partly) results = engine.search({ queries, combineWith: "OR" }, options);
  return { partly, results: results.map(({ id, terms }) => ({ id, terms })) };
}

const kindOf = (index, record) => index.kinds.findLast(([, from]) => from <= record);
const isOver = (index, record) => record >= kindOf(index, record)[2];

/** What results are narrowed to by topic and neighbourhood: sets of records, all of which must have one. */
async function narrowed(index, chosen) {
  const one = async (name) => {
    const term = (await read(index, [fileOf(index, name)])).find(([term]) => term === name);
    return new Set(term ? places(term).map(([record]) => record) : []);
  };
  return Promise.all(chosen.map(one));
}

// Showing.

const status = document.querySelector("[data-status]");
const suggested = document.querySelector("[data-suggestion]");
const list = document.querySelector("[data-results]");
const more = document.querySelector("[data-more]");
const pattern = document.querySelector("template[data-result]");
const texts = document.querySelector("[data-texts]").dataset;
const STEP = 10;
let shown = STEP;
let latest = 0;

/** A text with the words by which it was found marked. */
function marked(element, text, by) {
  let from = 0;
  const parts = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!terms(word.toLowerCase()).some((term) => by.includes(term))) continue;
    const mark = document.createElement("mark");
    mark.textContent = word;
    parts.push(text.slice(from, index), mark);
    from = index + word.length;
  }
  element.replaceChildren(...parts, text.slice(from));
}

function result(index, { id, terms: by }, record) {
  const [url, title, summary, when, where, stands, label, lang] = record;
  const item = pattern.content.cloneNode(true);
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const [kind] = kindOf(index, id);
  part("card").dataset.kind = kind;
  part("badges").prepend(document.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true));
  part("title").href = url;
  marked(part("title"), title, by);
  marked(part("summary"), summary ?? "", by);
  for (const [name, text] of Object.entries({ when, where, stands, label })) {
    const element = part(name);
    if (!text) (element.closest("p:not(.badges)") ?? element).remove();
    else marked(element, text, by);
  }
  if (!summary) part("summary").remove();
  if (lang) for (const name of ["title", "summary"]) part(name)?.setAttribute("lang", lang);
  return item;
}

async function show(again = true) {
  const turn = ++latest;
  const asked = new FormData(form);
  const query = asked.get("q").trim();
  const chosen = ["topics", "neighbourhoods"].filter((name) => asked.get(name)).map((name) => `#${name}/${asked.get(name)}`);
  const kinds = asked.getAll("kind");
  try {
    const index = await about;
    const nothing = !query && !chosen.length && !kinds.length;
    const everything = () => Array.from({ length: nothing ? 0 : index.records }, (_, id) => ({ id, terms: [] }));
    const answer = words(query).length ? await find(query) : { results: everything() };
    const sets = await narrowed(index, chosen);
    const within = answer.results.filter(({ id }) => sets.every((set) => set.has(id)));
    const ofKind = within.filter(({ id }) => !kinds.length || kinds.includes(kindOf(index, id)[0]));
    const visible = ofKind.slice(0, shown);
    const records = await Promise.all(visible.map(async ({ id }) => {
      const n = Math.floor(id / index.each);
      const { r } = await file(`records/${n}`, index.shown.slice(n * 6, n * 6 + 6));
      return r[id % index.each];
    }));
    if (turn !== latest) return;
    list.replaceChildren(...visible.map((one, n) => result(index, one, records[n])));
    more.hidden = ofKind.length <= shown;
    count(index, nothing ? null : within);
    tell(nothing, ofKind.length, answer);
    performance.mark("search-shown");
    if (pagefind && query) await inTexts(query, turn);
  } catch (fault) {
    if (again && turn === latest) {
      // A new build came between: what this page knew of the index no longer fits.
      about = describe("reload");
      return show(false);
    }
    if (turn === latest) status.textContent = texts.failed;
  }
}

function tell(nothing, count, { suggestion, partly }) {
  const found = (partly ? texts.partly : texts.found).replace("{n}", count.toLocaleString(document.documentElement.lang));
  status.textContent = nothing ? "" : count ? found : texts.none;
  suggested.hidden = !suggestion;
  if (suggestion) {
    const link = suggested.querySelector("a");
    link.textContent = suggestion;
    link.href = `?${new URLSearchParams({ q: suggestion })}`;
  }
}

/** How many there are of each kind, beside its name. */
function count(index, within) {
  const counts = new Map();
  for (const { id } of within ?? []) {
    const [kind] = kindOf(index, id);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const box of form.querySelectorAll("[name=kind]")) {
    const many = box.parentElement.querySelector("[data-count]");
    many.textContent = within ? (counts.get(box.value) ?? 0).toLocaleString(document.documentElement.lang) : many.dataset.count;
  }
}

/** What Pagefind finds in whole texts, where a site has it: below what the index finds. */
async function inTexts(query, turn) {
  const section = document.querySelector("[data-in-texts]");
  const { search } = await import(pagefind).catch(() => ({}));
  if (!search) return;
  const { results } = await search(query);
  const pages = await Promise.all(results.slice(0, STEP).map((one) => one.data()));
  if (turn !== latest) return;
  const known = new Set([...list.querySelectorAll("a")].map((link) => link.pathname));
  const fresh = pages.filter((page) => !known.has(new URL(page.url, location.href).pathname));
  const line = (page) => {
    const item = document.createElement("li");
    const title = document.createElement("h3");
    const link = Object.assign(document.createElement("a"), { href: page.url, textContent: page.meta.title });
    title.append(link);
    const text = document.createElement("p");
    const { body } = new DOMParser().parseFromString(page.excerpt, "text/html");
    text.append(...[...body.childNodes].map((node) => {
      if (node.nodeName !== "MARK") return node.textContent;
      return Object.assign(document.createElement("mark"), { textContent: node.textContent });
    }));
    item.append(title, text);
    return item;
  };
  section.querySelector("ol").replaceChildren(...fresh.map(line));
  section.hidden = !fresh.length;
}

// The address says what is asked for, so that it can be shared, and so that "back" finds it again.

function address() {
  const asked = [...new FormData(form)].filter(([, value]) => value);
  return asked.length ? `?${new URLSearchParams(asked)}` : location.pathname;
}

function restore() {
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = asked.getAll(field.name).includes(field.value);
    else if (field.name) field.value = asked.get(field.name) ?? "";
  }
  shown = history.state?.shown ?? STEP;
  return show();
}

let waiting;
function changed() {
  shown = STEP;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    history.replaceState({ shown }, "", address());
    show();
  }, 120);
}

form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  shown = STEP;
  if (address() !== location.pathname + location.search) history.pushState({ shown }, "", address());
  show();
});
more.addEventListener("click", async () => {
  const first = shown;
  shown += STEP;
  history.replaceState({ shown }, "", address());
  await show();
  list.children[first]?.querySelector("a").focus();
});
addEventListener("popstate", restore);
addEventListener("pagehide", () => history.replaceState({ shown, y: scrollY }, "", address()));

form.hidden = false;
const y = history.state?.y;
await restore();
if (y) scrollTo(0, y);
