// The form beside a page. It asks for what a file says, shows it as the kind's fields, and hands back what is wanted;
// which bytes of the file change for that is worked out on the other side.

const token = new URLSearchParams(location.search).get("token");
const bar = document.getElementById("bar");
const main = document.getElementById("main");
document.body.classList.add("editor");

async function ask(path, content) {
  const options = { headers: { "x-plein-token": token } };
  if (content) Object.assign(options, { method: "POST", body: JSON.stringify(content) });
  const answer = await fetch(`/_plein/edit/${path}`, options);
  return { status: answer.status, ...(await answer.json().then((value) => (value && typeof value === "object" ? value : { value }))) };
}

const site = await ask("site");
const say = (name) => site.words[name] ?? name;
const kinds = new Map(site.kinds.map((kind) => [kind.name, kind]));
let record = null;
let form = null;
let before = "";

/** An element with attributes and content; a property where the name begins with a dot. */
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(".")) element[key.slice(1)] = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...content.filter((part) => part != null));
  return element;
}

const button = (text, act, more = {}) => {
  const element = make("button", { type: "button", ...more }, text);
  element.addEventListener("click", act);
  return element;
};

// ---------------------------------------------------------------- fields

let number = 0;
const isEmpty = (value) =>
  value == null || value === "" || (Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.keys(value).length === 0);

/** A select of choices; what is there already stays even when it is none of them. */
function select(choices, value, attributes) {
  const known = choices.some((choice) => choice.value === value);
  const all = isEmpty(value) || known ? choices : [{ value, label: value }, ...choices];
  const element = make("select", attributes, make("option", { value: "" }, say("none")));
  element.append(...all.map((choice) => make("option", { value: choice.value }, choice.label)));
  element.value = value ?? "";
  return { element, read: () => element.value };
}

/** The records that a field may point at, each as it would be written. */
function references(folders, value) {
  const isOne = folders.length === 1 && folders[0] !== "*";
  const own = site.records.filter((other) => folders.includes("*") || folders.includes(other.folder));
  return own.map((other) => {
    const whole = `${other.folder}/${other.slug}`;
    // However it is written now, it stays so.
    const written = value === other.slug || value === whole ? value : isOne ? other.slug : whole;
    return { value: written, label: other.title };
  });
}

/** What one value is typed or chosen with. */
function control(field, value, attributes, context) {
  const text = (more) => {
    const element = make("input", { ...attributes, ...more, ".value": value ?? "" });
    return { element, read: () => element.value };
  };
  const pattern = { day: /^(\d{4}-\d\d-\d\d)?$/, moment: /^(\d{4}-\d\d-\d\dT\d\d:\d\d)?$/ }[field.is];
  switch (field.is) {
    case "choice":
      return select(field.choices, value, attributes);
    case "term":
      return select(site.vocabularies[field.vocabulary], value, attributes);
    case "reference":
      return select(references(field.folders, value), value, attributes);
    case "picture":
      return picture(value, attributes);
    case "truth":
      return select([{ value: "true", label: say("yes") }, { value: "false", label: say("no") }], value, attributes);
    case "number":
      return text({ inputmode: "decimal" });
    case "day":
      return text({ type: pattern.test(value ?? "") ? "date" : "text" });
    case "moment":
      if (context.whole) return text({ type: /^(\d{4}-\d\d-\d\d)?$/.test(value ?? "") ? "date" : "text" });
      return text({ type: pattern.test(value ?? "") ? "datetime-local" : "text" });
    default: {
      if (field.suggestions) return suggested(field, value, attributes);
      const long = field.translated && (field.name !== "title" || /\n/.test(value ?? ""));
      if (!long) return text({ type: "text" });
      const element = make("textarea", { ...attributes, ".value": value ?? "" });
      return { element, read: () => element.value };
    }
  }
}

/** A text for which there are examples: it is shown, chosen and typed in the words of the form, and kept as it is written. */
function suggested(field, value, attributes) {
  const id = `suggested-${field.name}`;
  if (!document.getElementById(id)) document.body.append(make("datalist", { id }, ...field.suggestions.map((one) => make("option", { value: one.label }))));
  const shown = field.suggestions.find((one) => one.value === value)?.label ?? value ?? "";
  const element = make("input", { ...attributes, type: "text", list: id, ".value": shown });
  const read = () => {
    const typed = element.value.trim().toLowerCase();
    return field.suggestions.find((one) => one.label.toLowerCase() === typed)?.value ?? element.value;
  };
  return { element, read };
}

