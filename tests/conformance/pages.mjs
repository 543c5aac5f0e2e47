// pages.mjs DIR [--all]: pages of a built site as people meet them. Of each data-page-kind and language the largest page is
// opened in a browser: light and 320 px wide; with the keyboard; and of each kind, in one language, dark and without JavaScript.
// The Nu checker reads the same pages and all style sheets. --all takes every page. --results FILE writes what was found as the accessibility statement of a
// site reads it (data/accessibility.yaml). CHROMIUM names the browser.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { readPage } from './html.mjs';
import { Report, Tree } from './tree.mjs';

const require = createRequire(import.meta.url);
const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const VNU = path.join(path.dirname(require.resolve('vnu-jar/package.json')), 'build/dist/vnu.jar');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const VIEWS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  narrow: { colorScheme: 'light', viewport: { width: 320, height: 640 } },
};

const { positionals: [folder], values: options } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean' }, results: { type: 'string' } },
});
const root = fs.realpathSync(folder);
const tree = new Tree(root);
const report = new Report('pages');
/** Pages that look the same as another but for their words: they are not opened in all ways. */
const translated = new Set();
const sample = options.all ? tree.pages : largestOfEachKind();

function largestOfEachKind() {
  const largest = new Map();
  for (const file of tree.pages) {
    const html = tree.read(file);
    const { kind, lang, movedTo } = readPage(html.toString());
    const key = `${kind} ${lang}`;
    if (!movedTo && !(largest.get(key)?.size >= html.length)) largest.set(key, { file, size: html.length });
  }
  const kinds = new Set();
  for (const [key, { file }] of largest) {
    const [kind] = key.split(' ');
    if (kinds.has(kind)) translated.add(file);
    kinds.add(kind);
  }
  return [...largest.values()].map((page) => page.file).sort();
}

// ---------------------------------------------------------------- the browser

