// The map: on its own page, in a frame elsewhere, or where a page names a place. It reads the list of places that stands in the
// page, or a file where they are too many, and draws the land and the city itself unless the site names tiles of somebody else.

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
/** Pixels within which places stand together. */
const GRID = 44;
/** From this zoom on the city is drawn, and land and countries recede. */
const CITY = 9;
const LINES = ["border", "road", "railway"];

const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter(Boolean));
  return made;
};

const json = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
};

const loaded = (node) => new Promise((done, failed) => {
  Object.assign(node, { onload: done, onerror: failed });
  document.head.append(node);
});

/** What the site says about its map, once Leaflet and the style of the map are there. */
async function furnish(url) {
  const settings = await json(url);
  const styled = document.querySelector(`link[href="${settings.style}"]`);
  await Promise.all([
    window.L ?? loaded(make("script", { src: settings.leaflet })),
    styled ?? loaded(make("link", { rel: "stylesheet", href: settings.style })),
  ]);
  return settings;
}

// ---------------------------------------------------------------- what lies below the places

/** Lines come as whole numbers: the first point, then steps from each to the next. */
const points = (scale) => (steps) => {
  const line = [];
  for (let n = 0, x = 0, y = 0; n < steps.length; n += 2) line.push([(y += steps[n + 1]) / scale, (x += steps[n]) / scale]);
  return line;
};

function draw(map, { scale, shapes }, pane, language) {
  const countries = new Intl.DisplayNames([language], { type: "region" });
  for (const { kind, name, code, lines } of shapes) {
    const drawn = lines.map(points(scale));
    if (kind !== "country") {
      const shape = LINES.includes(kind) ? L.polyline : L.polygon;
      shape(drawn, { pane, className: `shape shape-${kind}`, interactive: false }).addTo(map);
    }
    const text = code ? countries.of(code) : typeof name === "object" ? (name[language] ?? Object.values(name)[0]) : name;
    if (text) label(map, L.latLngBounds(drawn[0]).getCenter(), text, `label-${kind}`);
  }
}

function label(map, at, text, className) {
  const span = make("span", { textContent: text });
  span.setAttribute("aria-hidden", "true");
  const icon = L.divIcon({ className: `map-label ${className}`, html: span, iconSize: null });
  return L.marker(at, { icon, pane: "labels", interactive: false, keyboard: false }).addTo(map);
}

