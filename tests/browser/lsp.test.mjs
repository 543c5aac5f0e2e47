// The language server, as an editor uses it: through the library with which VS Code speaks the protocol.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import protocol from "vscode-languageserver-protocol/node";

const PLEIN = resolve(process.env.PLEIN ?? "target/release/plein");
const root = realpathSync(mkdtempSync(join(tmpdir(), "lsp-")));
const uri = (path) => pathToFileURL(join(root, path)).href;
const read = (path) => readFileSync(join(root, path), "utf8");
const soup = "content/events/soep-op-woensdag.md";
const running = [];

/// An editor that starts the server in the lab.
class Editor {
  constructor(encodings = ["utf-16"], folder = root) {
    this.folder = folder;
    this.encodings = encodings;
    this.told = new Map();
    this.waiting = [];
    this.versions = 0;
    this.process = spawn(PLEIN, ["lsp", "--stdio", "--now", "2026-11-22T12:00:00+01:00"], { cwd: tmpdir() });
    running.push(this.process);
    this.ended = new Promise((done) => this.process.on("exit", done));
    this.connection = protocol.createProtocolConnection(this.process.stdout, this.process.stdin);
    this.connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
      this.told.set(uri, diagnostics);
      this.waiting = this.waiting.filter((look) => !look());
    });
    this.connection.onRequest("client/registerCapability", ({ registrations }) => {
      this.registered = registrations;
      return null;
    });
    this.connection.listen();
  }
  ask(method, params) {
    return this.connection.sendRequest(method, params);
  }
  tell(method, params) {
    return this.connection.sendNotification(method, params);
  }
  async begin() {
    const answer = await this.ask("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(this.folder).href, name: "lab" }],
      capabilities: {
        general: { positionEncodings: this.encodings },
        workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
      },
    });
    await this.tell("initialized", {});
    return answer;
  }
  open(path, text = read(path)) {
    this.texts ??= {};
    this.texts[path] = text;
    const textDocument = { uri: uri(path), languageId: "markdown", version: ++this.versions, text };
    return this.tell("textDocument/didOpen", { textDocument });
  }
  write(path, text) {
    this.texts[path] = text;
    const textDocument = { uri: uri(path), version: ++this.versions };
    return this.tell("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
  }
  /// Opens a file with a text in which `^` marks a place, and asks about it.
  async at(method, path, marked, more = {}) {
    const at = marked.indexOf("^");
    const text = marked.replace("^", "");
    await (path in (this.texts ?? {}) ? this.write(path, text) : this.open(path, text));
    const lines = marked.slice(0, at).split("\n");
    const position = { line: lines.length - 1, character: lines.at(-1).length };
    return this.ask(`textDocument/${method}`, { textDocument: { uri: uri(path) }, position, ...more });
  }
  /// What is wrong with a file, once it is as expected.
  async faults(path, expected) {
    const codes = () => (this.told.get(uri(path)) ?? []).map((one) => one.code);
    const same = () => this.told.has(uri(path)) && JSON.stringify(codes()) === JSON.stringify(expected);
    if (!same()) {
      let timer;
      const waited = new Promise((found, failed) => {
        timer = setTimeout(() => failed(new Error(`${path}: ${codes()} and not ${expected}`)), 30_000);
        this.waiting.push(() => same() && (found(), true));
      });
      await waited.finally(() => clearTimeout(timer));
    }
    return this.told.get(uri(path));
  }
  async end() {
    assert.equal(await this.ask("shutdown"), null);
    await this.tell("exit");
    assert.equal(await this.ended, 0);
    this.connection.dispose();
  }
}

const labels = (answer) => answer.items.map((item) => item.label);
const item = (answer, label) => answer.items.find((item) => item.label === label);
const cut = (text, { start, end }) => {
  const lines = text.split("\n");
  const byte = ({ line, character }) => lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [text.slice(0, byte(start)), text.slice(byte(start), byte(end)), text.slice(byte(end))];
};

let editor;
before(async () => {
  cpSync(new URL("../sites/small-lab", import.meta.url), root, { recursive: true });
  editor = new Editor();
  const { capabilities, serverInfo } = await editor.begin();
  assert.equal(serverInfo.name, "plein");
  assert.equal(capabilities.positionEncoding, "utf-16");
  // The site is known once something was told of it.
  await editor.open(soup, read(soup).replace("title: ", "titel: "));
  await editor.faults(soup, ["yaml/unknown-field"]);
});
after(async () => {
  running.forEach((one) => one.kill());
  rmSync(root, { recursive: true });
});

