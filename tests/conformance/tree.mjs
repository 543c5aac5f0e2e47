// tree.mjs: a built site as a web host sees it (which file a path serves, with which headers), and how our checks report.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8',
  json: 'application/json', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', avif: 'image/avif',
  ico: 'image/x-icon', woff2: 'font/woff2', ics: 'text/calendar; charset=utf-8', xml: 'application/xml',
  rss: 'application/rss+xml', atom: 'application/atom+xml', txt: 'text/plain; charset=utf-8', webmanifest: 'application/manifest+json',
};

export class Tree {
  constructor(root) {
    this.root = root;
    const found = fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    this.files = new Set(found.map((entry) => '/' + path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name))));
    this.rules = this.files.has('/_headers') ? headerRules(this.read('/_headers').toString()) : [];
  }

  get pages() {
    return [...this.files].filter((file) => file.endsWith('.html')).sort();
  }

  read(file) {
    return fs.readFileSync(path.join(this.root, file));
  }

  /** The file that a decoded path serves, or undefined: itself, the index of a folder, or the page without its ending. */
  at(url) {
    return [url, url.replace(/\/$/, '') + '/index.html', url + '.html'].find((file) => this.files.has(file));
  }

  /** The path at which people find a page. */
  static url(file) {
    return encodeURI(file.replace(/\/index\.html$/, '/'));
  }

  headers(url, file) {
    const headers = { 'content-type': TYPES[path.extname(file).slice(1)] ?? 'application/octet-stream' };
    for (const [pattern, lines] of this.rules) if (pattern.test(url)) for (const [name, value] of lines) headers[name] = value;
    return headers;
  }

  /** Serves the tree on a free port of this machine, with the headers of its own `_headers`. */
  serve() {
    const server = http.createServer((request, response) => {
      const url = decodeURIComponent(new URL(request.url, 'http://tree').pathname);
      const file = this.at(url);
      if (file?.endsWith('/index.html') && !url.endsWith('/') && url !== file) {
        response.writeHead(301, { location: encodeURI(url) + '/' }).end();
      } else if (file) {
        response.writeHead(200, this.headers(url, file)).end(this.read(file));
      } else {
        response.writeHead(404, this.headers(url, '/404.html')).end(this.files.has('/404.html') ? this.read('/404.html') : 'not found');
      }
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
  }
}

/** `_headers` of static hosts: a path (`*` and `:name` stand for anything), then indented `Name: value` lines. */
function headerRules(text) {
  const rules = [];
  for (const line of text.split('\n')) {
    if (!line.trim() || line.trim().startsWith('#')) continue;
    if (/^\S/.test(line)) {
      const pattern = line.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/:\w+/g, '[^/]+');
      rules.push([new RegExp(`^${pattern}$`), []]);
    } else if (rules.length) {
      const [, name, value] = /^\s*([^:]+):\s*(.*)$/.exec(line) ?? [];
      if (name) rules.at(-1)[1].push([name.toLowerCase(), value]);
    }
  }
  return rules;
}

/** Counts cases, prints those that have faults, and ends with one closing line. */
export class Report {
  constructor(name) {
    Object.assign(this, { name, passed: 0, failed: 0 });
  }

  case(title, faults) {
    if (faults.length === 0) return void this.passed++;
    this.failed++;
    console.log(`FAIL ${title}`);
    for (const fault of faults.slice(0, 10)) console.log(`     ${fault.slice(0, 300)}`);
    if (faults.length > 10) console.log(`     and ${faults.length - 10} more`);
  }

  close() {
    if (this.passed + this.failed === 0) this.case('nothing found to check', ['is this the folder that `plein build` wrote?']);
    console.log(`${this.name}: ${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed ? 1 : 0;
  }
}
