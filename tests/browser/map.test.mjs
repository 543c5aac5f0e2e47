// The map, and what others show on their own site, as somebody uses them. PLEIN is the program, with which a second site is
// built that names tiles. Each path is answered with its own headers: who may show a page in a frame depends on it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { Tree } from '../conformance/tree.mjs';
import { browser, folder } from './site.mjs';

const ROOT = path.join(import.meta.dirname, '../..');
const PLEIN = process.env.PLEIN ?? path.join(ROOT, 'target/debug/plein');
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let demo, chrome;

/** A built site, with the headers of its `_headers`: where it is, its files, and a way to end it. */
async function site(root = folder) {
  const tree = new Tree(root);
  const server = await tree.serve();
  const close = () => (server.closeAllConnections(), server.close());
  return { tree, origin: `http://127.0.0.1:${server.address().port}`, close };
}

before(async () => [demo, chrome] = await Promise.all([site(), browser()]));
after(async () => {
  await chrome?.close();
  demo?.close();
});

/** A page in a fresh profile. It keeps what was asked for, and what the browser complained about. */
async function visit(address, options = {}) {
  const context = await chrome.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const asked = [], faults = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
  await page.goto(address);
  return { page, asked, faults };
}

const ready = (page) => page.waitForSelector('.map-frame[data-ready]');
const focused = (page) => page.evaluate(() => ({ label: document.activeElement.getAttribute('aria-label'), text: document.activeElement.textContent, tag: document.activeElement.tagName, pin: document.activeElement.classList.contains('pin') }));

async function listen(handler) {
  const server = http.createServer(handler);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) };
}

test('without a script the map page is a list of places', async () => {
  const { page } = await visit(`${demo.origin}/kaart/`, { javaScriptEnabled: false });
  assert.ok(await page.locator('.map-list a[href]').count() > 20);
  assert.equal(await page.locator('.map-frame').isVisible(), false);
  assert.equal(await page.locator('.map-group h2').first().isVisible(), true);
  await page.context().close();
});

test('the map asks nobody else for anything and stays light', async () => {
  const { page, asked, faults } = await visit(`${demo.origin}/kaart/`);
  await ready(page);
  await page.click('[data-view=all]');
  await page.waitForSelector('.shape-border', { state: 'attached' });
  await page.waitForLoadState('networkidle');
  assert.deepEqual(faults, []);
  assert.deepEqual(asked.filter((url) => !url.startsWith(demo.origin)), []);
  const bytes = asked.map((url) => zlib.gzipSync(demo.tree.read(demo.tree.at(decodeURIComponent(new URL(url).pathname)))).length);
  const sum = bytes.reduce((a, b) => a + b);
  console.log(`# map page: ${asked.length} requests, ${sum} bytes compressed`);
  assert.ok(sum < 300 * 1024 && asked.length <= 25);
  await page.context().close();
});

test('markers are buttons with names, clusters open, Escape closes and gives the focus back', async () => {
  const { page, faults } = await visit(`${demo.origin}/kaart/`);
  await ready(page);
  const pins = page.locator('.map .pin');
  const names = await pins.evaluateAll((all) => all.map((pin) => pin.getAttribute('aria-label')));
  assert.ok(names.length > 3 && names.every(Boolean), names);
  // A cluster by keyboard: it parts, and the focus stays on a marker.
  const many = page.locator('.map .pin-many').first();
  const before = await page.locator('.map .pin').count();
  await many.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.classList.contains('pin') || document.activeElement.closest('.pin-text'));
  // What cannot be parted tells what stands there.
  for (let n = 0; n < 8 && !await page.locator('.pin-text').count(); n++) {
    await page.locator('.map .pin-many').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);
  }
  const links = page.locator('.pin-text a');
  assert.ok(await links.count() > 1, `one of ${before} markers told what stands there`);
  assert.equal((await focused(page)).tag, 'A');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.pin-text', { state: 'detached' });
  assert.equal((await focused(page)).pin, true);
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('a place of the list is shown on the map, and the focus comes back', async () => {
  const { page } = await visit(`${demo.origin}/kaart/`);
  await ready(page);
  const show = page.locator('.map-group[data-kind=embassy] .map-show').nth(3);
  const name = (await show.getAttribute('aria-label')).split(': ')[1];
  await show.focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.pin-text a').textContent(), name);
  await page.locator('.pin-close').click();
  assert.match((await focused(page)).label, new RegExp(name));
  await page.context().close();
});

