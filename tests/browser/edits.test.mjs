// Every sort of field, in a record of each kind with the habits of its writer: comments, quotes, Windows line ends, lists in
// a line. One field after the other is edited in the browser, and git shows that and nothing else.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { field, folders, input, save, serve } from "./form.mjs";

/**
 * Records by folder. Of each edit: the field, what is done with it, and the lines that git shows. Done is: a text to fill in or
 * a choice to make, `{ add }` one more of a list, `{ remove }` the one with that number, `{ check }` what is not checked,
 * `{ replace }` one thing by another in the body. The first edit of each is saved alone, and a line (`null`) saves what comes before it.
 */
const RECORDS = {
  events: {
    windows: true,
    text: `---
# Voor de kookploeg: laat het id staan.
title: "Soep: proef"   # ook op de poster
id: '007'
topics: [voedsel, ontmoeten] # hooguit drie
start: 2026-12-02T18:00
repeat:
  # ook in de vakantie
  every: week
  on: [wednesday]

price:
  - {amount: 0, label: gratis}
  # voor wie kan
  - amount: 5
    label: 'solidair'
hosts:
- organisations/stadsmakerslab
- initiatives/materialenbank
space: keuken
extra: {kleur: 'rood'}
---

Neem een kom mee.
En een lepel.
`,
    edits: [
      ["title", "Soep: 'nog' een", ['-title: "Soep: proef"   # ook op de poster', `+title: "Soep: 'nog' een"   # ook op de poster`]],
      ["start", "2026-12-09T18:30", ["-start: 2026-12-02T18:00", "+start: 2026-12-09T18:30"]],
      ["repeat.until", "2027-02-03", ["+  until: 2027-02-03"]],
      ["repeat.on", { add: "vrijdag" }, ["-  on: [wednesday]", "+  on: [wednesday, friday]"]],
      ["topics", { check: "Wonen" }, ["-topics: [voedsel, ontmoeten] # hooguit drie", "+topics: [voedsel, ontmoeten, wonen] # hooguit drie"]],
      ["price.1.amount", "7.50", ["-  - amount: 5", "+  - amount: 7.50"]],
      ["price.0.label", "vrij, altijd", ["-  - {amount: 0, label: gratis}", "+  - {amount: 0, label: 'vrij, altijd'}"]],
      ["hosts", { remove: 1 }, ["-- initiatives/materialenbank"]],
      ["space", "debatkamer", ["-space: keuken", "+space: debatkamer"]],
      ["capacity", "16", ["+capacity: 16"]],
      ["accessibility.wheelchair", "true", ["+accessibility:", "+  wheelchair: true"]],
      ["draft", "true", ["+draft: true"]],
      ["body", { replace: ["lepel", "vork"] }, ["-En een lepel.", "+En een vork."]],
    ],
  },
  initiatives: {
    text: `---
title: Proeftuin # werktitel
stage: idea   # nog niet begonnen
started: "2026-03-01"
location:
  name: 'De Haven'
  lat: 52.37
  lon: 5.21
updates:
  # nieuwste onderaan
  - date: 2026-05-01
    text: Eerste "schop" in de grond.
needs:
  - 'Kruiwagens'

  - Handen
led_by: organisations/stadsmakerslab
---
Tuin.
`,
    edits: [
      ["stage", "running", ["-stage: idea   # nog niet begonnen", "+stage: running   # nog niet begonnen"]],
      ["started", "2026-03-08", ['-started: "2026-03-01"', '+started: "2026-03-08"']],
      ["location.lat", "52.38", ["-  lat: 52.37", "+  lat: 52.38"]],
      ["updates.0.text", "Eerste plant.", ['-    text: Eerste "schop" in de grond.', "+    text: Eerste plant."]],
      ["needs", { add: "Water: veel" }, ["+  - 'Water: veel'"]],
      ["led_by", "organisations/regiolab", ["-led_by: organisations/stadsmakerslab", "+led_by: organisations/regiolab"]],
      ["contact.public", "true", ["+contact:", "+  public: true"]],
    ],
  },
  notices: {
    windows: true,
    text: `---
title: 'Gezocht: ladder'
direction: need
category: material
quantity: '007'
valid_until: 2027-01-31   # daarna weg
by: initiatives/materialenbank
---
Een ladder.
`,
    edits: [
      ["quantity", "008", ["-quantity: '007'", "+quantity: '008'"]],
      ["category", "tool", ["-category: material", "+category: tool"]],
      ["valid_until", "2027-02-28", ["-valid_until: 2027-01-31   # daarna weg", "+valid_until: 2027-02-28   # daarna weg"]],
      ["neighbourhood", "haven", ["+neighbourhood: haven"]],
      ["by", "", ["-by: initiatives/materialenbank"]],
    ],
  },
  spaces: {
    text: `---
title: Proeflokaal
capacity: 12 # staand 20
hours:
  - days: [thursday]
    opens: "13:00"
    closes: "17:00"
facilities: ["Kraan, warm", 'Tafel']
free: true
part_of: het-lab
---
Lokaal.
`,
    edits: [
      ["capacity", "14", ["-capacity: 12 # staand 20", "+capacity: 14 # staand 20"]],
      ["hours.0.opens", "14:00", ['-    opens: "13:00"', '+    opens: "14:00"']],
      ["hours.0.days", { check: "vrijdag" }, ["-  - days: [thursday]", "+  - days: [thursday, friday]"]],
      ["facilities", { remove: 0 }, [`-facilities: ["Kraan, warm", 'Tafel']`, "+facilities: ['Tafel']"]],
      ["free", "false", ["-free: true", "+free: false"]],
      ["area", "31.5", ["+area: 31.5"]],
      ["part_of", "tuin", ["-part_of: het-lab", "+part_of: tuin"]],
    ],
  },
  calls: {
    windows: true,
    text: `---
title: Proefoproep
opens: 2026-11-01
deadline: 2027-03-31T17:00
places: 20
how_to_apply: >-
  Spreek een bericht in,
  of kom langs.
apply: {email: proef@stadsmakerslab.example}
by: [organisations/stadsmakerslab]
---
Doe mee.
`,
    edits: [
      ["deadline", "2027-04-01T12:00", ["-deadline: 2027-03-31T17:00", "+deadline: 2027-04-01T12:00"]],
      ["places", "", ["-places: 20"]],
      ["criteria", { add: "Zestien of ouder" }, ["+criteria: [Zestien of ouder]"]],
      ["apply.url", "https://lab.example/mee", ["-apply: {email: proef@stadsmakerslab.example}", "+apply: {url: https://lab.example/mee, email: proef@stadsmakerslab.example}"]],
      ["body", { replace: ["Doe mee.", "Doe ook mee."] }, ["-Doe mee.", "+Doe ook mee."]],
    ],
  },
  programmes: {
    text: `---
title: Proefreeks
type: series
period: {start: 2027-01-01, end: 2027-02-01} # voorlopig
attend_all: false
embassies: [almere]
---
Reeks.
`,
    edits: [
      ["period.end", "2027-03-01", ["-period: {start: 2027-01-01, end: 2027-02-01} # voorlopig", "+period: {start: 2027-01-01, end: 2027-03-01} # voorlopig"]],
      ["attend_all", "true", ["-attend_all: false", "+attend_all: true"]],
      ["embassies", { add: "wenen" }, ["-embassies: [almere]", "+embassies: [almere, wenen]"]],
      ["type", "trajectory", ["-type: series", "+type: trajectory"]],
    ],
  },
  embassies: {
    windows: true,
    text: `---
title: Proefambassade
# De stad zoals zij zelf heet.
city: 'Almere'
country: NL
location:
    name: Loket
    lon: 5.2186
    lat: 52.3705
languages: [nl, 'no']
peers:
    - wenen
---
Loket.
`,
    edits: [
      ["city", "Almere-Stad", ["-city: 'Almere'", "+city: 'Almere-Stad'"]],
      ["location.lon", "5.22", ["-    lon: 5.2186", "+    lon: 5.22"]],
      ["location.street", "Kade 1", ["+    street: Kade 1"]],
      ["peers", { add: "riga" }, ["+    - riga"]],
      ["since", "2026-03-14", ["+since: 2026-03-14"]],
    ],
  },
  practices: {
    text: `---
title: Proefaanpak
problem: |
  Niemand luistert.

  En niemand vraagt.
approach: Samen eten.
facts:
  participants: 18 # geteld
works_when: ["Er is tijd"]
from: [organisations/stadsmakerslab]
---
Zo.
`,
    edits: [
      ["facts.participants", "21", ["-  participants: 18 # geteld", "+  participants: 21 # geteld"]],
      ["problem", "Niemand luistert.\n\nEn niemand wil.\n", ["-  En niemand vraagt.", "+  En niemand wil."]],
      ["works_when", { add: "Er is soep" }, ['-works_when: ["Er is tijd"]', '+works_when: ["Er is tijd", Er is soep]']],
      ["facts.method", "Werklab", ["+  method: Werklab"]],
      ["from", { remove: 0 }, ["-from: [organisations/stadsmakerslab]"]],
    ],
  },
  organisations: {
    windows: true,
    text: `---
type: network # of: vereniging
title: Proefclub
url: https://club.example
founded: '2014'
---

Club.
`,
    edits: [
      ["founded", "2015", ["-founded: '2014'", "+founded: '2015'"]],
      ["type", "association", ["-type: network # of: vereniging", "+type: association # of: vereniging"]],
      ["parent", "regiolab", ["+parent: regiolab"]],
      ["summary", "Nee", ["+summary: Nee"]],
    ],
  },
  articles: {
    text: `---
title: "Proefbericht"
date: 2026-11-01
authors: [Redactie van het lab]
about: [spaces/het-lab]
image:
  file: media/lab.svg
  alt: Drie gebouwen
---

Bericht.
`,
    edits: [
      ["date", "2026-11-02", ["-date: 2026-11-01", "+date: 2026-11-02"]],
      ["authors.0", "Redactie, en anderen", ["-authors: [Redactie van het lab]", "+authors: ['Redactie, en anderen']"]],
      ["image.alt", "Drie gebouwen en een boom", ["-  alt: Drie gebouwen", "+  alt: Drie gebouwen en een boom"]],
      ["type", "report", ["+type: report"]],
      ["verified", "2026-11-20", ["+verified: 2026-11-20"]],
    ],
  },
  pages: {
    windows: true,
    text: `---
title: Proefpagina
menu: {title: Proef, order: 90, footer: true}
aliases: [/proef-oud/]
---

# Kop

Tekst.
`,
    edits: [
      ["menu.order", "95", ["-menu: {title: Proef, order: 90, footer: true}", "+menu: {title: Proef, order: 95, footer: true}"]],
      null,
      ["menu.footer", "", ["-menu: {title: Proef, order: 95, footer: true}", "+menu: {title: Proef, order: 95}"]],
      ["aliases", { add: "/proef-nog-ouder/" }, ["-aliases: [/proef-oud/]", "+aliases: [/proef-oud/, /proef-nog-ouder/]"]],
      ["body", { replace: ["Tekst.", "Tekst, met meer."] }, ["-Tekst.", "+Tekst, met meer."]],
    ],
  },
};

