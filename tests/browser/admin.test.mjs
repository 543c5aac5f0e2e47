// The editor on the forge: its configuration, made of the kinds, holds against the schema of Sveltia CMS, and in a browser
// a title of each kind is edited with it. What it writes says the same as before, and Plein reads it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import { browser, open } from "./site.mjs";

const PLEIN = process.env.PLEIN ?? "target/release/plein";
const demo = new URL("../..", import.meta.url).pathname;
const npm = join(demo, "tests/node_modules/@sveltia/cms");
const root = mkdtempSync(join(tmpdir(), "admin-"));
const admin = join(root, "themes/plein/admin");
const now = ["--now", "2026-11-22T12:00:00+01:00"];
const plein = (...words) => execFileSync(PLEIN, [...words, "--site", root], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".yml": "application/yaml", ".woff2": "font/woff2", ".wasm": "application/wasm" };
let server, site, chrome;

/** The editor itself, made with the very commands of docs/admin.md; only what they install is there already. */
function bundle() {
  const commands = /```sh\n(npm install[^]*?)```/.exec(readFileSync(join(demo, "docs/admin.md"), "utf8"))[1].split("\n");
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(demo, "tests/package.json"), "utf8"));
  const installed = Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => `${name}@${version}`);
  for (const one of commands[0].match(/\S+@[\d.]+/g)) assert.ok(installed.includes(one), `${one} is what is tested`);
  symlinkSync(join(demo, "tests/node_modules"), join(root, "node_modules"));
  execFileSync("sh", ["-ec", commands.slice(1).join("\n")], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
}

before(async () => {
  for (const part of ["content", "data"]) cpSync(join(demo, part), join(root, part), { recursive: true });
  plein("admin", "--backend", "test-repo", "--quiet");
  bundle();
  const small = join(root, "small");
  execFileSync(PLEIN, ["init", small, "--quiet"]);
  cpSync(admin, join(small, "themes/plein/admin"), { recursive: true });
  execFileSync(PLEIN, ["build", "--quiet", "--site", small, "--output", join(root, "public")]);
  const headers = readFileSync(join(root, "public/_headers"), "utf8");
  const policy = /^\/admin\/\*\n  Content-Security-Policy: (.*)\n  X-Robots-Tag: noindex$/m.exec(headers)[1];
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(root, "public", pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    if (!existsSync(file)) return response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "text/plain", "Content-Security-Policy": policy });
    response.end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  site = { address: `http://127.0.0.1:${server.address().port}` };
  chrome = await browser();
});
after(async () => {
  await chrome?.close();
  server?.close();
  rmSync(root, { recursive: true });
});

test("the configuration holds against the schema of Sveltia CMS, for every forge", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const holds = ajv.compile(JSON.parse(readFileSync(join(npm, "schema/sveltia-cms.json"), "utf8")));
  const forges = [["test-repo"], ["github", "--sign-in", "https://sign-in.example"], ["gitlab", "--app-id", "7"], ["gitea", "--host", "https://git.lab.example", "--branch", "main"]];
  for (const [name, ...more] of forges) {
    const config = JSON.parse(plein("admin", "--config-only", "--format", "json", "--backend", name, "--repo", "our-lab/site", ...more));
    assert.ok(holds(config), JSON.stringify(holds.errors?.slice(0, 5)));
    assert.equal(config.collections.length, readdirSync(join(demo, "content")).length - 1);
  }
});

/** The files that the editor works on, in the storage of the browser. */
const store = (page, files) => page.evaluate(async (files) => {
  const top = await (await navigator.storage.getDirectory()).getDirectoryHandle("sveltia-cms-test", { create: true });
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    const name = parts.pop();
    let folder = top;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
    const out = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await out.write(text);
    await out.close();
  }
}, files);
const stored = (page, paths) => page.evaluate(async (paths) => {
  const top = await (await navigator.storage.getDirectory()).getDirectoryHandle("sveltia-cms-test");
  return Promise.all(paths.map(async (path) => {
    const parts = path.split("/");
    const name = parts.pop();
    let folder = top;
    for (const part of parts) folder = await folder.getDirectoryHandle(part);
    return (await (await folder.getFileHandle(name)).getFile()).text();
  }));
}, paths);

