// Search as visitors meet it: typing, slips, filters, both languages, without JavaScript, and what it transfers.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser as start, folder, host, open } from "./site.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const TABLE = JSON.parse(readFileSync(new URL("words.json", import.meta.url)));
/** What a query may transfer, page and scripts included: that of a thousand documents, with room. */
const MOST = 60 * 1024;
/** Milliseconds from the script's start to the first result, on a machine that does other things too. */
const SOON = 1500;

let site, browser;
before(async () => {
  site = await host();
  browser = await start();
});
after(async () => {
  await browser.close();
  site.end();
});

const at = (path, options) => open(browser, site, path, options);
const shown = (page, n = 0) =>
  page.waitForFunction((n) => performance.getEntriesByName("search-shown").length > n, n);

/** The search page, ready for typing. */
async function searching(path) {
  const page = await at(path);
  await shown(page);
  return page;
}

const titles = (page) => page.locator("[data-results] h3 a").allTextContents();
const status = (page) => page.locator("[data-status]");

/** Types a query and waits for what it finds. */
async function type(page, query) {
  const before = await page.evaluate(() => performance.getEntriesByName("search-shown").length);
  await page.locator("#q").fill(query);
  await shown(page, before);
}

test("words are reduced as the index reduces them, in every language", async () => {
  const stemmers = readdirSync(join(folder, "assets/vendor")).filter((name) => name.startsWith("stemmer-"));
  for (const language of new Set(TABLE.map(([language]) => language))) {
    const page = await at("/404.html");
    const own = stemmers.find((name) => name.startsWith(`stemmer-${language.split("-")[0]}.`));
    // The Dutch page with the stemmer of another language, or with none.
    const other = (html) => (own ? html.replace(/stemmer-nl\.\w+\.js/g, own) : html.replace(/data-stemmer="[^"]*"/, ""));
    await page.route("**/zoeken/", async (route) => {
      const answer = await route.fetch();
      return route.fulfill({ response: answer, body: other(await answer.text()) });
    });
    await page.goto("/zoeken/");
    const script = await page.locator('script[type="module"]').first().getAttribute("src");
    for (const [, text, expected] of TABLE.filter(([other]) => other === language)) {
      const terms = await page.evaluate(async ([script, text]) => {
        const { words, terms } = await import(script);
        return words(text).map((word) => terms(word));
      }, [script, text]);
      assert.deepEqual(terms, expected, `${language}: ${text}`);
    }
    await page.context().close();
  }
});

test("typing finds, in Dutch and in English, also another form of the word", async () => {
  const page = await searching("/zoeken/");
  await type(page, "soep");
  assert.ok((await titles(page)).some((title) => /soep/i.test(title)));
  await type(page, "initiatief");
  const one = await status(page).textContent();
  await type(page, "initiatieven");
  assert.equal(await status(page).textContent(), one);
  const english = await searching("/en/search/");
  await type(english, "soups");
  assert.ok((await titles(english)).some((title) => /soup/i.test(title)));
  assert.deepEqual([page.faults, page.foreign, english.faults, english.foreign], [[], [], [], []]);
});

test("what is found is marked, and tells its kind", async () => {
  const page = await searching("/zoeken/?q=soep");
  await page.waitForSelector("[data-results] mark");
  assert.match(await page.locator("[data-results] mark").first().textContent(), /soep/i);
  assert.ok(await page.locator("[data-results] .badge-kind").first().textContent());
});

test("a slip of the pen finds what was meant and says so, also in the first letter", async () => {
  const page = await searching("/zoeken/");
  for (const slip of ["ambasade", "anbassade", "mabassade", "rambassade"]) {
    await type(page, slip);
    assert.match(await page.locator("[data-suggestion] a").textContent(), /ambassade/, slip);
    assert.ok((await titles(page)).length > 0, slip);
  }
  await page.locator("[data-suggestion] a").click();
  await page.waitForFunction(() => document.querySelector("#q")?.value.includes("ambassade"));
});

test("part of a long word finds it", async () => {
  const page = await searching("/zoeken/");
  await type(page, "preekuur");
  assert.ok((await titles(page)).some((title) => /spreekuur/i.test(title)));
});

test("nothing found says so, and leaves the alphabet", async () => {
  const page = await searching("/zoeken/");
  await type(page, "qqqxyzzy");
  assert.match(await status(page).textContent(), /Niets gevonden/);
  assert.ok(await page.locator("#a-z").isVisible());
});

test("a kind and a topic narrow what is found, and the address says so", async () => {
  const page = await searching("/zoeken/?q=almere");
  await page.waitForSelector("[data-results] li");
  await page.getByLabel(/^Stadsambassades/).check();
  await page.waitForFunction(() => [...document.querySelectorAll("[data-results] .card")].every((card) => card.dataset.kind === "embassy"));
  await page.waitForURL(/kind=embassy/);
  await page.getByLabel(/^Stadsambassades/).uncheck();
  const options = await page.locator("select[name=topics] option").count();
  assert.ok(options > 1);
  await page.locator("#q").fill("");
  await page.locator("select[name=topics]").selectOption({ index: 1 });
  await page.waitForURL(/topics=/);
  await page.waitForSelector("[data-results] li");
});

test("going back brings the results again", async () => {
  const page = await searching("/zoeken/");
  await type(page, "soep");
  const before = await titles(page);
  await page.locator("[data-results] a").first().click();
  await page.waitForURL(/agenda|initiatieven|nieuws|praktijken|plekken|markt|en\//);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("[data-results] li").length > 0);
  assert.equal(await page.locator("#q").inputValue(), "soep");
  assert.deepEqual(await titles(page), before);
});

test("it works by keyboard alone, and tells how many were found", async () => {
  const page = await searching("/zoeken/");
  await page.locator("#q").focus();
  await page.keyboard.type("soep");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /\d/.test(document.querySelector("[data-status]").textContent));
  assert.ok(await page.locator("[role=status] [data-status]").isVisible());
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => !!document.activeElement.closest("[data-results]"))) return;
  }
  assert.fail("the results cannot be reached by Tab");
});

