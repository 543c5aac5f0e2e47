// A built site in a browser, for the tests in this folder: a small host of the folder SITE on this machine, and
// the browser CHROMIUM. Requests that leave the machine are refused, and fail the test that made them.
//
//     SITE=public node --test tests/browser/

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".pagefind": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};
const TEXT = /text|json|xml|svg/;

/** The folder that is tested. */
export const folder = process.env.SITE ?? "public";

/** The Content-Security-Policy of the site, as its `_headers` states it. */
const policy = () => readFileSync(join(folder, "_headers"), "utf8").match(/Content-Security-Policy: (.*)/)?.[1];

/** Hosts the folder, compressed as hosts do. Gives the address, and a function that ends it. */
export async function host() {
  const headers = { "Content-Security-Policy": policy(), "Cache-Control": "public, max-age=300" };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    let file = join(folder, path);
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!existsSync(file)) {
      response.writeHead(404, { "Content-Type": TYPES[".html"] });
      return response.end(readFileSync(join(folder, "404.html")));
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    if (!TEXT.test(type)) {
      response.writeHead(200, { ...headers, "Content-Type": type });
      return createReadStream(file).pipe(response);
    }
    const bytes = gzipSync(readFileSync(file));
    response.writeHead(200, { ...headers, "Content-Type": type, "Content-Encoding": "gzip", "Content-Length": bytes.length });
    response.end(bytes);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

/** The browser of this machine. */
export const browser = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/**
 * A page of the site. `page.foreign` are the requests that left the machine, `page.faults` what the console called
 * errors, `page.received` what was transferred: path and compressed bytes.
 */
export async function open(browser, { address }, path, options = {}) {
  const context = await browser.newContext({ baseURL: address, ...options });
  const page = await context.newPage();
  Object.assign(page, { foreign: [], faults: [], received: [] });
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(address) || url.startsWith("data:")) return route.continue();
    page.foreign.push(url);
    return route.abort();
  });
  page.on("pageerror", (fault) => page.faults.push(fault.message));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  page.on("response", async (response) => {
    const bytes = Number((await response.allHeaders())["content-length"] ?? 0);
    page.received.push({ path: new URL(response.url()).pathname, bytes });
  });
  await page.goto(path, { waitUntil: "load" });
  return page;
}