test('kinds can be left out', async () => {
  const { page } = await visit(`${demo.origin}/kaart/`);
  await ready(page);
  const kinds = page.locator('.map-bar [aria-pressed]');
  for (const kind of await kinds.all()) if (await kind.getAttribute('data-kind') !== 'space') await kind.click();
  const left = await page.locator('.map .pin').evaluateAll((all) => all.map((pin) => pin.dataset.kind));
  assert.ok(left.length > 0 && left.every((kind) => kind === 'space'), left);
  await page.context().close();
});

test('the map of the network shows every city at once, by keyboard too, and asks nobody else', async () => {
  const { page, asked, faults } = await visit(`${demo.origin}/netwerk/`);
  await ready(page);
  await page.waitForLoadState('networkidle');
  const names = await page.locator('.map .pin').evaluateAll((all) => all.map((pin) => pin.getAttribute('aria-label')));
  assert.ok(names.length > 8 && names.every(Boolean), names);
  const show = page.locator('.map-group[data-kind=event] .map-show').first();
  const title = (await show.getAttribute('aria-label')).split(': ').slice(1).join(': ');
  await show.focus();
  await page.keyboard.press('Enter');
  const link = page.locator('.pin-text a').first();
  assert.equal(await link.textContent(), title);
  assert.match(await link.getAttribute('href'), /^https:\/\/lab-da-encosta\.example\//);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.pin-text', { state: 'detached' });
  assert.deepEqual([faults, asked.filter((url) => !url.startsWith(demo.origin))], [[], []]);
  await page.context().close();
});

test('without a script the network is a list of cities and of what they have', async () => {
  const { page } = await visit(`${demo.origin}/netwerk/`, { javaScriptEnabled: false });
  assert.ok(await page.locator('.map-group[data-kind=embassy] a[href]').count() > 25);
  assert.ok(await page.locator('.map-group[data-kind=event] a[href^="https://"]').count() > 0);
  assert.equal(await page.locator('.map-frame').isVisible(), false);
  await page.context().close();
});

test('a map on the page of a record loads when it is asked for', async () => {
  const { page, asked, faults } = await visit(`${demo.origin}/ambassades/berlijn/`);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked.filter((url) => /map|leaflet|outlines/.test(url)), []);
  const closed = asked.length;
  await page.locator('button[data-map]').focus();
  await page.keyboard.press('Enter');
  await ready(page);
  assert.equal(await page.locator('.map .pin').count(), 1);
  console.log(`# closed map: ${closed} requests, opened: ${asked.length}`);
  assert.deepEqual(faults, []);
  assert.deepEqual(asked.filter((url) => !url.startsWith(demo.origin)), []);
  await page.context().close();
});

test('tiles are asked for where a site names them, and only that host is allowed', async () => {
  const tiles = [];
  const host = await listen((request, response) => {
    tiles.push(request.url);
    response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
  });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plein-map-'));
  for (const part of ['content', 'data']) fs.cpSync(path.join(ROOT, part), path.join(work, part), { recursive: true });
  const config = path.join(work, 'data/site.yaml');
  const map = `map:\n  tiles:\n    url: ${host.origin}/{z}/{x}/{y}.png\n    attribution: Getekend door iemand\n    max_zoom: 18\n`;
  fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace(/^map:\n(  .*\n)*/m, '') + map);
  execFileSync(PLEIN, ['build', '--quiet', '--output', 'public', '--now', '2026-11-22T12:00:00+01:00'], { cwd: work });
  const other = await site(path.join(work, 'public'));
  const { page, asked, faults } = await visit(`${other.origin}/kaart/`);
  await ready(page);
  await page.waitForLoadState('networkidle');
  assert.ok(tiles.length > 3 && tiles.every((url) => /^\/\d+\/\d+\/\d+\.png$/.test(url)), tiles);
  assert.deepEqual(asked.filter((url) => !url.startsWith(other.origin) && !url.startsWith(host.origin)), []);
  assert.equal(asked.some((url) => url.includes('outlines')), false);
  assert.match(await page.locator('.leaflet-control-attribution').textContent(), /Getekend door iemand/);
  assert.deepEqual(faults, []);
  const policy = (url) => other.tree.headers(url, other.tree.at(url))['content-security-policy'];
  assert.match(policy('/kaart/'), new RegExp(`img-src 'self' data: ${host.origin};`));
  assert.equal(policy('/over/').includes(host.origin), false);
  await page.context().close();
  other.close();
  host.close();
  fs.rmSync(work, { recursive: true });
});