/** A map without places, and the bounds of the city where the site has drawn it. */
async function ground(box, settings) {
  const { words, tiles } = settings;
  const map = L.map(box, {
    zoomControl: false, attributionControl: false, closePopupOnClick: true, worldCopyJump: !!tiles,
    minZoom: tiles?.minZoom ?? 2, maxZoom: tiles?.maxZoom ?? 17,
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still, scrollWheelZoom: false,
  });
  if (still) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
  // Whoever scrolls past is not held up; whoever is at the map can zoom with the wheel.
  map.on("focus", () => map.scrollWheelZoom.enable()).on("blur", () => map.scrollWheelZoom.disable());
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.map);
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  const credit = L.control.attribution({ prefix: '<a href="https://leafletjs.com/">Leaflet</a>' }).addTo(map);
  for (const [pane, z] of [["world", 210], ["city", 220], ["labels", 230]]) {
    map.createPane(pane).style.zIndex = z;
    map.getPane(pane).style.pointerEvents = "none";
  }
  const scaled = () => {
    const zoom = map.getZoom();
    box.dataset.scale = zoom < 4 ? "world" : zoom < 5 ? "far" : zoom < CITY ? "land" : zoom < 12 ? "town" : "city";
  };
  map.on("zoomend", scaled);
  if (tiles) {
    const { url, attribution, link, minZoom, maxZoom } = tiles;
    const source = make("a", { textContent: attribution });
    if (link) source.href = link;
    // The host asks for it: tile servers refuse pages that do not say where they are.
    L.tileLayer(url, { minZoom, maxZoom, attribution: link ? source.outerHTML : source.innerHTML, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    return { map };
  }
  credit.addAttribution(words.outline);
  let city;
  if (settings.city) {
    const drawn = await json(settings.city);
    city = L.latLngBounds(drawn.shapes.flatMap(({ lines }) => lines.flatMap(points(drawn.scale))));
    draw(map, drawn, "city", settings.language);
  }
  // Whoever stays in the city does not need the world.
  let world = false;
  const far = async () => {
    if (world || (city && map.getZoom() > CITY + 1)) return;
    world = true;
    draw(map, await json(settings.world), "world", settings.language);
  };
  map.on("zoomend", far).whenReady(far);
  return { map, city };
}

// ---------------------------------------------------------------- places

/** The places of the list in the page, or of the file that it names. */
async function read(frame) {
  if (frame.dataset.places) {
    const groups = await json(frame.dataset.places);
    return groups.flatMap(({ kind, folder, places }) => places.map(([lat, lon, exact, title, slug, city]) =>
      ({ kind, title, city, url: folder ? `${folder}${slug}/` : slug, about: !exact, at: [lat / 1e5, lon / 1e5] })));
  }
  return [...document.querySelectorAll("[data-at]")].map((item) => {
    const link = item.querySelector("a");
    const { at, about, city } = item.dataset;
    return { kind: item.closest("[data-kind]").dataset.kind, title: link.textContent, lang: link.lang, url: link.href, city, about: about !== undefined, at: at.split(",").map(Number), item };
  });
}

const icon = ({ kind, drawn }) => (drawn ?? document.querySelector(`[data-kind="${kind}"] .icon`))?.cloneNode(true);

/** The places in the city that the site is about: those within its outline, else around the spot where most of them are. */
function nearest(places, city) {
  const inside = places.filter(({ at }) => city?.contains(at));
  if (inside.length) return inside;
  const cells = new Map();
  for (const { at: [lat, lon] } of places) {
    const key = `${Math.round(lat * 5)},${Math.round(lon * 3)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push([lat, lon]);
  }
  const [most] = [...cells.values()].sort((a, b) => b.length - a.length);
  const middle = L.latLng([0, 1].map((n) => most.reduce((sum, at) => sum + at[n], 0) / most.length));
  return places.filter(({ at }) => middle.distanceTo(at) < 20_000);
}

/** Places that would stand on one another at a zoom, as groups. */
function together(map, places, zoom) {
  const cells = new Map();
  const groups = [];
  for (const place of places) {
    const point = map.project(place.at, zoom);
    const [column, row] = [Math.floor(point.x / GRID), Math.floor(point.y / GRID)];
    let found, least = GRID;
    for (const n of [-1, 0, 1]) {
      for (const m of [-1, 0, 1]) {
        for (const group of cells.get(`${column + n},${row + m}`) ?? []) {
          const distance = group.point.distanceTo(point);
          if (distance < least) [found, least] = [group, distance];
        }
      }
    }
    if (found) {
      found.places.push(place);
      continue;
    }
    const group = { point, at: place.at, places: [place] };
    const key = `${column},${row}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(group);
    groups.push(group);
  }
  return groups;
}

/** Puts places on a map as buttons; what stands together opens when it is pressed. */
class Pins {
  constructor(map, settings, near = []) {
    Object.assign(this, { map, settings, near: new Set(near), places: [], shown: [], layer: L.layerGroup().addTo(map) });
    map.on("zoomend moveend", () => this.update());
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.popup?.isOpen()) {
        event.stopPropagation();
        this.popup.close();
      }
    });
  }

  show(places) {
    this.places = places;
    this.zoom = undefined;
    this.update();
  }

  update() {
    const { map } = this;
    if (this.zoom !== map.getZoom()) {
      this.zoom = map.getZoom();
      this.groups = together(map, this.places, this.zoom);
    }
    const view = map.getBounds().pad(0.5);
    const inside = new Set(this.groups.filter(({ at }) => view.contains(at)));
    const focused = this.shown.find(({ button }) => button === document.activeElement);
    for (const group of this.shown) {
      if (inside.has(group)) continue;
      this.layer.removeLayer(group.marker);
      group.marker = undefined;
    }
    for (const group of inside) if (!group.marker) this.add(group);
    this.shown = [...inside];
    // Who came here by keyboard stays where they were, though the button is another one now.
    if (focused && !focused.marker) this.focus(focused.places[0]);
  }

  add(group) {
    const { map, settings: { words } } = this;
    const [first] = group.places;
    const many = group.places.length;
    const button = make("button", { type: "button", className: many > 1 ? "pin pin-many" : "pin" }, many > 1 ? String(many) : icon(first));
    const kinds = new Set(group.places.map(({ kind }) => kind));
    if (kinds.size === 1) button.dataset.kind = first.kind ?? "";
    button.setAttribute("aria-label", many > 1 ? `${words.cluster.replace("{n}", many)}: ${first.title} …` : first.title);
    const city = !this.near.has(first) && first.city;
    const box = make("div", {}, button, city && make("span", { className: "pin-city", textContent: city, ariaHidden: "true" }));
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", () => this.open(group));
    button.addEventListener("focus", () => map.getBounds().pad(-0.05).contains(group.at) || map.panTo(group.at, { animate: !still }));
    group.button = button;
    group.marker = L.marker(group.at, { icon: L.divIcon({ className: "pin-box", html: box, iconSize: null }), keyboard: false, interactive: false });
    this.layer.addLayer(group.marker);
  }

  /** Goes nearer where that parts a group, else tells what stands there. */
  open(group) {
    const { map } = this;
    const bounds = L.latLngBounds(group.places.map(({ at }) => at));
    const zoom = Math.min(map.getBoundsZoom(bounds), map.getMaxZoom());
    const parted = zoom > map.getZoom() && together(map, group.places, zoom).length > 1;
    if (!parted) return this.tell(group);
    map.once("moveend", () => setTimeout(() => this.focus(group.places[0])));
    map.fitBounds(bounds, { padding: [40, 40], animate: !still });
  }

  tell({ at, places }, back) {
    const { map, settings: { words } } = this;
    const line = ({ title, url, lang, about, kind, drawn }) => make("li", {},
      icon({ kind, drawn }), url ? make("a", { href: url, lang: lang ?? "", textContent: title }) : make("strong", { textContent: title }),
      about && make("small", { textContent: words.about }));
    const close = make("button", { type: "button", className: "pin-close", textContent: words.close });
    const said = make("div", { className: "pin-text" },
      places.length > 1 && make("p", { textContent: words.here.replace("{n}", places.length) }),
      make("ul", {}, ...places.map(line)), close);
    close.addEventListener("click", () => this.popup.close());
    const popup = L.popup({ closeButton: false, maxWidth: 280, minWidth: 220, maxHeight: 260, autoPanPadding: [12, 12], offset: [0, -10] });
    popup.setLatLng(at).setContent(said);
    popup.on("remove", () => {
      if (said.contains(document.activeElement) || document.activeElement === document.body) back ? back.focus() : this.focus(places[0]);
    });
    this.popup = popup.openOn(map);
    (said.querySelector("a") ?? close).focus({ preventScroll: true });
  }

  focus(place) {
    const group = this.shown.find(({ places }) => places.includes(place));
    (group?.button ?? this.map.getContainer()).focus({ preventScroll: true });
  }
}

