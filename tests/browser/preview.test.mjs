// The preview in a browser: an edit shows by itself, a mistake lies over the last good page, and goes when it is mended.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, open } from "./site.mjs";

const PLEIN = process.env.PLEIN ?? "target/release/plein";
const root = mkdtempSync(join(tmpdir(), "preview-"));
const file = join(root, "content/events/soep-op-woensdag.md");
const path = "/agenda/soep-op-woensdag/";
let plein, site, chrome;

before(async () => {
  cpSync(new URL("../sites/small-lab", import.meta.url), root, { recursive: true });
  plein = spawn(PLEIN, ["serve", "--site", root, "--port", "0", "--now", "2026-11-22T12:00:00+01:00"]);
  const address = await new Promise((found, failed) => {
    let told = "";
    const listen = (bytes) => {
      told += bytes;
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(told);
      if (match) found(match[0]);
    };
    plein.stdout.on("data", listen);
    plein.stderr.on("data", listen);
    plein.on("exit", () => failed(new Error(told)));
  });
  [site, chrome] = [{ address }, await browser()];
});
after(async () => {
  await chrome.close();
  plein.kill();
  rmSync(root, { recursive: true });
});

const edit = (from, to) => {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(file, text.replace(from, to));
};

test("an edited title shows on the open page, and on the list", async () => {
  const [page, list] = [await open(chrome, site, path), await open(chrome, site, "/agenda/")];
  edit("title: ", "title: Nieuwe ");
  await page.locator("h1", { hasText: "Nieuwe" }).waitFor({ timeout: 10_000 });
  await list.locator(".card-title", { hasText: "Nieuwe" }).first().waitFor({ timeout: 10_000 });
  edit("title: Nieuwe ", "title: ");
  await page.locator("h1", { hasNotText: "Nieuwe" }).waitFor({ timeout: 10_000 });
  assert.deepEqual([page.foreign, page.faults], [[], []]);
});

test("a mistake lies over the last good page with its file and line, and goes when it is mended", async () => {
  const page = await open(chrome, site, path);
  const title = await page.locator("h1").textContent();
  edit("title: ", "titel: ");
  const overlay = page.locator(".plein-overlay");
  await overlay.waitFor({ timeout: 10_000 });
  const told = await overlay.textContent();
  assert.match(told, /soep-op-woensdag\.md:2/);
  assert.match(told, /did you mean `title`/);
  assert.equal(await page.locator("h1").textContent(), title);
  edit("titel: ", "title: ");
  await overlay.waitFor({ state: "detached", timeout: 10_000 });
});