test("a mistake is told where it stands, counted in UTF-16, and goes when it is mended", async () => {
  const text = read(soup).replace(/^summary: .*$/m, "summary: 🍲 één kom").replace("space: keuken", "space: '🍲', x: keuken");
  await editor.write(soup, text);
  const [broken] = await editor.faults(soup, ["yaml/syntax"]);
  assert.equal(broken.severity, 1);
  assert.equal(broken.source, "plein");
  const wrong = read(soup).replace(/^space: .*$/m, "space: keukan");
  await editor.write(soup, wrong);
  const [fault] = await editor.faults(soup, ["site/unresolved-reference"]);
  assert.equal(cut(wrong, fault.range)[1], "keukan");
  assert.match(fault.message, /keuken/);
  await editor.write(soup, read(soup));
  await editor.faults(soup, []);
});

test("what an edit breaks in another file is told there, also of a file that is not open", async () => {
  const [site, english] = ["data/site.yaml", "content/events/soep-op-woensdag.en.md"];
  await editor.open(site, read(site).replace("languages: [nl, en]", "languages: [nl]"));
  await editor.faults(english, ["content/unknown-language"]);
  await editor.tell("textDocument/didClose", { textDocument: { uri: uri(site) } });
  await editor.faults(english, []);
});

test("a mistake that is one word for another has a mend", async () => {
  const wrong = read(soup).replace("title: ", "titel: ");
  await editor.write(soup, wrong);
  const [fault] = await editor.faults(soup, ["yaml/unknown-field"]);
  const asked = { textDocument: { uri: uri(soup) }, range: fault.range, context: { diagnostics: [fault] } };
  const [action] = await editor.ask("textDocument/codeAction", asked);
  assert.equal(action.kind, "quickfix");
  const [edit] = action.edit.changes[uri(soup)];
  const [before, , behind] = cut(wrong, edit.range);
  assert.equal(before + edit.newText + behind, read(soup));
  const elsewhere = { start: { line: 30, character: 0 }, end: { line: 30, character: 0 } };
  assert.deepEqual(await editor.ask("textDocument/codeAction", { ...asked, range: elsewhere }), []);
  await editor.write(soup, read(soup));
  await editor.faults(soup, []);
});

test("fields, choices, records and topics are offered, also in half a file", async () => {
  const fields = await editor.at("completion", soup, "---\ntitle: Soep\nsta^");
  assert.ok(labels(fields).includes("start") && labels(fields).includes("status"));
  assert.ok(!labels(fields).includes("title"));
  const status = item(fields, "status");
  assert.match(status.textEdit.newText, /^status: \$\{1\|scheduled,/);
  assert.equal(status.insertTextFormat, 2);
  assert.deepEqual(status.textEdit.range, { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } });
  assert.ok(status.documentation.value);
  const choices = await editor.at("completion", soup, "---\ntitle: Soep\nstatus: can^\nrepeat: {every: [");
  assert.ok(labels(choices).includes("cancelled"));
  const spaces = await editor.at("completion", soup, "---\nspace: ^\n---\n");
  assert.ok(item(spaces, "keuken").detail.length > 3);
  const topics = await editor.at("completion", soup, "---\ntopics: [^\n");
  assert.deepEqual(labels(topics), ["voedsel"]);
  assert.equal(topics.items[0].detail, "Food");
  const nested = await editor.at("completion", soup, "---\nrepeat:\n  every: week\n  ^");
  assert.ok(labels(nested).includes("until") && !labels(nested).includes("every") && !labels(nested).includes("title"));
  const nothing = await editor.at("completion", soup, "---\ntitle: Soep\n---\nKom ook ^");
  assert.deepEqual(nothing.items, []);
  await editor.write(soup, read(soup));
});

