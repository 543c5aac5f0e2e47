// The page on which people put together their calendar, as somebody uses it.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, folder, host, open } from "./site.mjs";

let site, chrome;
before(async () => ([site, chrome] = [await host(), await browser()]));
after(async () => (await chrome.close(), site.end()));

/** The path of the calendar whose address the page shows. */
const calendar = async (page) => new URL(await page.locator("input[readonly]").first().inputValue()).pathname;

for (const options of [{}, { javaScriptEnabled: false }]) {
  const how = options.javaScriptEnabled === false ? "without JavaScript" : "with JavaScript";
  test(`a topic and then a second choice give a calendar that exists, ${how}`, async () => {
    const page = await open(chrome, site, "/kalenders/", options);
    assert.equal(await calendar(page), "/calendar.ics");
    await page.getByRole("link", { name: /^Voedsel/ }).first().click();
    const one = await calendar(page);
    assert.notEqual(one, "/calendar.ics");
    assert.ok(existsSync(join(folder, one)), one);
    const both = page.locator("main details.both").first();
    await both.locator("summary").click();
    const two = await calendar({ locator: () => both.locator("input[readonly]") });
    assert.notEqual(two, one);
    assert.ok(existsSync(join(folder, two)), two);
    assert.deepEqual([page.foreign, page.faults], [[], []]);
  });
}

test("the address is copied, and the button says so", async () => {
  const page = await open(chrome, site, "/kalenders/", { permissions: ["clipboard-read", "clipboard-write"] });
  const button = page.locator("[data-copy]").first();
  const before = await button.textContent();
  await button.click();
  await page.waitForFunction((text) => document.querySelector("[data-copy]").textContent !== text, before);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.endsWith("/calendar.ics"), copied);
});

test("the same choice in another language is one click away", async () => {
  const page = await open(chrome, site, "/kalenders/themas-voedsel/");
  await page.locator("nav.languages a[lang=en]").click();
  assert.match(new URL(page.url()).pathname, /^\/en\/calendars\/topics-voedsel\/$/);
  assert.match(await calendar(page), /^\/en\/topics\/voedsel\/calendar\.ics$/);
});
