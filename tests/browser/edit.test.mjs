// The form beside a page: one field of each kind is edited in the browser, and git shows that and nothing else.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { field, folders, input, save, serve } from "./form.mjs";
import { open } from "./site.mjs";

let end, site, chrome, token, root, git, form, changed, reset;

before(async () => {
  ({ end, site, chrome, token, root, git, form, changed, reset } = await serve());
});
// A form that stays open follows every edit of the tests behind it.
afterEach(() => Promise.all(chrome.contexts().map((context) => context.close())));
after(() => end());

for (const folder of folders) {
  test(`one title of ${folder} is edited, and nothing else changes`, async () => {
    const name = readdirSync(join(root, "content", folder)).find((name) => /^[a-z0-9-]+\.md$/.test(name));
    const file = `content/${folder}/${name}`;
    const line = readFileSync(join(root, file), "utf8").split("\n").find((line) => line.startsWith("title:"));
    const page = await form(file);
    const title = await input(page, "title").inputValue();
    await input(page, "title").fill(`${title} en meer`);
    await save(page, "Bewaard.");
    const [before, now, ...rest] = changed();
    assert.equal(before, `-${line}`);
    assert.equal(now, `+${line.replace(title, `${title} en meer`)}`);
    assert.deepEqual(rest, []);
    assert.deepEqual([page.foreign, page.faults], [[], []]);
    reset();
  });
}

test("a form that was filled in with nothing new changes no file at all", async () => {
  for (const folder of folders) {
    const names = readdirSync(join(root, "content", folder)).slice(0, 2);
    for (const name of names) {
      const page = await form(`content/${folder}/${name}`);
      await save(page, /niets veranderd/);
      await page.context().close();
    }
  }
  assert.equal(git("status", "--porcelain"), "");
});

test("lists, choices, dates, groups and the body each change their own lines", async () => {
  const file = "content/events/brood-op-de-vijftiende.md";
  const page = await form(file);
  await page.getByRole("checkbox", { name: "Wonen" }).first().check();
  await input(page, "start").fill("2026-10-15T16:30");
  await input(page, "repeat.until").fill("2027-05-15");
  await input(page, "type").selectOption("making");
  const body = await page.locator("#body").inputValue();
  await page.locator("#body").fill(body.replace("Neem je eigen deeg mee", "Neem eigen deeg mee"));
  await save(page, "Bewaard.");
  const lines = changed();
  assert.equal(lines.length, 10, lines.join("\n"));
  for (const line of ["+topics: [voedsel, ontmoeten, wonen]", "+type: making", "+start: 2026-10-15T16:30", "+  until: 2027-05-15"]) assert.ok(lines.includes(line), line);
  reset();
});

test("a mistake is told at its field, and nothing is saved", async () => {
  const page = await form("content/events/bouwweek-meubels.md");
  await input(page, "end").fill("2027-02-21T16:00");
  await save(page, /niets bewaard/);
  assert.match(await field(page, "end").locator(".wrong").textContent(), /\w/);
  assert.equal(await input(page, "end").getAttribute("aria-invalid"), "true");
  assert.deepEqual(changed(), []);
});

test("a file that changed meanwhile is not overwritten", async () => {
  const file = join(root, "content/events/bouwweek-meubels.md");
  const page = await form("content/events/bouwweek-meubels.md");
  writeFileSync(file, readFileSync(file, "utf8").replace("capacity: 16", "capacity: 17"));
  await input(page, "title").fill("Iets anders");
  await save(page, /intussen veranderd/);
  assert.deepEqual(changed(), ["-capacity: 16", "+capacity: 17"]);
  reset();
});