/** Opens a page in a fresh profile, at a moment if one is given; what the browser complains about on the way is added to `faults`. */
async function open(browser, origin, file, options, faults, at) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  if (at) await page.clock.setFixedTime(at);
  page.setDefaultTimeout(15_000);
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || /^(data|blob|about):/.test(url)) return route.continue();
    faults.push(`asks another host for ${url}`);
    return route.abort();
  });
  page.on('pageerror', (error) => faults.push(`throws ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  await page.goto(origin + Tree.url(file), { waitUntil: 'load' });
  return page;
}

async function look(browser, origin, file, view) {
  const faults = [];
  const page = await open(browser, origin, file, VIEWS[view], faults);
  const axe = await axeFaults(page);
  for (const { id, help } of axe) note(id, help, file);
  faults.push(...axe.map(({ id, help, nodes }) => `axe ${id}: ${help} (${nodes.length}x, first ${nodes[0]})`));
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
  if (over > 1) faults.push(`is ${over} px wider than the window: ${(await widest(page)).join(' ')}`);
  if (view === 'light') faults.push(...(await skipLinkFaults(page)));
  if (await page.evaluate(() => document.cookie.length)) faults.push('sets a cookie');
  await page.context().close();
  return faults;
}

async function axeFaults(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'], preload: false });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.target.flat().join(' ')) }));
  });
}

function widest(page) {
  return page.evaluate(() => [...document.querySelectorAll('body *')]
    .filter((element) => Math.max(element.getBoundingClientRect().right, element.scrollWidth) > innerWidth + 1)
    .slice(0, 3).map((element) => element.outerHTML.slice(0, 80)));
}

/** The first Tab stop is a visible link past the navigation. */
async function skipLinkFaults(page) {
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => {
    const { top, width } = document.activeElement.getBoundingClientRect();
    return { href: document.activeElement.getAttribute('href'), visible: top >= 0 && width > 0 };
  });
  if (!first.href?.startsWith('#')) return [`the first Tab stop is ${first.href}, not a skip link`];
  return first.visible ? [] : ['the skip link cannot be seen when it has the focus'];
}

/** Everything that can be read with JavaScript can be read without. */
async function withoutScript(browser, origin, file) {
  const faults = [];
  if (readPage(tree.read(file).toString()).scripts === 0) return faults;
  const length = async (options) => {
    const page = await open(browser, origin, file, options, []);
    const text = await page.locator('main').first().innerText();
    await page.context().close();
    return text.replace(/\s+/g, ' ').length;
  };
  const [without, having] = [await length({ javaScriptEnabled: false }), await length({})];
  if (without === 0 || without < 0.8 * having) faults.push(`shows ${without} characters without JavaScript, ${having} with`);
  return faults;
}

/** What is over by the visitor's clock is hidden from what is to come, also where the site is not built again. */
async function growsOld(browser, origin, file) {
  const faults = [];
  const ends = [...tree.read(file).toString().matchAll(/data-end="([^"]{11,})"/g)].map(([, end]) => Date.parse(end)).sort((a, b) => a - b);
  const shown = async (at) => {
    const page = await open(browser, origin, file, {}, faults, at);
    const count = await page.locator('[data-upcoming] li:visible time[data-end]').count();
    await page.context().close();
    return count;
  };
  const [first, later, last] = [await shown(ends[0] - 1000), await shown(ends[0] + 1000), await shown(ends.at(-1) + 9e9)];
  if (first === 0) faults.push('shows nothing that is to come');
  if (later >= first) faults.push(`shows ${later} lines after the first of its ${first} is over`);
  if (last !== 0) faults.push(`shows ${last} lines when all are over`);
  return faults;
}

/** The day of the visitor's clock is the one that is marked. */
async function marksToday(browser, origin, file) {
  const faults = [];
  for (const day of [...tree.read(file).toString().matchAll(/data-day="([^"]+)"/g)].map(([, day]) => day).slice(0, 3)) {
    const page = await open(browser, origin, file, {}, faults, new Date(`${day}T12:00:00Z`));
    const marked = await page.evaluate(() => [...document.querySelectorAll('[aria-current=date]')].map((cell) => cell.dataset.day).join());
    if (marked !== day) faults.push(`marks ${marked || 'no day'} on ${day}`);
    await page.context().close();
  }
  return faults;
}

async function browse() {
  const server = await tree.serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const jobs = sample.flatMap((file) => {
    const views = translated.has(file) ? ['light', 'narrow'] : Object.keys(VIEWS);
    const looks = views.map((view) => ({ title: `${file} ${view}`, run: () => look(browser, origin, file, view) }));
    if (translated.has(file)) return looks;
    return [...looks, { title: `${file} without JavaScript`, run: () => withoutScript(browser, origin, file) }];
  });
  const kept = (pattern) => tree.pages.filter((file) => pattern.test(tree.read(file).toString())).slice(0, 2);
  for (const file of kept(/data-upcoming[^]*data-end="[^"]{11,}"/)) jobs.push({ title: `${file} when time goes by`, run: () => growsOld(browser, origin, file) });
  for (const file of kept(/data-day=/)) jobs.push({ title: `${file} marks today`, run: () => marksToday(browser, origin, file) });
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      report.case(job.title, await job.run().catch((error) => [`the check stopped: ${error.message.split('\n')[0]}`]));
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, os.availableParallelism()) }, work));
  await browser.close();
  server.closeAllConnections();
  server.close();
}

// ---------------------------------------------------------------- the Nu checker

function checkMarkup() {
  const files = [...sample, ...[...tree.files].filter((file) => file.endsWith('.css'))];
  const run = spawnSync('java', ['-Xss1m', '-jar', VNU, '--exit-zero-always', '--stdout', '--errors-only', '--also-check-css',
    '--also-check-svg', '--format', 'json', ...files.map((file) => path.join(root, file))], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) return report.case('the Nu checker', [`did not run: ${run.error ?? run.stderr}`]);
  const messages = JSON.parse(run.stdout).messages;
  for (const file of files) {
    const own = messages.filter(({ url }) => decodeURIComponent(new URL(url).pathname) === path.resolve(root, file.slice(1)));
    for (const { message } of own) note('markup', message, file);
    report.case(`${file} markup`, own.map(({ lastLine, message }) => `line ${lastLine}: ${message}`));
  }
  // Search engines show what a page is about; what they are asked to leave out needs no words for them.
  const undescribed = (html) => !/<meta name="(description|robots)" content="[^"]/.test(html) && !readPage(html).movedTo;
  report.case('descriptions', tree.pages.filter((file) => undescribed(tree.read(file).toString())).map((file) => `${file} has none`));
}

// ---------------------------------------------------------------- what the site may say of itself

/** By rule and text, the pages on which it is broken. */
const broken = new Map();

function note(rule, text, file) {
  const key = JSON.stringify({ rule, text });
  broken.set(key, (broken.get(key) ?? new Set()).add(file));
}

function writeResults(target) {
  const version = (name) => require(`${name}/package.json`).version;
  const faults = [...broken].sort().map(([key, files]) => ({ ...JSON.parse(key), pages: files.size }));
  const lines = [
    '# What the tests found, for the accessibility statement; written by the tests themselves.',
    `date: ${new Date().toISOString().slice(0, 10)}`,
    `tools: ["axe-core ${version('axe-core')}", "Nu Html Checker ${version('vnu-jar')}", Chromium]`,
    `pages: ${sample.length}`,
    `checks: ${sample.length * 2 + (sample.length - translated.size) * 2}`,
    `faults: ${JSON.stringify(faults)}`,
  ];
  fs.writeFileSync(target, lines.join('\n') + '\n');
}

checkMarkup();
await browse();
if (options.results) writeResults(options.results);
report.close();