test('others may show the pages that are made for it, and no others', async () => {
  const frames = ['/embed/agenda/', '/embed/kaart/', '/embed/en/initiatives/fietsbieb-buiten/', '/agenda/', '/', '/en/', '/kaart/'];
  const host = await listen((request, response) => {
    const path = decodeURIComponent(request.url.slice(2));
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!DOCTYPE html><title>Buurt</title><iframe src="${demo.origin}${path}" title="Lab"></iframe>`);
  });
  for (const path of frames) {
    const { page } = await visit(`${host.origin}/?${encodeURIComponent(path)}`);
    await page.waitForLoadState('networkidle');
    const frame = page.frames()[1];
    const shown = await frame.locator('main h1').count().catch(() => 0);
    assert.equal(shown, path.startsWith('/embed/') ? 1 : 0, path);
    await page.context().close();
  }
  host.close();
});

test('the headers of a path name each header once', () => {
  const paths = [...demo.tree.files].map((file) => file.replace(/index\.html$/, ''));
  for (const path of paths) {
    const names = demo.tree.rules.filter(([pattern]) => pattern.test(path)).flatMap(([, lines]) => lines.map(([name]) => name));
    assert.equal(new Set(names).size, names.length, `${path}: ${names}`);
  }
});

test('what others show has one main, one heading, a way on and no script of its own', async () => {
  for (const path of ['/embed/agenda/', '/embed/initiatieven/fietsbieb-buiten/', '/embed/kaart/']) {
    const { page } = await visit(demo.origin + path, { javaScriptEnabled: false });
    assert.equal(await page.locator('main').count(), 1);
    assert.equal(await page.locator('h1').count(), 1);
    assert.equal(await page.locator('nav a:visible').count(), 2);
    assert.ok((await page.locator('main').innerText()).length > 40);
    assert.equal(await page.locator('meta[name=robots]').getAttribute('content'), 'noindex');
    assert.equal(await page.locator('base').getAttribute('target'), '_top');
    await page.context().close();
  }
});

test('pages name their oEmbed answer, which is valid', async () => {
  for (const path of ['/', '/agenda/', '/kaart/', '/initiatieven/fietsbieb-buiten/', '/en/initiatives/fietsbieb-buiten/']) {
    const html = demo.tree.read(demo.tree.at(path)).toString();
    const [, href] = /<link rel="alternate" type="application\/json\+oembed"[^>]*href="([^"]+)"/.exec(html) ?? [];
    const file = new URL(href).pathname;
    const answer = JSON.parse(demo.tree.read(file));
    assert.equal(answer.version, '1.0');
    assert.equal(answer.type, 'rich');
    for (const size of ['width', 'height', 'cache_age']) assert.equal(Number.isInteger(answer[size]), true);
    for (const text of ['title', 'provider_name', 'provider_url']) assert.equal(typeof answer[text], 'string');
    const [, src, title] = /^<iframe src="([^"]+)" title="([^"]+)"/.exec(answer.html);
    assert.ok(title && demo.tree.at(new URL(src).pathname), src);
    const headers = demo.tree.headers(file, file);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.match(headers['content-type'], /^application\/json/);
  }
  assert.match(demo.tree.headers('/embed/agenda/oembed.xml', '/embed/agenda/oembed.xml')['content-type'], /^text\/xml/);
});