/** A picture: one that is there, or one from this computer, which is kept at once under a name of its own. */
function picture(value, attributes) {
  const chosen = select(site.pictures.map((file) => ({ value: file, label: file })), value, attributes);
  const said = make("p", { class: "help", role: "status" });
  const file = make("input", { type: "file", accept: "image/*", "aria-label": say("picture.upload") });
  file.addEventListener("change", async () => {
    const [one] = file.files;
    if (!one) return;
    said.replaceChildren(say("saving"));
    const options = { method: "POST", headers: { "x-plein-token": token }, body: one };
    const answer = await fetch(`/_plein/edit/picture?name=${encodeURIComponent(one.name)}`, options);
    const found = await answer.json().catch(() => ({}));
    file.value = "";
    said.replaceChildren(answer.ok ? found.file : (found.refused ?? say("picture.large")));
    if (!answer.ok) return;
    if (!site.pictures.includes(found.file)) site.pictures.push(found.file);
    if (![...chosen.element.options].some((option) => option.value === found.file)) chosen.element.append(make("option", { value: found.file }, found.file));
    chosen.element.value = found.file;
    chosen.element.dispatchEvent(new Event("input", { bubbles: true }));
    // What is to be seen is asked for next.
    const alt = file.closest("[data-field]").parentElement.querySelector('[data-field$=".alt"] textarea');
    if (alt?.value === "") alt.focus();
  });
  const element = make("div", { class: "picture" }, chosen.element, make("label", {}, `${say("picture.upload")} `, file), said);
  return { element, read: chosen.read };
}

/** A field: its element, and `read`, which gives what it says now. */
function draw(field, value, path, context) {
  if (field.is === "group" && (value == null || typeof value === "object")) return group(field, value ?? {}, path, context);
  if (field.is === "list" && (value == null || Array.isArray(value))) return list(field, value ?? [], path, context);
  const id = `f${(number += 1)}`;
  const said = [field.help && `${id}-help`, `${id}-wrong`].filter(Boolean).join(" ");
  const one = control(field.is === "group" || field.is === "list" ? { ...field, is: "text" } : field, value, { id, "aria-describedby": said, "aria-required": field.required }, context);
  const element = make("div", { class: "field", "data-field": path.join(".") });
  const label = field.required ? `${field.label} (${say("required")})` : field.label;
  element.append(make("label", { for: id }, label));
  if (field.help) element.append(make("p", { class: "help", id: `${id}-help` }, field.help));
  element.append(one.element, make("div", { class: "wrong", id: `${id}-wrong`, hidden: true }));
  if (context.original) element.append(original(context.original, path));
  return { element, read: one.read };
}

function original(fields, path) {
  const value = path.reduce((at, name) => at?.[name], fields);
  return typeof value === "string" ? make("p", { class: "original" }, `${say("original")} `, make("bdi", {}, value)) : "";
}

function group(field, value, path, context) {
  const element = make("details", { class: "group", "data-field": path.join("."), open: !isEmpty(value) || Boolean(field.required) }, make("summary", {}, field.label));
  if (field.help) element.append(make("p", { class: "help" }, field.help));
  const inner = fieldset(field.fields, value, path, { ...context, within: true });
  if (path.join(".") === "repeat") element.append(make("div", { class: "when", id: "when", role: "status" }));
  element.append(...inner.elements, make("div", { class: "wrong", hidden: true }));
  return { element, read: inner.read };
}

let waiting = null;
/** How it repeats, in words, with the next times: after every change, once nobody types for a moment. */
function tellWhen() {
  const place = document.getElementById("when");
  if (!place) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const fields = form.read();
    const asked = JSON.stringify(fields);
    const found = isEmpty(fields.repeat) ? {} : await ask("when", { file: record.file, fields });
    if (!place.isConnected || asked !== JSON.stringify(form.read())) return;
    const next = found.next?.length ? [make("p", {}, say("when.next")), make("ul", {}, ...found.next.map((time) => make("li", {}, time)))] : [];
    place.replaceChildren(...(found.sentence ? [make("p", {}, make("strong", {}, found.sentence)), ...next] : []));
  }, 400);
}