/** The front matter of a file as lines, and its body. */
function parted(text) {
  const [, front, body] = /^---\n([^]*?\n)---\n([^]*)$/.exec(text);
  return { lines: front.trimEnd().split("\n"), body };
}
const titles = (text) => parted(text).lines.filter((line) => line.startsWith("title:"));

test("every field of each kind is there, and a title of each is edited; the rest of the record says the same", async () => {
  const page = await open(chrome, site, "/robots.txt", { locale: "nl-NL", viewport: { width: 1400, height: 15000 } });
  page.setDefaultTimeout(20_000);
  const files = {};
  const folders = readdirSync(join(root, "content")).filter((name) => name !== "media");
  for (const folder of folders) for (const name of readdirSync(join(root, "content", folder))) files[`content/${folder}/${name}`] = readFileSync(join(root, "content", folder, name), "utf8");
  await store(page, files);
  const { collections } = JSON.parse(plein("admin", "--config-only", "--format", "json", "--backend", "test-repo"));
  const edited = folders.map((folder) => {
    // Pages that are made by a program are for nobody to edit, and far too long for it. Of the others the one that says most.
    const own = Object.keys(files).filter((path) => path.startsWith(`content/${folder}/`) && /\/[a-z0-9-]+\.md$/.test(path) && !files[path].includes("<!-- generated"));
    const most = (path) => new Set(parted(files[path]).lines.map((line) => /^ *(- )?[a-z_]+:/.exec(line)?.[0])).size + (files[path.replace(".md", ".en.md")] ? 3 : 0);
    const path = own.sort((a, b) => most(b) - most(a))[0];
    return { folder, path, slug: /([^/]+)\.md$/.exec(path)[1] };
  });
  // Days of the month are texts that look like numbers.
  edited.push({ folder: "events", path: "content/events/brood-op-de-vijftiende.md", slug: "brood-op-de-vijftiende" });
  const published = () => {
    plein("build", "--quiet", ...now, "--output", join(root, "data-before-and-after"));
    return edited.map(({ folder, slug }) => JSON.parse(readFileSync(join(root, `data-before-and-after/data/v1/${folder}/${slug}.json`), "utf8")));
  };
  const before = published();

  await page.goto("/admin/");
  await page.getByRole("button").first().click();
  await page.getByRole("button", { name: /^(Nieuw|Maak)/ }).first().waitFor();
  for (const one of edited) {
    const { folder, slug } = one;
    await page.goto(`/admin/#/collections/${folder}/entries/${slug}`);
    const title = page.locator('section[data-key-path="title"] input').first();
    await title.waitFor();
    one.title = await title.inputValue();
    // Every field of the kind is there to be filled in.
    for (const { name } of collections.find((own) => own.name === folder).fields) await page.locator(`section[data-key-path="${name}"]`).first().waitFor({ state: "attached" });
    await title.fill(`${one.title} en meer`);
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.locator(".content-editor").waitFor({ state: "detached" });
  }
  const paths = Object.keys(files);
  const saved = await stored(page, paths);
  for (const [n, path] of paths.entries()) {
    const [was, is] = [files[path], saved[n]];
    const own = edited.find((one) => path === one.path);
    const other = edited.find((one) => path.startsWith(one.path.replace(/md$/, "")));
    // A translation may be written anew, but says the same; what was not edited is not touched.
    if (!own && !other) assert.equal(is, was, path);
    if (own) assert.ok(titles(is)[0].includes(`${own.title} en meer`) && titles(was)[0].includes(own.title), path);
    assert.equal(parted(is).body, parted(was).body, path);
    writeFileSync(join(root, path), is);
  }
  assert.equal(plein("check", "--quiet", ...now), "");
  const bare = (record) => JSON.stringify(record).replaceAll(" en meer", "");
  const after = published();
  edited.forEach(({ path }, n) => {
    assert.notDeepEqual(after[n], before[n], path);
    assert.equal(bare(after[n]), bare(before[n]), path);
  });
  assert.deepEqual([page.foreign, page.faults], [[], []]);
});