test("a field and a reference say what they are, and a reference leads to its file", async () => {
  const field = await editor.at("hover", soup, "---\nst^art: 2026-12-01\n---\n");
  assert.match(field.contents.value, /^\*\*.+\*\* · `start`/);
  const space = await editor.at("hover", soup, "---\nspace: keu^ken\n---\n");
  assert.match(space.contents.value, /content\/spaces\/keuken\.md/);
  const leads = await editor.at("definition", soup, "---\nspace: keu^ken\n---\n");
  assert.equal(leads.uri, uri("content/spaces/keuken.md"));
  const link = await editor.at("definition", soup, "---\ntitle: a\n---\nSee [the kitchen](../spaces/keu^ken.md#hours).\n");
  assert.equal(link.uri, uri("content/spaces/keuken.md"));
  const id = /- id: (\S+)/.exec(read("data/topics.yaml"))[1];
  const topic = await editor.at("definition", soup, `---\ntopics: [${id.slice(0, 2)}^${id.slice(2)}]\n---\n`);
  assert.equal(topic.uri, uri("data/topics.yaml"));
  assert.equal(cut(read("data/topics.yaml"), topic.range)[1], id);
  assert.equal(await editor.at("hover", soup, "---\ntitle: So^ep\n---\n"), null);
  await editor.write(soup, read(soup));
});

test("a document is made even, and one with a mistake in its YAML stays as it is", async () => {
  const options = { tabSize: 2, insertSpaces: true };
  const odd = "---\nstart:   2026-12-01T18:00  \n# ours\ntitle: 🍲 Soep\n---\nKom!\n";
  const edits = await editor.at("formatting", soup, `^${odd}`, { options });
  assert.equal(edits.length, 1);
  const [before, , behind] = cut(odd, edits[0].range);
  assert.equal(before + edits[0].newText + behind, "---\n# ours\ntitle: 🍲 Soep\nstart: 2026-12-01T18:00\n---\n\nKom!\n");
  assert.equal(await editor.at("formatting", soup, "^---\na: b: c\n---\n", { options }), null);
  assert.deepEqual(await editor.at("formatting", soup, "^---\ntitle: Soep\n---\n", { options }), []);
  await editor.write(soup, read(soup));
});

test("what changes on the disk is seen", async () => {
  const page = "content/pages/nieuw.md";
  assert.ok(editor.registered[0].registerOptions.watchers.length > 0);
  writeFileSync(join(root, page), "---\ntitel: Nieuw\n---\n");
  await editor.tell("workspace/didChangeWatchedFiles", { changes: [{ uri: uri(page), type: 1 }] });
  await editor.faults(page, ["yaml/unknown-field"]);
  rmSync(join(root, page));
  await editor.tell("workspace/didChangeWatchedFiles", { changes: [{ uri: uri(page), type: 3 }] });
  await editor.faults(page, []);
});

test("what is not known is answered so, and what makes no sense harms nothing", async () => {
  await assert.rejects(editor.ask("textDocument/rename", {}), { code: -32601 });
  assert.equal(await editor.ask("textDocument/hover", {}), null);
  const nowhere = { textDocument: { uri: uri(soup) }, position: { line: -1, character: "x" } };
  assert.equal(await editor.ask("textDocument/completion", nowhere), null);
  const far = { textDocument: { uri: uri(soup) }, position: { line: 9999, character: 9999 } };
  assert.deepEqual((await editor.ask("textDocument/completion", far)).items, []);
  await editor.tell("textDocument/didOpen", {});
  await editor.tell("textDocument/didChange", { textDocument: { uri: "untitled:1" }, contentChanges: [{ text: "x" }] });
  await editor.tell("$/unheardOf", {});
  assert.equal(await editor.ask("textDocument/hover", { textDocument: { uri: "untitled:1" }, position: { line: 0, character: 0 } }), null);
});

test("an editor that counts in bytes is answered in bytes, and leaving without a word ends with 1", async () => {
  const other = new Editor(["utf-8", "utf-16"], join(root, "content"));
  const { capabilities } = await other.begin();
  assert.equal(capabilities.positionEncoding, "utf-8");
  // The folder that is open lies within the site: it is found from the file.
  await other.open(soup, read(soup).replace(/^space: .*$/m, "space: keukan # één").replace(/^title: .*$/m, "title: één"));
  const [fault] = await other.faults(soup, ["site/unresolved-reference"]);
  assert.equal(fault.range.start.character, 7);
  const at = { line: 1, character: Buffer.byteLength("title: één") };
  const odd = await other.ask("textDocument/formatting", { textDocument: { uri: uri(soup) }, position: at });
  assert.ok(Array.isArray(odd));
  await other.tell("exit");
  assert.equal(await other.ended, 1);
});

test("after the shutdown nothing more is answered", async () => {
  const other = new Editor();
  await other.begin();
  assert.equal(await other.ask("shutdown"), null);
  await assert.rejects(other.ask("textDocument/hover", {}), { code: -32600 });
  await other.tell("exit");
  assert.equal(await other.ended, 0);
  await editor.end();
});