test("a record is made, translated, shown, committed and removed", async () => {
  const page = await open(chrome, site, `/_plein/edit?token=${token}`);
  await page.getByRole("button", { name: "Nieuw" }).click();
  const dialog = page.locator("dialog");
  await dialog.locator('[data-field="title"] input').fill("Sjoelen: een avond");
  await dialog.locator('[data-field="start"] input').fill("2026-12-20T19:30");
  await dialog.getByRole("button", { name: "Maak" }).click();
  await page.locator("form h1", { hasText: "Sjoelen" }).waitFor({ timeout: 20_000 });
  const file = "content/events/sjoelen-een-avond.md";
  assert.equal(readFileSync(join(root, file), "utf8"), "---\ntitle: 'Sjoelen: een avond'\nstart: 2026-12-20T19:30\n---\n");
  await page.frameLocator("iframe").locator("h1", { hasText: "Sjoelen" }).waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: "Vertaal: Engels" }).click();
  await page.locator(".file", { hasText: "sjoelen-een-avond.en.md" }).waitFor({ timeout: 20_000 });
  assert.match(await field(page, "title").locator(".original").textContent(), /Sjoelen: een avond/);
  await input(page, "title").fill("Shuffleboard");
  await save(page, "Bewaard.");
  await page.getByRole("button", { name: "Wat is er veranderd" }).click();
  await page.locator("dialog pre", { hasText: "+title: 'Shuffleboard'" }).waitFor();
  await page.locator("#message").fill("Voeg sjoelen toe");
  await page.getByRole("button", { name: "Leg vast" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal(git("log", "-1", "--format=%s").trim(), "Voeg sjoelen toe");
  assert.equal(git("status", "--porcelain"), "");
  page.on("dialog", (asked) => asked.accept());
  await page.getByRole("button", { name: "Nederlands", exact: true }).click();
  await page.locator(".file", { hasText: "sjoelen-een-avond.md" }).waitFor();
  await page.getByRole("button", { name: "Verwijder" }).click();
  await page.locator("form").waitFor({ state: "detached", timeout: 20_000 });
  assert.equal(existsSync(join(root, file)), false);
  assert.equal(existsSync(join(root, file.replace(".md", ".en.md"))), false);
});

