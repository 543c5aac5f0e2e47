// links.mjs DIR: every page of a built site. Each internal link, anchor and asset resolves in the tree, nothing is loaded from
// another host, ids are unique, each page has a title, a language, one <h1>, one <main>, and can be reached from the home page.
// The sitemap lists pages that exist, and redirects lead to files that exist.
import { cssLoads, readPage } from './html.mjs';
import { Report, Tree } from './tree.mjs';

const tree = new Tree(process.argv[2]);
const pages = new Map(tree.pages.map((file) => [file, readPage(tree.read(file).toString())]));
const site = new URL(pages.get('/index.html')?.canonical ?? 'http://site.invalid/');

/** Where a reference leads: a file of the tree, another host, or nowhere. */
function follow(reference, from) {
  const raw = reference.trim();
  if (/^(mailto|tel|sms|geo|data):/i.test(raw)) return {};
  if (!URL.canParse(raw, from)) return { fault: `${raw} is not a URL` };
  const url = new URL(raw.replace(/^webcals?:/i, 'https:'), from);
  if (!/^https?:$/.test(url.protocol)) return { fault: `${raw} has a scheme that a page should not use` };
  if (url.host !== site.host) return { host: url.host };
  const file = tree.at(decoded(url.pathname));
  return file ? { file, anchor: decoded(url.hash.slice(1)) } : { fault: `${raw} leads nowhere` };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function* faults(file, page, reached) {
  const from = new URL(Tree.url(file), site);
  if (page.movedTo) return yield* linkFaults([...page.links, page.movedTo], from, reached);
  if (!page.title) yield 'has no <title>';
  if (!page.lang) yield 'has no lang on <html>';
  if (!page.kind) yield 'has no data-page-kind on <body>';
  if (page.headings !== 1) yield `has ${page.headings} <h1>`;
  if (page.mains !== 1) yield `has ${page.mains} <main>`;
  for (const id of new Set(page.ids.filter((id, n) => page.ids.indexOf(id) !== n))) yield `has id "${id}" more than once`;
  yield* linkFaults(page.links, from, reached);
  yield* loadFaults(page.loads, from);
}

function* linkFaults(links, from, reached) {
  for (const link of new Set(links)) {
    const { fault, file, anchor } = follow(link, from);
    if (fault) yield fault;
    if (file) reached.add(file);
    if (anchor && pages.has(file) && !pages.get(file).ids.includes(anchor)) yield `${link} names an anchor that ${file} does not have`;
  }
}

function* loadFaults(loads, from) {
  for (const load of new Set(loads)) {
    const { fault, host } = follow(load, from);
    if (fault) yield fault;
    if (host) yield `loads ${load} from another host`;
  }
}

const report = new Report('links');
const reachedFrom = new Map();
for (const [file, page] of pages) {
  const reached = new Set();
  report.case(file, [...faults(file, page, reached)]);
  reachedFrom.set(file, reached);
}
for (const file of [...tree.files].filter((name) => name.endsWith('.css')).sort()) {
  report.case(file, [...loadFaults(cssLoads(tree.read(file).toString()), new URL(file, site))]);
}

const seen = new Set(['/index.html']);
for (const file of seen) for (const next of reachedFrom.get(file) ?? []) seen.add(next);
// What stands on other sites is led to from there; the style guide is for those who know of it.
const lost = [...pages].filter(([file, page]) => !seen.has(file) && !page.movedTo && !['embed', 'style-guide'].includes(page.kind) && !file.endsWith('/404.html'));
report.case('every page can be reached from the home page', lost.map(([file]) => file));
for (const file of [...tree.files].filter((name) => /sitemap[^/]*\.xml$/.test(name))) {
  const urls = [...tree.read(file).toString().matchAll(/<loc>([^<]*)<\/loc>/g)].map((match) => match[1].replaceAll('&amp;', '&'));
  report.case(file, urls.map((url) => follow(url, site)).flatMap(({ fault, host }) => fault ?? (host ? `${host} is another host` : [])));
}
if (tree.files.has('/_redirects')) {
  const rules = tree.read('/_redirects').toString().split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/)).filter((rule) => rule.length > 1);
  const targets = rules.map((rule) => rule.slice(1).find((word) => /^(\/|https?:)/.test(word))).filter((target) => target && !/[:*]/.test(target.replace(/^https?:/, '')));
  report.case('/_redirects', targets.map((target) => follow(target, site).fault).filter(Boolean));
}
report.close();
