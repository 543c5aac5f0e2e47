// html.mjs: what a page says about itself and points to, read with parse5.
import { parse } from 'parse5';

// Elements that fetch something while the page loads, and the attributes that say what.
const LOADS = {
  script: ['src'], img: ['src', 'srcset'], source: ['src', 'srcset'], iframe: ['src'], video: ['src', 'poster'], audio: ['src'],
  track: ['src'], embed: ['src'], object: ['data'], use: ['href'], image: ['href'],
};
const LOADING_LINK = /\b(stylesheet|icon|apple-touch-icon|manifest|preload|modulepreload|prefetch|preconnect|dns-prefetch)\b/i;

export function readPage(html) {
  const page = { ids: [], links: [], loads: [], scripts: 0, movedTo: undefined, kind: undefined, lang: undefined, title: undefined, canonical: undefined, headings: 0, mains: 0 };
  visit(parse(html), page);
  return page;
}

function visit(node, page) {
  if (node.tagName) read(node, page);
  for (const child of node.childNodes ?? []) visit(child, page);
  if (node.content) visit(node.content, page);
}

function read(node, page) {
  const has = Object.fromEntries(node.attrs.map((attribute) => [attribute.name, attribute.value]));
  if (has.id !== undefined) page.ids.push(has.id);
  if (has['data-page-kind']) page.kind = has['data-page-kind'];
  for (const name of LOADS[node.tagName] ?? []) {
    if (has[name]) page.loads.push(...(name === 'srcset' ? has[name].split(',').map((part) => part.trim().split(/\s+/)[0]) : [has[name]]));
  }
  switch (node.tagName) {
    case 'html': page.lang = has.lang; break;
    case 'title': page.title ??= node.parentNode.tagName === 'head' ? node.childNodes.map((child) => child.value).join('').trim() : undefined; break;
    case 'h1': page.headings++; break;
    case 'main': page.mains++; break;
    case 'a': case 'area': if (has.href !== undefined) page.links.push(has.href); break;
    case 'form': if (has.action) page.links.push(has.action); break;
    case 'link':
      if (/\bcanonical\b/.test(has.rel)) page.canonical = has.href;
      if (has.href) (LOADING_LINK.test(has.rel) ? page.loads : page.links).push(has.href);
      break;
    case 'script': if (!/json/.test(has.type)) page.scripts++; break;
    case 'meta':
      if (/^(og:image|og:url)$/.test(has.property)) page.links.push(has.content);
      if (/^refresh$/i.test(has['http-equiv'])) page.movedTo = /url=(.*)/i.exec(has.content)?.[1];
      break;
  }
}

/** What a style sheet loads. */
export function cssLoads(css) {
  const plain = css.replace(/\/\*[^]*?\*\//g, '');
  const found = [...plain.matchAll(/url\(\s*["']?([^)"']*)["']?\s*\)|@import\s+["']([^"']+)["']/gi)];
  return found.map((match) => (match[1] ?? match[2]).trim()).filter((url) => url && !/^(data:|#)/.test(url));
}