// ---------------------------------------------------------------- the two ways in

const failed = (frame, words) => frame.replaceChildren(make("p", { textContent: words?.failed ?? "" }));

/** The map of a page: all places, with buttons for the city, for everything and for each kind. */
async function start(frame) {
  let settings;
  try {
    const [known, places] = await Promise.all([furnish(frame.dataset.settings), read(frame)]);
    settings = known;
    const { words } = settings;
    const { map, city } = await ground(frame.querySelector(".map"), settings);
    const near = nearest(places, city);
    const fit = (places) => map.fitBounds(L.latLngBounds(places.map(({ at }) => at)), { padding: [36, 36], maxZoom: 15, animate: !still });
    fit(frame.dataset.first === "all" ? places : near);
    const pins = new Pins(map, settings, near);
    pins.show(places);
    const views = { near: () => fit(near), all: () => fit(places) };
    for (const button of frame.querySelectorAll("[data-view]")) {
      button.hidden = near.length === places.length;
      button.addEventListener("click", views[button.dataset.view]);
    }
    const hidden = new Set();
    for (const button of frame.querySelectorAll("[aria-pressed]")) {
      button.addEventListener("click", () => {
        const { kind } = button.dataset;
        if (!hidden.delete(kind)) hidden.add(kind);
        button.setAttribute("aria-pressed", String(!hidden.has(kind)));
        pins.show(places.filter((place) => !hidden.has(place.kind)));
      });
    }
    for (const place of places.filter(({ item }) => item)) {
      const button = make("button", { type: "button", className: "map-show" }, icon(place));
      button.setAttribute("aria-label", `${words.show}: ${place.title}`);
      button.addEventListener("click", () => {
        map.setView(place.at, Math.max(map.getZoom(), near.includes(place) ? 14 : 6), { animate: false });
        frame.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
        pins.tell({ at: place.at, places: [place] }, button);
      });
      place.item.append(button);
    }
    frame.dataset.ready = "";
  } catch (error) {
    failed(frame, settings?.words);
    throw error;
  }
}

/** The map of one place, in the place of the button that asked for it. */
export async function open(button) {
  const { map: at, title, about, settings: url } = button.dataset;
  const [drawn] = button.getElementsByTagName("svg");
  const box = make("div", { className: "map", tabIndex: -1 });
  const frame = make("div", { className: "map-frame map-small" }, box);
  let settings;
  try {
    settings = await furnish(url);
    button.replaceWith(frame);
    const place = { at: at.split(",").map(Number), title, about: about !== undefined, drawn };
    const { map, city } = await ground(box, settings);
    const zoom = settings.tiles ? (place.about ? 14 : 16) : city?.contains(place.at) ? 13 : settings.city ? 5 : 7;
    map.setView(place.at, zoom, { animate: false });
    new Pins(map, settings, [place]).show([place]);
    box.focus({ preventScroll: true });
    frame.dataset.ready = "";
  } catch (error) {
    frame.isConnected ? failed(frame, settings?.words) : button.after(make("p", { textContent: settings?.words.failed ?? "" }));
    throw error;
  }
}

for (const frame of document.querySelectorAll(".map-frame[data-settings]")) start(frame);