/** Several fields; what the form does not know stays as it is. */
function fieldset(fields, value, path, context) {
  const inside = { ...context, whole: value.all_day === "true" };
  const drawn = fields.map((field) => [field, draw(field, value[field.name], [...path, field.name], inside)]);
  const known = new Set(fields.map((field) => field.name));
  const rest = Object.entries(value).filter(([name]) => !known.has(name));
  const read = () => {
    const own = drawn.map(([field, one]) => [field.name, one.read()]);
    return Object.fromEntries([...own, ...rest].filter(([, now]) => !isEmpty(now)));
  };
  const main = ([field]) => context.within || context.original || field.required || !isEmpty(value[field.name]) || MAIN.has(field.name);
  const elements = drawn.filter(main).map(([, one]) => one.element);
  const others = drawn.filter((one) => !main(one)).map(([, one]) => one.element);
  if (others.length > 0) elements.push(make("details", { class: "group more" }, make("summary", {}, say("more")), ...others));
  return { elements, read };
}

/** What is asked for even while it is empty; the rest waits under "more fields". */
const MAIN = new Set(["title", "summary", "topics", "neighbourhood", "start", "end", "space", "image", "status", "deadline", "stage"]);

function list(field, values, path, context) {
  const element = make("fieldset", { class: "group", "data-field": path.join(".") }, make("legend", {}, field.label));
  if (field.help) element.append(make("p", { class: "help" }, field.help));
  const item = { ...field.item, name: field.name, label: field.label, required: false, help: null };
  const choices = item.is === "choice" ? item.choices : item.is === "term" ? site.vocabularies[item.vocabulary] : null;
  const wrong = make("div", { class: "wrong", hidden: true });
  if (choices && choices.length <= 40) {
    const boxes = [...choices, ...values.filter((value) => !choices.some((choice) => choice.value === value)).map((value) => ({ value, label: value }))].map((choice) => {
      const box = make("input", { type: "checkbox", value: choice.value, ".checked": values.includes(choice.value) });
      return [box, make("label", {}, box, choice.label)];
    });
    element.append(make("div", { class: "choices" }, ...boxes.map(([, label]) => label)), wrong);
    const chosen = () => boxes.map(([box]) => box).filter((box) => box.checked).map((box) => box.value);
    // Those that were there stay in their order.
    return { element, read: () => { const now = chosen(); return [...values.filter((value) => now.includes(value)), ...now.filter((value) => !values.includes(value))]; } };
  }
  const items = make("ul", { class: "items" });
  let drawn = [];
  const add = (value) => {
    const one = draw({ ...item, label: `${field.label} ${drawn.length + 1}` }, value, [...path, String(drawn.length)], context);
    // What the whole list is called stands above it; each of its texts is called so only for who cannot see that.
    one.element.querySelector(":scope > label")?.classList.add("unseen");
    const line = make("li", {}, one.element);
    const entry = { ...one, line };
    if (!context.original) line.append(button(say("remove"), () => { drawn = drawn.filter((other) => other !== entry); line.remove(); form.element.dispatchEvent(new Event("input")); }));
    drawn.push(entry);
    items.append(line);
    return one;
  };
  values.forEach(add);
  element.append(items, wrong);
  if (!context.original) {
    element.append(button(say("add"), () => add(item.is === "group" ? {} : "").element.querySelector("input, select, textarea, summary")?.focus()));
  }
  return { element, read: () => drawn.map((one) => one.read()).filter((value) => !isEmpty(value) || context.original) };
}

/** Only what is written once for each language. A list has as many items as the original. */
function translated(fields) {
  return fields.flatMap((field) => {
    if (field.is === "group") return wrapped(field, translated(field.fields));
    if (field.is === "list" && field.item.is === "group") {
      const inner = translated(field.item.fields);
      return inner.length > 0 ? [{ ...field, item: { ...field.item, fields: inner } }] : [];
    }
    return field.translated || field.item?.translated ? [field] : [];
  });
}
const wrapped = (field, inner) => (inner.length > 0 ? [{ ...field, fields: inner, required: false }] : []);