test("an index of another build is read anew", async () => {
  const page = await searching("/zoeken/");
  const old = (sum) => sum.replace(/"(shown|words)":"[0-9a-f]{6}/g, '"$1":"000000');
  let times = 0;
  await page.route("**/search/v1/nl/index.json", async (route) => {
    const answer = await route.fetch();
    times += 1;
    return route.fulfill({ response: answer, body: times === 1 ? old(await answer.text()) : await answer.text() });
  });
  await page.goto("/zoeken/?q=soep");
  await page.waitForSelector("[data-results] li");
  assert.equal(times, 2);
});

test("results are accessible, in light and dark and on a narrow screen", async () => {
  const views = [{ colorScheme: "light" }, { colorScheme: "dark" }, { viewport: { width: 320, height: 640 } }];
  for (const view of views) {
    const page = await at("/zoeken/?q=soep+ambasade", { ...view, bypassCSP: true, reducedMotion: "reduce" });
    await page.waitForSelector("[data-results] li");
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }
});

test("without JavaScript there are topics and everything from A to Z", async () => {
  for (const path of ["/zoeken/", "/en/search/"]) {
    const page = await at(path, { javaScriptEnabled: false });
    assert.ok(!(await page.locator("form[data-search]").isVisible()));
    const topics = page.locator("section[aria-labelledby=topics] a");
    assert.ok((await topics.count()) > 0);
    const letters = page.locator("nav[aria-labelledby=a-z] a");
    assert.ok((await letters.count()) > 10);
    const listed = await page.locator(".az-letter li a").count();
    if (listed === 0) {
      await letters.first().click();
      assert.ok((await page.locator(".az-letter li a").count()) > 0);
    }
  }
});

test("a query transfers little and answers soon", async (t) => {
  const sums = [];
  for (const query of ["soep", "wijk", "repareren", "ambasade", "duurzaam wonen"]) {
    const page = await at(`/zoeken/?q=${encodeURIComponent(query)}`);
    await shown(page);
    const index = page.received.filter(({ path }) => path.startsWith("/search/"));
    const scripts = page.received.filter(({ path }) => path.endsWith(".js"));
    const bytes = (files) => files.reduce((sum, file) => sum + file.bytes, 0);
    const soon = await page.evaluate(() => {
      const script = performance.getEntriesByType("resource").find((one) => /\/search\.[0-9a-f]+\.js/.test(one.name));
      return performance.getEntriesByName("search-shown")[0].startTime - script.responseEnd;
    });
    sums.push(bytes(index) + bytes(scripts));
    t.diagnostic(`${query}: ${bytes(index)} bytes of index in ${index.length} files, ${bytes(scripts)} of scripts, first result ${Math.round(soon)} ms after the script`);
    assert.ok(soon < SOON, `${query}: ${soon} ms`);
  }
  assert.ok(Math.max(...sums) < MOST, `${sums}`);
});
