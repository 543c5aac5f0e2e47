// opendata_rpde.mjs URL...: what OpenActive's validator says of feeds of changes, as JSON: for each address its pages and messages.
import rpde from '@openactive/rpde-validator';

const results = {};
for (const url of process.argv.slice(2)) {
  const log = await rpde.RpdeValidator(url, { logCallback() {}, requestDelayMs: 0, timeoutMs: 5000, pageLimit: 100 });
  const said = log.pages.flatMap((page) => page.errors.map(({ data }) => ({ ...data, url: page.url })));
  results[url] = { pages: log.pages.length, said: said.map(({ severity, type, message, url }) => ({ severity, type, message, url })) };
}
process.stdout.write(JSON.stringify(results), () => process.exit(0)); // it leaves timers behind