const path = (folder) => `content/${folder}/proef.md`;
const files = Object.entries(RECORDS).map(([folder, { text, windows }]) => [path(folder), windows ? text.replaceAll("\n", "\r\n") : text]);
let lab;

before(async () => {
  lab = await serve(Object.fromEntries(files));
});
afterEach(async () => {
  lab.git("reset", "-q", "--hard");
  await Promise.all(lab.chrome.contexts().map((context) => context.close()));
});
after(() => lab.end());

async function edit(page, name, done) {
  const place = field(page, name);
  if (typeof done !== "string") {
    if (done.replace) return input(page, name).fill((await input(page, name).inputValue()).replace(...done.replace));
    if (done.check) return place.getByRole("checkbox", { name: done.check, exact: true }).check();
    if (done.remove !== undefined) return place.getByRole("button", { name: "Haal weg" }).nth(done.remove).click();
    await place.getByRole("button", { name: "Voeg toe" }).click();
    const last = place.locator(".items > li").last().locator("input, textarea, select").first();
    return (await last.evaluate((element) => element.localName)) === "select" ? last.selectOption(done.add) : last.fill(done.add);
  }
  const control = input(page, name);
  return (await control.evaluate((element) => element.localName)) === "select" ? control.selectOption(done) : control.fill(done);
}

