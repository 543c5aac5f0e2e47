// Languages as visitors meet them: the switch stays on the page, what is not translated says so, and a language that is
// written from right to left, with texts that are half as long again, breaks nothing. PLEIN is the program: with it a copy of
// the demo is built in two languages that are made from English by a rule, so that they never go stale.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Tree } from '../conformance/tree.mjs';
import { browser as start, folder, host, open } from './site.mjs';

const ROOT = path.join(import.meta.dirname, '../..');
const PLEIN = process.env.PLEIN ?? path.join(ROOT, 'target/debug/plein');
const NOW = '2026-11-22T12:00:00+01:00';
const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }];

let site, made, work, browser;
before(async () => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'plein-languages-'));
  [site, browser] = await Promise.all([host(), start()]);
  made = await build(path.join(work, 'site'), path.join(work, 'public'));
});
after(async () => {
  await browser?.close();
  site?.end();
  made?.server.close();
  fs.rmSync(work, { recursive: true, force: true });
});

// ---------------------------------------------------------------- two made languages

const ARABIC = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((letter, n) => [letter, [...'ابثدهفغحيجكلمنوپقرستوڤوخيز'][n]]));
const ACCENTS = { a: 'åå', e: 'ëë', i: 'îî', o: 'öö', u: 'ûû', A: 'Åå', E: 'Ëë', I: 'Îî', O: 'Öö', U: 'Ûû', c: 'ç', n: 'ñ', s: 'š' };

