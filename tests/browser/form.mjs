// The form beside a page, for the tests in this folder: a copy of the demo in git, served with `plein serve --edit`.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, open } from "./site.mjs";

const PLEIN = process.env.PLEIN ?? "target/release/plein";
const demo = new URL("../..", import.meta.url).pathname;

/** The folders of the kinds. */
export const folders = readdirSync(join(demo, "content")).filter((name) => name !== "media");

/** Serves the demo with some more files, and gives what tests need of it. */
export async function serve(files = {}) {
  const root = mkdtempSync(join(tmpdir(), "edit-"));
  const git = (...words) => execFileSync("git", ["-C", root, "-c", "user.name=Lab", "-c", "user.email=lab@lab.example", ...words], { encoding: "utf8" });
  for (const part of ["content", "data"]) cpSync(join(demo, part), join(root, part), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  git("init", "-q", "-b", "main");
  git("config", "core.autocrlf", "false");
  git("config", "user.name", "Lab");
  git("config", "user.email", "lab@lab.example");
  git("add", "-A");
  git("commit", "-qm", "Begin");
  const plein = spawn(PLEIN, ["serve", "--edit", "--site", root, "--port", "0", "--now", "2026-11-22T12:00:00+01:00"]);
  const [, address, token] = await new Promise((done, failed) => {
    let told = "";
    const listen = (bytes) => {
      told += bytes;
      const match = /(http:\/\/127\.0\.0\.1:\d+)\/_plein\/edit\?token=([0-9a-f]{32})/.exec(told);
      if (match) done(match);
    };
    plein.stdout.on("data", listen);
    plein.stderr.on("data", listen);
    plein.on("exit", () => failed(new Error(told)));
  });
  const site = { address };
  const chrome = await browser();
  return {
    root, site, chrome, token, git,
    /** The form for a file. */
    form: async (file, options) => {
      const page = await open(chrome, site, `/_plein/edit?token=${token}#file=${file}`, options);
      await page.locator("form h1").waitFor();
      return page;
    },
    /** The lines that git shows as changed. */
    changed: () => git("diff", "-U0").split("\n").filter((line) => /^[-+]/.test(line) && !/^(--- a|\+\+\+ b)\//.test(line)),
    reset: () => git("checkout", "-q", "--", "."),
    end: async () => {
      await chrome.close();
      plein.kill();
      rmSync(root, { recursive: true });
    },
  };
}

export const field = (page, name) => page.locator(`[data-field="${name}"]`).first();
export const input = (page, name) => field(page, name).locator("input, textarea, select").first();
export async function save(page, words) {
  // What was said of the save before is not about this one.
  await page.locator("#said").evaluate((said) => said.replaceChildren());
  await page.locator("button.main[type=submit]").click();
  await page.locator("#said", { hasText: words }).waitFor({ timeout: 20_000 });
}