function padded(value, original) {
  if (Array.isArray(original)) return original.map((item, n) => padded(value?.[n], item));
  if (original && typeof original === "object") return Object.fromEntries([...new Set([...Object.keys(original), ...Object.keys(value ?? {})])].flatMap((name) => {
    const inner = padded(value?.[name], original[name]);
    return inner === undefined ? [] : [[name, inner]];
  }));
  return value;
}

// ---------------------------------------------------------------- the page

const wanted = () => JSON.stringify([form.read(), form.body.value]);
const tellUnsaved = () => document.getElementById("unsaved")?.replaceChildren(isDirty() ? say("unsaved") : "");
const isDirty = () => form !== null && wanted() !== before;

async function open(file) {
  const found = await ask(`record?file=${encodeURIComponent(file)}`);
  if (found.status !== 200) return tell(found);
  record = found;
  const kind = kinds.get(record.kind);
  const isTranslation = Boolean(record.original);
  const fields = isTranslation ? translated(kind.form).filter((field) => field.name in record.original || field.name in record.fields) : kind.form;
  const value = isTranslation ? padded(record.fields, pick(record.original, fields)) : record.fields;
  const inner = fieldset(fields, value, [], { original: record.original });
  const body = make("textarea", { class: "body", id: "body", "aria-describedby": "body-help", ".value": record.body.replace(/^\n/, ""), lang: record.language ?? site.languages?.[0] });
  const said = make("div", { class: "said", role: "status", id: "said" });
  const element = make("form", { novalidate: true, "aria-labelledby": "title" },
    make("h1", { id: "title" }, record.fields.title ?? record.slug),
    make("p", { class: "file" }, `${say("file")}: `, make("code", {}, record.file)),
    languages(),
    ...inner.elements,
    make("div", { class: "field", "data-field": "body" }, make("label", { for: "body" }, say("body")), make("p", { class: "help", id: "body-help" }, say("body.help")), body, make("div", { class: "wrong", hidden: true })),
    said,
    make("div", { class: "actions" },
      make("button", { class: "main", type: "submit" }, say("save")),
      make("p", { class: "help", id: "unsaved", role: "status" })),
    make("div", { class: "others" },
      button(say("duplicate"), duplicate),
      isTranslation ? null : button(say("rename"), () => leave(rename)),
      button(say("delete"), remove, { class: "danger" })));
  element.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  const lead = record.body.startsWith("\n") ? "\n" : "";
  form = { element, read: inner.read, body, whole: () => lead + body.value };
  main.replaceChildren(element, make("iframe", { title: say("page"), src: record.page ?? "/" }));
  document.title = `Plein: ${record.fields.title ?? record.slug}`;
  history.replaceState(null, "", `#${record.page ?? `file=${record.file}`}`);
  before = wanted();
  faults(record.faults);
  for (const change of ["input", "change"]) element.addEventListener(change, () => { tellUnsaved(); tellWhen(); });
  tellWhen();
}

/** Those parts of the original for which a translation has fields. */
function pick(value, fields) {
  const own = fields.filter((field) => field.name in (value ?? {}));
  return Object.fromEntries(own.map((field) => {
    const inner = value[field.name];
    if (field.is === "group" && typeof inner === "object") return [field.name, pick(inner, field.fields)];
    if (field.is === "list" && field.item.is === "group" && Array.isArray(inner)) return [field.name, inner.map((item) => pick(item, field.item.fields))];
    return [field.name, inner];
  }));
}