/** What is saved at once. */
function rounds([first, ...others]) {
  const rest = others.reduce((all, one) => (one ? [...all.slice(0, -1), [...all.at(-1), one]] : [...all, []]), [[]]);
  return [[first], ...rest].filter((round) => round.length > 0);
}

test("there is a record of each kind", () => assert.deepEqual(Object.keys(RECORDS).sort(), [...folders].sort()));

for (const [folder, { windows, edits }] of Object.entries(RECORDS)) {
  test(`${folder}: each field that is edited changes its own line${windows ? ", with Windows line ends" : ""}`, async () => {
    const page = await lab.form(path(folder), { viewport: { width: 1400, height: 3000 } });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    const end = windows ? "\r" : "";
    for (const round of rounds(edits)) {
      for (const [name, done] of round) await edit(page, name, done);
      await save(page, /^Bewaard/);
      const lines = round.flatMap(([, , lines]) => lines.map((line) => line + end));
      assert.deepEqual(lab.changed().sort(), lines.sort(), `${folder} ${round.map(([name]) => name)}`);
      assert.equal(lab.git("status", "--porcelain"), ` M ${path(folder)}\n`);
      lab.git("commit", "-qam", "Edit");
    }
    assert.deepEqual([page.foreign, page.faults], [[], []]);
  });
}
