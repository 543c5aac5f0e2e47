// outlines.mjs [--check]: makes themes/plein/assets/outlines/world.json, the land and the borders that the map shows when a site
// names no tiles. The shapes are those of Natural Earth (public domain, 1:10m, by the npm package world-atlas), simplified: the
// Netherlands finest, Europe less, the rest of the world coarse. With --check it only says whether the file is what it would make,
// and whether the theme's leaflet.js is that of the package but for the line that names its source map.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { feature, merge, mesh } from 'topojson-client';
import { presimplify } from 'topojson-simplify';

const require = createRequire(import.meta.url);
const FILE = new URL('../../themes/plein/assets/outlines/world.json', import.meta.url);
const SCALE = 1000;

// How much of a triangle (square degrees) a point must span to stay, and how far apart the points of the grid are.
const REGIONS = [
  { box: [3, 50.5, 7.4, 53.8], least: 0.00006, grid: 2 },
  { box: [-11, 34, 32, 61], least: 0.0015, grid: 5 },
  { box: [-25, 27, 46, 72], least: 0.006, grid: 10 },
  { box: [-180, -90, 180, 90], least: 0.25, grid: 50 },
];
const region = ([x, y]) => REGIONS.find(({ box: [w, s, e, n] }) => x >= w && x <= e && y >= s && y <= n);

// Natural Earth counts the IJsselmeer as land of the Netherlands. Drawn for this map after no source, roughly: CC0.
const IJSSELMEER = [[5.03, 52.93], [5.2, 53.02], [5.37, 53.09], [5.4, 53.05], [5.42, 52.95], [5.36, 52.88], [5.48, 52.85], [5.71, 52.84],
  [5.61, 52.77], [5.59, 52.66], [5.63, 52.61], [5.84, 52.59], [5.66, 52.58], [5.47, 52.55], [5.42, 52.51], [5.27, 52.43], [5.2, 52.39],
  [5.13, 52.345], [5.15, 52.33], [5.23, 52.328], [5.32, 52.31], [5.25, 52.305], [5.16, 52.315], [5.12, 52.332], [5.06, 52.34],
  [4.98, 52.37], [5.02, 52.39], [5.04, 52.43], [5.08, 52.47], [5.07, 52.5], [5.03, 52.53], [5.06, 52.63], [5.13, 52.65], [5.24, 52.66],
  [5.3, 52.7], [5.21, 52.75], [5.11, 52.77], [5.1, 52.83], [5.03, 52.87]];

// Numbers of ISO 3166-1 as Natural Earth has them, of the countries whose names stand on the map, and their letters.
const NAMED = {
  '008': 'AL', '040': 'AT', '056': 'BE', '070': 'BA', '100': 'BG', '112': 'BY', '191': 'HR', '196': 'CY', '203': 'CZ', '208': 'DK',
  '233': 'EE', '246': 'FI', '250': 'FR', '276': 'DE', '300': 'GR', '348': 'HU', '352': 'IS', '372': 'IE', '380': 'IT', '428': 'LV',
  '440': 'LT', '442': 'LU', '470': 'MT', '498': 'MD', '499': 'ME', '528': 'NL', '578': 'NO', '616': 'PL', '620': 'PT', '642': 'RO',
  '688': 'RS', '703': 'SK', '705': 'SI', '724': 'ES', '752': 'SE', '756': 'CH', '792': 'TR', '804': 'UA', '807': 'MK', '826': 'GB',
};
// Where the middle of the largest part is not where people look for the name.
const MIDDLE = { NO: [9, 61.2], HR: [16.2, 45.5], GB: [-1.6, 52.8], SE: [15, 60.5], FI: [26, 62.5], FR: [2.4, 46.6], IT: [12.6, 42.6], TR: [33, 39], NL: [5.6, 52.15] };

const area = (ring) => ring.reduce((sum, [x, y], n) => {
  const [a, b] = ring[(n + 1) % ring.length];
  return sum + x * b - a * y;
}, 0) / 2;

/** A line as whole numbers: the first point, then steps from each to the next. */
function steps(line) {
  const out = [];
  let last = [0, 0];
  for (const [x, y] of line) {
    const { grid } = region([x, y]);
    const at = [x, y].map((degrees) => Math.round((degrees * SCALE) / grid) * grid);
    if (out.length && at[0] === last[0] && at[1] === last[1]) continue;
    out.push(at[0] - last[0], at[1] - last[1]);
    last = at;
  }
  return out;
}

function make() {
  const topology = presimplify(require('world-atlas/countries-10m.json'));
  // What a point weighs stands beside it; both ends of an arc always stay.
  topology.arcs = topology.arcs.map((arc) => arc.filter(([x, y, weight]) => weight >= region([x, y]).least).map(([x, y]) => [x, y]));
  const { countries } = topology.objects;
  countries.geometries = countries.geometries.filter(({ properties }) => properties.name !== 'Antarctica');
  const large = (ring) => Math.abs(area(ring)) >= 4 * region(ring[0]).least;
  const land = merge(topology, countries.geometries).coordinates.flatMap((polygon) => polygon.filter(large));
  const borders = mesh(topology, countries, (a, b) => a !== b).coordinates;
  const named = countries.geometries.filter(({ id }) => NAMED[id]).map((geometry) => {
    const code = NAMED[geometry.id];
    const shape = feature(topology, geometry).geometry;
    const rings = (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates).map(([outer]) => outer);
    const [largest] = rings.sort((a, b) => Math.abs(area(b)) - Math.abs(area(a)));
    const xs = largest.map(([x]) => x), ys = largest.map(([, y]) => y);
    const middle = MIDDLE[code] ?? [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    return { kind: 'country', code, lines: [steps([middle])] };
  });
  const usable = (points) => (line) => line.length >= 2 * points;
  return JSON.stringify({
    source: 'Natural Earth 1:10m (public domain), simplified; IJsselmeer drawn roughly (CC0)',
    scale: SCALE,
    shapes: [
      { kind: 'land', lines: land.map(steps).filter(usable(3)) },
      { kind: 'water', lines: [steps(IJSSELMEER)] },
      { kind: 'border', lines: borders.map(steps).filter(usable(2)) },
      ...named.sort((a, b) => (a.code < b.code ? -1 : 1)),
    ],
  }) + '\n';
}

const made = make();
const size = `${made.length} bytes, ${zlib.gzipSync(made).length} compressed`;
if (process.argv[2] === '--check') {
  const vendored = new URL('../../themes/plein/assets/vendor/leaflet/leaflet.js', import.meta.url);
  const leaflet = fs.readFileSync(require.resolve('leaflet/dist/leaflet.js'), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
  const wrong = [
    fs.readFileSync(FILE, 'utf8') !== made && 'world.json is not what outlines.mjs makes',
    fs.readFileSync(vendored, 'utf8') !== leaflet && 'leaflet.js is not that of the package',
  ].filter(Boolean);
  for (const fault of wrong) console.log(`FAIL ${fault}`);
  console.log(`vendored: ${2 - wrong.length} passed, ${wrong.length} failed (world.json: ${size})`);
  process.exitCode = wrong.length ? 1 : 0;
} else {
  fs.writeFileSync(FILE, made);
  console.log(`wrote ${size}`);
}