test("a renamed record keeps its identifier and its old address, and what points at it follows", async () => {
  const page = await form("content/initiatives/materialenbank.md");
  page.on("dialog", (asked) => asked.accept(asked.type() === "prompt" ? "de-materialenbank" : undefined));
  await page.getByRole("button", { name: "Andere naam" }).click();
  await page.locator(".file", { hasText: "content/initiatives/de-materialenbank.md" }).waitFor({ timeout: 20_000 });
  const renamed = readFileSync(join(root, "content/initiatives/de-materialenbank.md"), "utf8");
  assert.match(renamed, /^id: materialenbank$/m);
  assert.match(renamed, /\/initiatieven\/materialenbank\//);
  assert.ok(!existsSync(join(root, "content/initiatives/materialenbank.md")));
  const event = readFileSync(join(root, "content/events/bouwweek-meubels.md"), "utf8");
  assert.match(event, /^initiatives: \[de-materialenbank\]$/m);
  assert.throws(() => git("grep", "-lE", "[(/]materialenbank\\.md", "--", "content"));
  git("clean", "-fdq");
  reset();
});

test("what others point at is not removed, and the form says who does", async () => {
  const page = await form("content/organisations/stadsmakerslab.md");
  page.on("dialog", (asked) => asked.accept());
  await page.getByRole("button", { name: "Verwijder" }).click();
  await page.locator("#said", { hasText: /content\/events\/.*\.md/ }).waitFor({ timeout: 20_000 });
  assert.ok(existsSync(join(root, "content/organisations/stadsmakerslab.md")));
});

test("a picture comes from the editor's computer, and nothing is overwritten", async () => {
  const file = "content/events/bouwweek-meubels.md";
  const page = await form(file);
  const group = field(page, "image");
  await group.evaluate((details) => { for (let at = details; at; at = at.parentElement.closest("details")) at.open = true; });
  const chosen = group.locator("select");
  const picture = { name: "Keuken Soep.JPEG", mimeType: "image/jpeg", buffer: readFileSync(join(root, "content/media/keuken-soep.jpg")) };
  const upload = group.locator('input[type="file"]');
  // The same picture again is the one that is there.
  await upload.setInputFiles(picture);
  await group.locator(".picture .help", { hasText: "media/keuken-soep.jpg" }).waitFor();
  // Another one under the same name gets a name of its own.
  await upload.setInputFiles({ ...picture, buffer: Buffer.concat([picture.buffer, Buffer.from([0])]) });
  await group.locator(".picture .help", { hasText: "media/keuken-soep-2.jpg" }).waitFor();
  assert.equal(await chosen.inputValue(), "media/keuken-soep-2.jpg");
  assert.deepEqual(readFileSync(join(root, "content/media/keuken-soep.jpg")), picture.buffer);
  await upload.setInputFiles({ name: "foto.jpg", mimeType: "image/jpeg", buffer: Buffer.from("geen beeld") });
  await group.locator(".picture .help", { hasText: "Dit is geen beeld" }).waitFor();
  assert.equal(existsSync(join(root, "content/media/foto.jpg")), false);
  await group.locator("textarea").first().fill("Een pan soep");
  await save(page, "Bewaard.");
  assert.deepEqual(changed(), ["+image:", "+  file: media/keuken-soep-2.jpg", "+  alt: Een pan soep"]);
  rmSync(join(root, "content/media/keuken-soep-2.jpg"));
  reset();
  const ask = (headers) => fetch(`${site.address}/_plein/edit/picture?name=../../a.jpg`, { method: "POST", headers, body: picture.buffer }).then((answer) => answer.status);
  assert.equal(await ask({}), 403);
  assert.equal(await ask({ "x-plein-token": token, origin: "https://elsewhere.example" }), 403);
});

test("how it repeats is told in words, with the next times, while it is typed", async () => {
  const page = await form("content/events/buurttafel.md");
  const when = page.locator("#when");
  await when.locator("strong", { hasText: "laatste vrijdag" }).waitFor({ timeout: 20_000 });
  assert.match(await when.locator("li").first().textContent(), /^vrijdag 27 november 2026, 17:30$/);
  await input(page, "repeat.count").fill("3");
  await when.locator("strong", { hasText: /3 keer/ }).waitFor({ timeout: 20_000 });
  assert.equal(await when.locator("li").count(), 1);
  assert.deepEqual(changed(), []);
});

test("a page leads to its own form", async () => {
  const page = await open(chrome, site, "/agenda/bouwweek-meubels/");
  await page.getByRole("link", { name: "Bewerk deze pagina" }).click();
  await page.locator(".file", { hasText: "content/events/bouwweek-meubels.md" }).waitFor({ timeout: 20_000 });
});

test("nobody without the token, from another site or under another name reads or writes", async () => {
  const ask = (path, headers, method = "GET") => fetch(`${site.address}/_plein/edit${path}`, { method, headers, body: method === "POST" ? "{}" : undefined }).then((answer) => answer.status);
  const known = { "x-plein-token": token };
  assert.equal(await ask("/site", known), 200);
  assert.equal(await ask("/site", {}), 403);
  assert.equal(await ask("", {}), 403);
  assert.equal(await ask(`/site?token=${token}`, {}), 403);
  assert.equal(await ask("/site", { "x-plein-token": "0".repeat(32) }), 403);
  assert.equal(await ask("/save", { ...known, origin: "https://elsewhere.example" }, "POST"), 403);
  assert.equal(await ask("/save", known, "POST"), 403);
  assert.equal(await ask("/save", { ...known, origin: site.address }, "POST"), 404);
  const { request } = await import("node:http");
  const { port } = new URL(site.address);
  const rebound = await new Promise((done) => request({ port, host: "127.0.0.1", path: "/_plein/edit/site", headers: { ...known, host: `evil.example:${port}` } }, (answer) => done(answer.statusCode)).end());
  assert.equal(rebound, 403);
  const page = await new Promise((done) => request({ port, host: "127.0.0.1", path: "/", headers: { host: `evil.example:${port}` } }, (answer) => {
    let text = "";
    answer.on("data", (bytes) => (text += bytes)).on("end", () => done(text));
  }).end());
  assert.ok(page.includes("</html>") && !page.includes(token));
});