/** The languages: Arabic letters from right to left, and Latin ones with each vowel twice. */
const MADE = {
  ar: { dir: 'rtl', name: 'العربية', letter: (letter) => (ARABIC[letter.toLowerCase()] ?? letter).repeat(/[aeiou]/i.test(letter) ? 2 : 1) },
  eo: { dir: 'ltr', name: 'Esperanto', letter: (letter) => ACCENTS[letter] ?? letter },
};
/** A text in a made language; what stands between braces, and where links lead, stays. */
const translated = (text, { letter }) => text.replace(/(\{[^}]*\}|\]\([^)]*\))|[a-z]/gi, (all, kept) => kept ?? letter(all));
const unquoted = (text) => (/^["']/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text);
const written = (text, language) => JSON.stringify(translated(unquoted(text), language));

/** `data/languages/<code>.yaml`, line by line from that of English. */
function interfaceTexts(code, language) {
  const lines = fs.readFileSync(path.join(ROOT, 'data/languages/en.yaml'), 'utf8').split('\n');
  const forms = (text) => `{ ${['zero', 'one', 'two', 'few', 'many', 'other'].map((form) => `${form}: ${written(text, language)}`).join(', ')} }`;
  let part = '';
  const line = (line) => {
    part = /^(\w+):$/.exec(line)?.[1] ?? part;
    if (/^\s*(#|$)/.test(line) || part === 'paths') return line;
    if (part === 'kinds') return line.replace(/(one|many|empty): ("[^"]*"|[^,}]+)/g, (_, name, text) => `${name}: ${written(text.trim(), language)}`);
    if (part !== 'texts') return line.replace(/^(code|name|dir): .*/, (_, key) => `${key}: ${{ code, ...language }[key]}`);
    const [, key, text] = /^(\s+[^:]+): (.+)$/.exec(line) ?? [];
    const other = /^\{.*\bother: ("[^"]*"|[^,}]+) \}$/.exec(text ?? '')?.[1];
    return key ? `${key}: ${other ? forms(other) : written(text, language)}` : line;
  };
  return lines.map(line).join('\n');
}

/** A record in a made language: title, summary and body of its English translation. */
function record(text, language) {
  const [, front, body] = /^---\n([^]*?)\n---\n([^]*)$/.exec(text);
  const fields = front.split('\n').filter((line) => /^(title|summary): /.test(line));
  const line = (field) => field.replace(/: (.*)$/, (_, value) => `: ${written(value, language)}`);
  return `---\n${fields.map(line).join('\n')}\n---\n${translated(body, language)}`;
}

/** The demo in English and the made languages, built and served; half of the translated records are not translated. */
async function build(source, output) {
  for (const part of ['content', 'data']) fs.cpSync(path.join(ROOT, part), path.join(source, part), { recursive: true });
  const content = fs.readdirSync(path.join(source, 'content'), { recursive: true }).map((name) => path.join(source, 'content', name));
  for (const file of content.filter((name) => /\.(de|fr)\.md$/.test(name))) fs.rmSync(file);
  const half = content.filter((name) => name.endsWith('.en.md')).sort().filter((_, n) => n % 2 === 0);
  for (const [code, language] of Object.entries(MADE)) {
    fs.mkdirSync(path.join(source, 'data/languages'), { recursive: true });
    fs.writeFileSync(path.join(source, `data/languages/${code}.yaml`), interfaceTexts(code, language));
    for (const file of half) fs.writeFileSync(file.replace('.en.md', `.${code}.md`), record(fs.readFileSync(file, 'utf8'), language));
  }
  const config = path.join(source, 'data/site.yaml');
  fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace(/^languages: .*/m, 'languages: [nl, en, ar, eo]'));
  execFileSync(PLEIN, ['build', '--quiet', '--site', source, '--output', output, '--now', NOW], { stdio: 'inherit' });
  const tree = new Tree(output);
  const server = await tree.serve();
  return { tree, server, address: `http://127.0.0.1:${server.address().port}` };
}

/** What sort of page it is and in which language, without reading all of it; nothing for a page that only leads on. */
const sort = (html) => ({ kind: /<body data-page-kind="([^"]+)"/.exec(html)?.[1], lang: /<html lang="([^"]+)"/.exec(html)?.[1] });

/** Of each sort of page in a language the largest. */
function largest(tree, language) {
  const found = new Map();
  for (const file of tree.pages) {
    const html = tree.read(file).toString();
    const { kind, lang } = sort(html);
    if (kind && lang === language && !(found.get(kind)?.size >= html.length)) found.set(kind, { file, size: html.length });
  }
  return [...found].map(([kind, { file }]) => [kind, Tree.url(file)]);
}

// ---------------------------------------------------------------- the switch

test('the switch leads to the same page in each language', async () => {
  const tree = new Tree(folder);
  const seen = new Set();
  for (const file of tree.pages) {
    const html = tree.read(file).toString();
    const page = sort(html);
    // What stands on another site has neither menu nor switch.
    if (!page.kind || page.kind === '404' || page.kind === 'embed' || seen.has(`${page.kind} ${page.lang}`)) continue;
    seen.add(`${page.kind} ${page.lang}`);
    const nav = /<nav class="languages"[^]*?<\/nav>/.exec(html)?.[0];
    assert.ok(nav, `${file} has no switch`);
    const links = [...nav.matchAll(/href="([^"]+)" lang="([^"]+)"/g)];
    assert.deepEqual(links.map((link) => link[2]), ['nl', 'en', 'de', 'fr'], file);
    for (const [, href, language] of links) {
      const target = tree.at(decodeURI(href));
      assert.ok(target, `${file} leads to ${href}, where nothing is`);
      const there = sort(tree.read(target).toString());
      assert.deepEqual([there.kind, there.lang], [page.kind, language], `${file} leads to ${href}`);
    }
  }
  assert.ok(seen.size > 80, `${seen.size} sorts of pages`);
});

test('one switches by keyboard or click, and stays', async () => {
  const page = await open(browser, site, '/agenda/online-inloop-europa/', { viewport: SIZES[1] });
  for (const [name, language, title] of [['Deutsch', 'de', /Offene Online-Stunde/], ['Français', 'fr', /Une heure en ligne/], ['Nederlands', 'nl', /Online inloop/]]) {
    const link = page.getByRole('link', { name, exact: true });
    await link.focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.match(await page.locator('h1').innerText(), title);
  }
  assert.deepEqual([page.foreign, page.faults], [[], []]);
});

test('a page that is not translated says so, and leads to where it is', async () => {
  const page = await open(browser, site, '/de/agenda/soep-op-woensdag/', { viewport: SIZES[1] });
  const note = page.locator('[data-status="language"]');
  assert.match(await note.innerText(), /nicht auf Deutsch.*auf Niederländisch/);
  assert.deepEqual(await note.locator('a').allInnerTexts(), ['Nederlands', 'English']);
  assert.equal(await page.locator('h1').getAttribute('lang'), 'nl');
  assert.match(await page.title(), /\(Niederländisch\)/);
  assert.equal(await page.locator('link[rel=canonical], link[hreflang]').count(), 0);
  assert.match(await page.locator('meta[property="og:url"]').getAttribute('content'), /example\/agenda\/soep-op-woensdag\/$/);
  await page.goto('/de/agenda/online-inloop-europa/');
  assert.equal(await page.locator('[data-status="language"]').count(), 0);
  assert.match(await page.locator('link[rel=canonical]').getAttribute('href'), /\/de\/agenda\/online-inloop-europa\/$/);
  assert.equal(await page.locator('link[hreflang]').count(), 5);
  await page.goto('/de/agenda/');
  assert.ok((await page.locator('.card .badge', { hasText: 'Niederländisch' }).count()) > 3);
});

test('what is not found is told in the language of its folder', async () => {
  for (const [file, language, title] of [['404.html', 'nl', /Hier is niets/], ['de/404.html', 'de', /Hier ist nichts/], ['fr/404.html', 'fr', /rien ici/]]) {
    const page = await open(browser, site, `/${file}`);
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    assert.match(await page.locator('h1').innerText(), title);
  }
  assert.match(fs.readFileSync(path.join(folder, '_redirects'), 'utf8'), /^\/de\/\* \/de\/404\.html 404$/m);
});

// ---------------------------------------------------------------- the made languages

/** What is wrong with the layout of a page. */
const layout = (rtl) => {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth + 1) {
    const wide = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('.visually-hidden, .skip');
    });
    faults.push(`scrolls sideways: ${root.scrollWidth} of ${innerWidth}, ${wide.slice(-3).map((e) => e.outerHTML.slice(0, 80))}`);
  }
  // Text that is cut off by its own box.
  for (const element of document.querySelectorAll('h1, h2, h3, .button, .chip, .badge, .menu a, dt, dd, .tile')) {
    if (!element.closest('.visually-hidden') && element.clientWidth && element.scrollWidth > element.clientWidth + 2 && getComputedStyle(element).overflowX !== 'visible') {
      faults.push(`cut off: ${element.outerHTML.slice(0, 80)}`);
    }
  }
  if (!rtl) return faults;
  // What stands on another site has no header.
  const mark = document.querySelector('.site-mark .mark')?.getBoundingClientRect();
  if (mark && mark.left < innerWidth / 2) faults.push('the mark does not stand at the right');
  for (const icon of document.querySelectorAll('[data-icon="next"], [data-icon="previous"]')) {
    if (!getComputedStyle(icon).transform.startsWith('matrix(-1')) faults.push(`points the wrong way: ${icon.parentElement.outerHTML.slice(0, 80)}`);
  }
  // A line of Latin letters or digits only is read from left to right, whatever stands around it.
  const walker = document.createTreeWalker(document.querySelector('body'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const address = /^\s*(\+[\d ]{6,}|https?:\/\/\S+|[\w.]+@[\w.]+)\s*$/.test(node.textContent);
    const around = node.parentElement;
    if (address && around.getClientRects().length && !around.closest('bdi, [dir]:not(html), pre, script')) faults.push(`not set apart: ${around.outerHTML.slice(0, 90)}`);
  }
  return faults;
};

for (const [code, { dir }] of Object.entries(MADE)) {
  test(`pages in ${code}, ${dir}, hold their layout`, async () => {
    const pages = largest(made.tree, code);
    assert.ok(pages.length > 20, `${pages.length} sorts of pages`);
    const faults = [];
    for (const viewport of SIZES) {
      const page = await open(browser, made, `/${code}/`, { viewport, reducedMotion: 'reduce' });
      for (const [, url] of pages) {
        await page.goto(url);
        assert.equal(await page.locator('html').getAttribute('dir'), dir, url);
        for (const fault of await page.evaluate(layout, dir === 'rtl')) faults.push(`${url} at ${viewport.width}: ${fault}`);
        if (process.env.PICTURES) await page.screenshot({ path: path.join(process.env.PICTURES, `${code}-${viewport.width}-${url.replaceAll('/', '_')}.png`), fullPage: true });
      }
      faults.push(...page.faults, ...page.foreign);
      await page.context().close();
    }
    assert.deepEqual(faults, []);
  });
}

test('from right to left, a text of the other direction says its own', async () => {
  const page = await open(browser, made, '/ar/agenda/', { viewport: SIZES[1] });
  const dutch = page.locator('.card-title[lang="nl"]').first();
  assert.equal(await dutch.getAttribute('dir'), 'auto');
  assert.deepEqual(await dutch.evaluate((title) => [getComputedStyle(title).direction, getComputedStyle(title).textAlign]), ['ltr', 'right']);
});