/** A language by its name, as far as the browser knows it. */
function named(code) {
  try {
    return new Intl.DisplayNames([site.language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** A link to each language in which it is written, and to those in which it is not yet. */
function languages() {
  const [first, ...others] = site.languages ?? [];
  if (others.length === 0) return "";
  const links = [first, ...others].map((code) => {
    const own = record.files.find((file) => (file.language ?? first) === code);
    const isThis = own?.file === record.file;
    if (isThis) return make("strong", { "aria-current": "true" }, named(code));
    if (own) return button(named(code), () => leave(() => open(own.file)));
    const file = record.files.find((one) => !one.language || one.language === first)?.file.replace(/(\.[a-z-]+)?\.md$/i, `.${code}.md`);
    return button(`${say("translate")}: ${named(code)}`, () => leave(() => create(file, { title: record.original?.title ?? record.fields.title }, "")));
  });
  return make("p", { class: "choices" }, `${say("languages")}:`, ...links);
}

/** What is wrong, at its field; the rest above the buttons. */
function faults(all) {
  for (const wrong of form.element.querySelectorAll(".wrong")) wrong.hidden = true;
  for (const marked of form.element.querySelectorAll("[aria-invalid]")) marked.removeAttribute("aria-invalid");
  const rest = [];
  for (const fault of all) {
    const place = fault.field && at(fault.field);
    const words = make("p", {}, fault.message, fault.help ? make("span", { class: "help" }, ` ${fault.help}`) : "");
    if (!place) {
      rest.push(fault.file === record.file ? words : make("p", {}, `${say("elsewhere")} ${fault.file}:${fault.line} `, fault.message));
      continue;
    }
    const wrong = place.querySelector(":scope > .wrong");
    if (wrong.hidden) wrong.replaceChildren();
    wrong.append(words);
    wrong.hidden = false;
    place.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    for (let outer = place.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
  }
  return rest;
}

/** The field of a place such as `price.1.amount`, or the nearest around it. */
function at(path) {
  for (let parts = path.split("."); parts.length > 0; parts = parts.slice(0, -1)) {
    const found = form.element.querySelector(`[data-field="${CSS.escape(parts.join("."))}"]`);
    if (found) return found;
  }
  return null;
}

function tell(answer, ok = "") {
  const said = document.getElementById("said") ?? main.appendChild(make("div", { class: "said", id: "said", role: "status" }));
  const rest = form && answer.faults ? faults(answer.faults) : [];
  const bad = answer.status !== 200;
  const words = answer.conflict ? say("changed") : bad ? (answer.faults?.length ? say("refused") : `${say("failed")} ${answer.refused ?? answer.status}`) : answer.faults?.length ? say("warnings") : ok;
  said.classList.toggle("bad", bad);
  said.replaceChildren(words, ...rest);
  if (answer.conflict) said.append(" ", button(say("reload"), () => open(record.file)));
  if (bad) form?.element.querySelector("[aria-invalid]")?.focus();
}

async function save() {
  const answer = await ask("save", { file: record.file, hash: record.hash, fields: form.read(), body: form.whole() });
  if (answer.status === 200) {
    record.hash = answer.hash;
    before = wanted();
    tellUnsaved();
    if (answer.page) main.querySelector("iframe").src = answer.page;
  }
  tell(answer, answer.unchanged ? say("unchanged") : say("saved"));
}

async function create(file, fields, body) {
  const answer = await ask("create", { file, fields, body });
  if (answer.status !== 200) return tell(answer), answer;
  const known = await ask("site");
  site.records = known.records;
  fill();
  await open(file);
  return answer;
}

async function duplicate() {
  const { id, aliases, ...fields } = form.read();
  const title = `${fields.title} (${say("copy")})`;
  const slug = free(record.kind, record.slug);
  await leave(() => create(`content/${kinds.get(record.kind).folder}/${slug}.md`, { ...fields, title }, form.body.value));
}

function free(kind, slug) {
  const taken = new Set(site.records.filter((other) => other.kind === kind).map((other) => other.slug));
  let n = 2;
  while (taken.has(`${slug}-${n}`)) n += 1;
  return `${slug}-${n}`;
}

async function remove() {
  if (!confirm(say("delete.sure"))) return;
  const answer = await ask("remove", { file: record.file, hash: record.hash });
  if (answer.status !== 200) return tell(answer);
  form = null;
  site.records = (await ask("site")).records;
  fill();
  main.replaceChildren();
}

async function rename() {
  const slug = prompt(say("rename.slug"), record.slug);
  if (!slug || slug === record.slug) return;
  const answer = await ask("rename", { file: record.file, hash: record.hash, slug });
  if (answer.status !== 200) return tell(answer);
  before = wanted();
  site.records = (await ask("site")).records;
  fill();
  await open(answer.file);
}

const leave = (then) => (isDirty() && !confirm(say("leave")) ? undefined : then());

/** Small letters, digits and hyphens. */
const slugOf = (title) => title.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);

function anew() {
  const dialog = make("dialog", { "aria-labelledby": "new-title" });
  const kind = select(site.kinds.map((kind) => ({ value: kind.name, label: kind.label })), "event", { id: "new-kind" });
  const inner = make("div");
  const slug = make("input", { id: "new-slug", type: "text" });
  const said = make("div", { class: "wrong", role: "alert" });
  let asked = null;
  const redraw = () => {
    const fields = kinds.get(kind.element.value)?.form.filter((field) => field.required) ?? [];
    asked = fieldset(fields, {}, [], { within: true });
    inner.replaceChildren(...asked.elements);
    inner.querySelector('[data-field="title"] input')?.addEventListener("input", (event) => { slug.value = slugOf(event.target.value); });
  };
  kind.element.addEventListener("change", redraw);
  redraw();
  const go = async () => {
    const file = `content/${kinds.get(kind.element.value)?.folder}/${slug.value}.md`;
    const answer = await ask("create", { file, fields: asked.read(), body: "" });
    if (answer.status !== 200) return said.replaceChildren(answer.refused || "", ...(answer.faults ?? []).map((fault) => make("p", {}, fault.message, " ", fault.help ?? "")));
    site.records = (await ask("site")).records;
    fill();
    dialog.close();
    await open(file);
  };
  dialog.append(make("h2", { id: "new-title" }, say("new")), make("div", { class: "field" }, make("label", { for: "new-kind" }, say("new.kind")), kind.element), inner,
    make("div", { class: "field" }, make("label", { for: "new-slug" }, say("new.slug")), slug), said,
    make("div", { class: "actions" }, button(say("create"), go, { class: "main" }), button(say("close"), () => dialog.close())));
  show(dialog);
}

async function changes() {
  const found = await ask("diff");
  const dialog = make("dialog", { "aria-labelledby": "diff-title" }, make("h2", { id: "diff-title" }, say("diff")));
  const close = button(say("close"), () => dialog.close());
  if (!found.git || found.files.length === 0) {
    dialog.append(make("p", {}, found.git ? say("diff.none") : say("no_git")), close);
    return show(dialog);
  }
  const colour = (line) => (/^\+(?!\+\+)/.test(line) ? "plus" : /^-(?!--)/.test(line) ? "minus" : "");
  const shown = found.diff.split("\n").map((line) => make("span", { class: colour(line) }, `${line}\n`));
  const original = (file) => file.replace(/\.[A-Za-z-]+\.md$/, ".md");
  const names = found.files.map(({ file }) => site.records.find((other) => original(file).endsWith(other.file))?.title ?? file);
  const message = make("input", { id: "message", type: "text", ".value": [...new Set(names)].join(", ").slice(0, 72) });
  const said = make("div", { class: "wrong", role: "alert" });
  const commit = async () => {
    const answer = await ask("commit", { message: message.value });
    if (answer.status !== 200) return said.replaceChildren(answer.refused);
    dialog.close();
    tell(answer, say("committed"));
  };
  dialog.append(make("pre", { tabindex: "0" }, ...shown), make("div", { class: "field" }, make("label", { for: "message" }, say("commit.message")), message), said,
    make("div", { class: "actions" }, button(say("commit"), commit, { class: "main" }), close));
  show(dialog);
}

function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const titles = make("datalist", { id: "titles" });
function fill() {
  titles.replaceChildren(...site.records.map((other) => make("option", { value: other.title }, kinds.get(other.kind).label)));
}
fill();
const find = make("input", { list: "titles", id: "find", type: "text" });
find.addEventListener("change", () => {
  const found = site.records.find((other) => other.title === find.value);
  if (found) leave(() => open(found.file));
});
bar.append(make("label", { for: "find" }, say("find"), find), titles, button(say("new"), () => leave(anew)), button(say("diff"), changes), make("a", { class: "links", href: "/" }, say("back")));
addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && form) { event.preventDefault(); save(); }
});

const start = decodeURIComponent(location.hash.slice(1));
const file = start.startsWith("file=") ? start.slice(5) : start && (await ask(`at?path=${encodeURIComponent(start)}`)).value;
if (file) await open(file);
else main.append(make("p", { class: "field" }, say("choose")));
