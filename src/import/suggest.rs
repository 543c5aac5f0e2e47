//! A mapping for a repository that nobody has mapped yet, from what stands in it.

use super::convert::{convert, is_nothing, number, plain};
use super::layout::{Layout, Original};
use super::moment::{self, Habits};
use super::record::{example, flat};
use super::write::scalar;
use crate::content::shape::{resolve, shape};
use crate::content::{KINDS, Kind};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What folders are called, and the kind that lies in them.
const FOLDERS: [(&str, &str); 9] = [
    ("events", "event events agenda evenement evenementen meetup meetups calendar kalender workshops workshop talks termine veranstaltungen evenements eventos activiteiten activities sessions conferences hackathons hacknights meetings bijeenkomsten gatherings webinars seminars trainings courses eventi tapahtumat classes lectures exhibitions concerts shows"),
    ("articles", "posts post blog blogs news nieuws articles artikelen article stories press aktuelles actualites weblog updates noticias journal newsletter newsletters berichten magazine verslagen reports notes announcements interviews insights press-releases"),
    ("initiatives", "projects project projecten initiatives initiatieven projekte projets proyectos apps portfolio labs work cases"),
    ("organisations", "organisations organizations partners sponsors organisaties companies groups groepen supporters brigades chapters communities members-organisations"),
    ("spaces", "spaces ruimtes locations venues places rooms locaties orte lieux plekken"),
    ("calls", "calls oproepen vacancies vacatures jobs opportunities"),
    ("practices", "practices case-studies casestudies recipes patterns"),
    ("programmes", "programmes programs programma series tracks"),
    ("pages", "pages page pagina about over info docs documentation team people authors author persons staff speakers members help guides wiki faq policies"),
];

/// Our fields and what others call them, the likelier name first; the last part is the kinds that it is for, all when empty.
const FIELDS: &[(&str, &str, &str)] = &[
    ("body", "body content text inhoud tekst longdescription description omschrijving", ""),
    ("title", "title name headline heading titel titre naam eventname eventtitle summary.title titulo", ""),
    ("summary", "summary description excerpt deck lead intro abstract samenvatting omschrijving beschrijving subtitle teaser tagline blurb shortdescription metadescription subhead extra.description extra.summary extra.subtitle seo.description short lede standfirst", ""),
    ("topics", "topics tags categories category keywords themes theme subjects labels taxonomies.tags taxonomies.categories taxonomies.topics tag themas extra.tags", ""),
    ("image", "image featuredimage cover heroimage thumbnail photo banner featureimage img picture hero images resources.src afbeelding foto cover.image image.src image.url image.path header.image header.teaser header.overlayimage primaryimage coverimage ogimage bannerimage thumb logo socialimage extra.image extra.cover sharingimage previewimage cardimage extra.thumbnail headerimage poster flyer", ""),
    ("image.alt", "imagealt imagealttext alt thumbnailalt coveralt featuredimage.alt image.alt cover.alt photoalt heroalt bannerimagealt heroimagealt alttext imagedescription featuredimagealt", ""),
    ("image.credit", "imagecredit photocredit credit image.credit image.caption header.caption imagecaption", ""),
    ("draft", "draft", ""),
    ("aliases", "aliases redirectfrom", ""),
    ("license", "license licence", ""),
    ("contact.email", "email contactemail contact.email emailaddress", "events initiatives organisations spaces calls"),
    ("contact.phone", "phone telephone telefoon contactphone contact.phone", "events initiatives organisations spaces calls"),
    ("start", "start startdate datestart eventdate startdatetime starttime dtstart begin startat startsat when from datetime date.start date.from eventstart eventstartdate begindatum startdatum eventdatetime extra.start extra.startdate extra.eventdate extra.date schedule.start day date.0 dates.0 dates datum extra.begin eventstarttime fecha start.datetime isodate date publishdate file.date", "events"),
    ("start_time", "time starttime timestart tijd begintijd eventtime hour uur extra.time extra.starttime timefrom hours eventstarttime date.time horario", "events"),
    ("end", "end enddate dateend until finish dtend endat endsat einddatum enddatetime eventend eventenddate date.end date.to extra.end extra.enddate schedule.end dates.1 date.1 to end.datetime", "events"),
    ("end_time", "endtime timeend eindtijd extra.endtime timeto eventendtime", "events"),
    ("repeat", "repeat", "events"),
    ("rrule", "rrule recurrence rule", "events"),
    ("changes", "changes", "events"),
    ("extra.uid", "uid", "events"),
    ("duration", "duration duur length extra.duration", "events"),
    ("all_day", "allday fullday wholeday", "events"),
    ("timezone", "timezone tz zone tijdzone extra.timezone", "events"),
    ("mode", "mode attendancemode eventattendancemode eventmode", "events"),
    ("online_url", "onlineurl stream streamurl livestream livestreamurl zoom zoomlink zoomurl meetingurl joinurl meetinglink joinlink webinarurl", "events"),
    ("registration.url", "registrationurl registration registrationlink register registerurl rsvp rsvpurl rsvplink tickets ticketurl ticketsurl ticketlink signup signupurl signuplink aanmelden aanmeldlink inschrijven eventurl eventlink eventbrite eventbriteurl eventbritelink meetup meetupurl meetuplink extra.registration extra.rsvp bookingurl booking tickets.url registration.url registration.link link url website externalurl extra.link extra.url externallink luma", "events"),
    ("price", "price cost prijs kosten fee entry admission entree extra.price ticketprice", "events"),
    ("capacity", "capacity maxparticipants seats capaciteit places maxattendees", "events spaces"),
    ("status", "status eventstatus", "events"),
    ("type", "type eventtype format sort soort category eventcategory kind extra.type categorie", "events initiatives organisations programmes articles"),
    ("recording", "recording recordingurl video videourl youtube youtubeurl videolink youtubelink extra.video", "events"),
    ("languages", "languages language taal spokenlanguage", "events notices"),
    ("location.name", "location.name venue.name venue venuename locationname place placename plaats locatie where room hall extra.location extra.venue place.name location.title location.venue location lieu ort lugar", "events initiatives organisations spaces notices embassies"),
    ("location.street", "location.address location.street venue.address address street adres venueaddress streetaddress locationaddress extra.address location.streetaddress location.address1 place.address locationstreet", "events initiatives organisations spaces notices embassies"),
    ("location.postal_code", "location.postalcode location.zip location.postcode postalcode zip zipcode postcode venue.zip", "events initiatives organisations spaces notices embassies"),
    ("location.city", "location.city venue.city city stad town location.town locality eventcity venuecity locationcity extra.city ville", "events initiatives organisations spaces notices embassies"),
    ("location.country", "location.country country land venue.country extra.country", "events initiatives organisations spaces notices embassies"),
    ("location.lat", "lat latitude location.lat location.latitude geo.lat geo.latitude coordinates.lat venue.lat coordinates.0 extra.lat", "events initiatives organisations spaces notices embassies"),
    ("location.lon", "lon lng long longitude location.lon location.lng location.long location.longitude geo.lng geo.lon geo.longitude coordinates.lng coordinates.lon venue.lng coordinates.1 extra.lon extra.lng", "events initiatives organisations spaces notices embassies"),
    ("date", "date publishdate pubdate published publishedat publisheddate publicationdate created createdat datum postdate extra.date dateline datepublished startdate start eventdate file.date lastmod updated", "articles"),
    ("authors", "authors author auteur auteurs byline writer by extra.author extra.authors taxonomies.authors author.name", "articles"),
    ("stage", "stage status state phase", "initiatives"),
    ("started", "started startdate start date since", "initiatives"),
    ("ended", "ended enddate end", "initiatives"),
    ("url", "url website link homepage site websiteurl externalurl href", "organisations"),
    ("founded", "founded since established foundingdate", "organisations"),
    ("deadline", "deadline closes closingdate until enddate applyby validthrough duedate", "calls"),
    ("opens", "opens startdate start date publishdate", "calls"),
    ("apply.url", "applyurl apply applicationurl link url", "calls"),
    ("period.start", "start startdate from date", "programmes"),
    ("period.end", "end enddate until to", "programmes"),
    ("same_as", "externalurl website link homepage sourceurl source canonicalurl canonical url sameas twitter github extra.website externallink href", ""),
];

/// What only tells the generator how to show a page.
const LAYOUT: &str = "layout template weight slug url permalink type linktitle menu menus nav toc sitemap lastmod updated modified order position cascade outputs markup build comments sidebar robots class css style color colour bodyclass showtoc hidetoc mathjax katex math sharing share related pin pinned sticky navorder haschildren parent nointeract eleventynavigation eleventyexcludefromcollections eleventycomputed renderwithliquid pagination paginate sortby paginateby insertanchorlinks headless isctahidden showreadingtime readingtime comment disableshare searchhidden excludefromsearch noindex sidebarweight hidden navigation published series_order sectionpagesmenu classes searchexclude pageid uid id guid wordpressid wpid dsqthreadid disqus aliases_note author_profile toclabel toctitle tocsticky iscjklanguage featured showdate showauthor hideintroimage hidemeta hidesidebar datatype contenttype identifier";

/// A name without what languages and habits differ in.
fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The files of a pattern, and what stands in them.
struct Group<'a> {
    pattern: String,
    hint: Option<&'static str>,
    files: Vec<&'a Original>,
    /// Fields with how many files have them and some values.
    fields: BTreeMap<String, (usize, Vec<Value>)>,
}

/// The mapping as a file.
pub fn suggest(originals: &[Original], layout: &Layout) -> String {
    let mut out = format!("# What was found: {} documents of {}. Change what is wrong, and try it: plein import … --mapping this-file\n", originals.len(), layout.generator.name());
    let languages = languages(originals, layout);
    let _ = writeln!(out, "languages: [{}]", languages.join(", "));
    let zone = layout.timezone.clone().unwrap_or_else(|| guessed_zone(&languages, originals));
    let _ = writeln!(out, "timezone: {zone}");
    let _ = writeln!(out, "# Whether 03/04 is the third of April.\nday_first: {}", day_first(originals, &zone));
    if let Some(title) = &layout.title {
        let _ = writeln!(out, "title: {}", scalar(title));
    }
    if let Some(url) = &layout.url {
        let _ = writeln!(out, "# What is linked to and is not among the documents is linked to there.\nold_site: {}", scalar(url));
    }
    let _ = writeln!(out, "folders:");
    let groups = groups(originals, layout);
    if groups.is_empty() {
        let _ = writeln!(out, "  []");
    }
    for group in groups {
        folder(&group, &zone, &mut out);
    }
    out + "# Regular expressions with named groups, for what is left out else:\n# replace:\n# - find: '\\{\\{< quote (?<who>\\w+) >\\}\\}'\n#   put: '> ${who}'\n"
}

/// The languages, the default one first: as the configuration says, else by how many documents each has.
fn languages(originals: &[Original], layout: &Layout) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for language in originals.iter().filter_map(|o| o.language.as_deref()) {
        *counts.entry(language).or_default() += 1;
    }
    let mut languages: Vec<String> = layout.languages.iter().filter(|code| layout.languages.first() == Some(code) || counts.contains_key(code.as_str())).cloned().collect();
    let mut more: Vec<(&str, usize)> = counts.into_iter().collect();
    more.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    languages.extend(more.into_iter().map(|(code, _)| code.to_owned()));
    let mut seen = BTreeSet::new();
    languages.retain(|code| seen.insert(code.clone()));
    if languages.is_empty() {
        languages.push(spoken(originals).to_owned());
    }
    languages
}

/// The language in which most is written, by its smallest words.
fn spoken(originals: &[Original]) -> &'static str {
    const WORDS: [(&str, &[&str]); 6] = [
        ("en", &["the", "and", "of", "with", "for"]),
        ("nl", &["het", "een", "van", "voor", "niet"]),
        ("de", &["der", "und", "die", "mit", "nicht"]),
        ("fr", &["les", "des", "une", "pour", "est"]),
        ("es", &["los", "las", "una", "para", "por"]),
        ("it", &["gli", "della", "che", "sono", "per"]),
    ];
    let mut counts = [0usize; 6];
    for original in originals.iter().take(200) {
        for word in original.body.split_whitespace().take(300) {
            for (n, (_, words)) in WORDS.iter().enumerate() {
                counts[n] += usize::from(words.contains(&word));
            }
        }
    }
    let most = counts.iter().enumerate().max_by_key(|(n, count)| (**count, std::cmp::Reverse(*n)));
    most.map_or("en", |(n, _)| WORDS[n].0)
}

fn guessed_zone(languages: &[String], originals: &[Original]) -> String {
    let american = |original: &&Original| original.fields.values().filter_map(Value::as_str).any(|text| text.contains(" -0500") || text.contains(" -0400") || text.contains("-05:00") || text.contains("-04:00"));
    let pacific = |original: &&Original| original.fields.values().filter_map(Value::as_str).any(|text| text.contains(" -0800") || text.contains(" -0700") || text.contains("-08:00") || text.contains("-07:00"));
    let (east, west) = (originals.iter().filter(american).count(), originals.iter().filter(pacific).count());
    match languages.first().map(String::as_str) {
        _ if east > west => "America/New_York",
        _ if west > 0 => "America/Los_Angeles",
        Some("de") => "Europe/Berlin",
        Some("fr") => "Europe/Paris",
        Some("es") => "Europe/Madrid",
        Some("it") => "Europe/Rome",
        Some("en") => "Europe/London",
        _ => "Europe/Amsterdam",
    }
    .to_owned()
}

/// Whether days come before months where dates have slashes: one that can only be one of the two tells.
fn day_first(originals: &[Original], zone: &str) -> bool {
    let mut counts = [0usize; 2];
    for text in originals.iter().flat_map(|o| o.fields.values()).filter_map(Value::as_str).filter(|text| text.len() < 40) {
        let mut parts = text.split([' ', ',']).next().unwrap_or("").split('/').map(str::parse::<u32>);
        if let (Some(Ok(first)), Some(Ok(second)), Some(Ok(_))) = (parts.next(), parts.next(), parts.next()) {
            counts[0] += usize::from(first > 12 && first < 32);
            counts[1] += usize::from(second > 12 && second < 32);
        }
    }
    if counts == [0, 0] { !zone.starts_with("America/") } else { counts[0] >= counts[1] }
}

fn hint(folder: &str) -> Option<&'static str> {
    let folder = folder.trim_start_matches('_').to_lowercase();
    FOLDERS.iter().find(|(_, names)| names.split(' ').any(|name| name == folder)).map(|(kind, _)| *kind)
}

/// The documents by folder: the first below the content, or one further down whose name tells more.
fn groups<'a>(originals: &'a [Original], layout: &Layout) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(std::cmp::Reverse<usize>, String), Group> = BTreeMap::new();
    for original in originals {
        let root = layout.content.iter().filter(|root| original.path.starts_with(root.as_str())).max_by_key(|root| root.len());
        let root = root.map_or("", String::as_str);
        let below = original.path.strip_prefix(root).unwrap_or(&original.path);
        let mut parts: Vec<&str> = below.split('/').collect();
        parts.pop();
        let mut pattern = root.to_owned();
        if parts.first().is_some_and(|first| original.language.as_deref() == Some(&first.to_lowercase())) {
            parts.remove(0);
            pattern += "*/";
        }
        let deepest = parts.iter().take(3).rposition(|part| hint(part).is_some()).unwrap_or(0);
        let hint = parts.get(deepest).and_then(|part| hint(part));
        for part in parts.iter().take(deepest + 1) {
            pattern += part;
            pattern.push('/');
        }
        pattern += if parts.is_empty() { "*" } else { "**" };
        let mut hint = hint;
        if let Some((file, _)) = original.path.split_once('#') {
            pattern = format!("{file}#*");
            let calendar = file.ends_with("ics").then_some("events");
            hint = calendar.or_else(|| self::hint(original.section())).or(Some("events"));
        }
        let depth = std::cmp::Reverse(pattern.matches('/').count());
        let group = groups.entry((depth, pattern.clone())).or_insert_with(|| Group { pattern, hint, files: vec![], fields: BTreeMap::new() });
        for (name, value) in flat(&original.fields).into_iter().filter(|(_, value)| !is_nothing(value)) {
            let (count, values) = group.fields.entry(name).or_default();
            *count += 1;
            if values.len() < 40 {
                values.push(value);
            }
        }
        if let Some(date) = original.date {
            let (count, values) = group.fields.entry("file.date".to_owned()).or_default();
            *count += 1;
            values.truncate(20);
            values.push(Value::String(date.to_string()));
        }
        group.files.push(original);
    }
    groups.into_values().collect()
}

/// The kind of a folder: by its name, if what stands in its files agrees.
fn kind(group: &Group, zone: &TimeZone) -> &'static str {
    let files = group.files.len();
    let habits = Habits { day_first: true, formats: &[], zone, local: true };
    let dated = |names: &str| -> usize {
        let known = |name: &str| names.split(' ').any(|known| known == bare(name));
        let dates = |values: &[Value]| values.iter().any(|value| plain(value).is_some_and(|text| moment::read(&text, &habits).is_some()));
        let fields = group.fields.iter().filter(|(name, (_, values))| known(name) && dates(values));
        fields.map(|(_, (count, _))| *count).max().unwrap_or(0)
    };
    let names = |ours: &str| FIELDS.iter().find(|(name, ..)| *name == ours).map_or("", |(_, names, _)| *names);
    let events = dated(names("start"));
    let own = names("start").replace(" date publishdate file.date", "");
    let when = |count: usize, share: usize| count > 0 && count * 100 >= files * share;
    match group.hint {
        Some("events") if when(events, 30) => "events",
        Some("calls") if when(dated("deadline closes closingdate enddate applyby validthrough duedate"), 60) => "calls",
        Some("events" | "calls") | None if when(dated(&own), 50) => "events",
        Some("articles" | "events" | "calls") | None if when(dated(names("date")), 50) => "articles",
        Some("articles" | "events" | "calls") | None => "pages",
        Some(hint) => hint,
    }
}

fn folder(group: &Group, zone: &str, out: &mut String) {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let name = kind(group, &zone);
    let Some(kind) = KINDS.iter().find(|kind| kind.folder == name) else { return };
    let _ = writeln!(out, "- from: {}   # {} files", scalar_pattern(&group.pattern), group.files.len());
    let _ = writeln!(out, "  kind: {name}");
    if group.pattern.contains("people") || group.pattern.contains("authors") || group.pattern.contains("team") {
        let _ = writeln!(out, "  # These seem to be people: ask them first, or write `kind: none`.");
    }
    let _ = writeln!(out, "  fields:");
    let habits = Habits { day_first: true, formats: &[], zone: &zone, local: true };
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (ours, source) in sources(kind, group, &habits, &mut used) {
        let _ = writeln!(out, "    {ours}: {source}");
    }
    let layout = |name: &String| LAYOUT.split(' ').any(|known| known == bare(name) || bare(name).split('.').next() == Some(known));
    let (drop, lost): (Vec<&String>, Vec<&String>) = group.fields.keys().filter(|name| !used.contains(*name) && *name != "file.date").partition(|name| layout(name));
    if !drop.is_empty() {
        let names: Vec<String> = drop.iter().map(|name| scalar(name)).collect();
        let _ = writeln!(out, "  drop: [{}]", names.join(", "));
    }
    for name in lost {
        if let Some((count, values)) = group.fields.get(name) {
            let value = values.first().map(example).unwrap_or_default();
            let _ = writeln!(out, "  # not mapped: {name}, in {count} files, such as {}", scalar(&super::matter::short(&value, 60)));
        }
    }
}

fn scalar_pattern(pattern: &str) -> String {
    format!("\"{pattern}\"")
}

/// What each of our fields is made of, by what the fields of the group are called and hold.
fn sources(kind: &Kind, group: &Group, habits: &Habits, used: &mut BTreeSet<String>) -> Vec<(String, String)> {
    let shape = shape(kind);
    let mut found = Vec::new();
    for (ours, names, kinds) in FIELDS {
        let first = ours.split('.').next().unwrap_or("");
        let known = shape.common.iter().chain(&shape.own).any(|name| name == first) || ours.ends_with("_time") && kind.folder == "events";
        let table = group.pattern.contains('#');
        if matches!(*ours, "body" | "extra.uid") && !table {
            continue;
        }
        let known = known || *ours == "body";
        if !known || !kinds.is_empty() && !kinds.split(' ').any(|name| name == kind.folder) {
            continue;
        }
        let mut theirs: Vec<&String> = Vec::new();
        for name in names.split(' ') {
            let named = group.fields.iter().filter(|(field, _)| bare(field) == name);
            for (field, (_, values)) in named {
                let free = !used.contains(field) || *ours == "start_time" || matches!(name, "file.date");
                if free && !theirs.contains(&field) && holds(&shape.schema, ours, field, values, habits) {
                    theirs.push(field);
                }
            }
        }
        if *ours == "same_as" {
            theirs.truncate(1);
        }
        // The kinds whose only date is when the page was written.
        if theirs.is_empty() {
            continue;
        }
        used.extend(theirs.iter().map(|name| (*name).clone()));
        let with = if *ours == "topics" { " + " } else { " | " };
        found.push(((*ours).to_owned(), scalar(&theirs.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(with))));
    }
    let id = group.fields.keys().find(|name| bare(name) == "youtubeid");
    if let Some(id) = id.filter(|_| kind.folder == "events" && !found.iter().any(|(ours, _)| ours == "recording")) {
        used.insert(id.clone());
        found.push(("recording".to_owned(), format!("{{from: {id}, put: \"https://www.youtube.com/watch?v={{}}\"}}")));
    }
    for (name, values) in [("published", "{\"false\": \"true\", \"true\": \"false\"}"), ("cancelled", "{\"true\": cancelled, \"false\": scheduled}"), ("canceled", "{\"true\": cancelled, \"false\": scheduled}")] {
        let ours = if name == "published" { "draft" } else { "status" };
        let truths = group.fields.get(name).is_some_and(|(_, values)| values.iter().all(Value::is_boolean));
        let fits = ours == "draft" || kind.folder == "events";
        if truths && fits && !found.iter().any(|(known, _)| known == ours) {
            used.insert(name.to_owned());
            found.push((ours.to_owned(), format!("{{from: {name}, values: {values}}}")));
        }
    }
    if group.fields.contains_key("slug") {
        used.insert("slug".to_owned());
        found.push(("slug".to_owned(), "slug".to_owned()));
    }
    found
}

/// Whether the values of a field can be what our field holds.
fn holds(root: &Value, ours: &str, field: &str, values: &[Value], habits: &Habits) -> bool {
    let text = |value: &Value| plain(value).unwrap_or_default();
    let fits = |value: &Value| match ours {
        "start" | "end" => {
            let first = value.get(0).unwrap_or(value);
            moment::read(&text(first), habits).is_some() || ours == "end" && moment::clocks(&text(first)).0.is_some()
        }
        "start_time" | "end_time" => !text(value).contains("://") && moment::clocks(&text(value)).0.is_some(),
        "body" => text(value).len() > 200 || text(value).contains('\n') || field == "body",
        "extra.uid" => true,
        "topics" => !value.is_object() && text(value).len() < 200,
        "image" | "image.file" => {
            let file = ["src", "url", "file", "path"].iter().find_map(|name| value.get(*name)).unwrap_or(value);
            let file = text(file).to_lowercase();
            [".jpg", ".jpeg", ".png", ".webp", ".svg", ".gif"].iter().any(|end| file.split('?').next().is_some_and(|file| file.ends_with(end)))
        }
        "timezone" => moment::zone(&text(value)).is_some(),
        "location.name" => !value.is_object() && !text(value).starts_with("http") && text(value).len() < 200 && !value.is_boolean(),
        "location.street" | "location.city" | "location.postal_code" => !value.is_object() && !value.is_boolean(),
        "location.lat" | "location.lon" => number(value).is_some_and(|n| n.abs() <= 180.0),
        "summary" | "title" | "image.alt" => value.is_string(),
        "authors" => !value.is_object(),
        _ => {
            let mut schema = &root["properties"];
            for part in ours.split('.') {
                let group = resolve(root, schema);
                schema = if group.get(part).is_some() { &group[part] } else { &group["properties"][part] };
            }
            convert(root, schema, value, habits).is_ok()
        }
    };
    let good = values.iter().filter(|value| fits(value)).count();
    // One of the names that may be anything has to be right for most.
    let sure = if matches!(field, "type" | "category" | "categories" | "kind" | "format" | "date" | "url" | "link" | "website" | "status" | "to" | "from" | "when" | "day") { 2 } else { 5 };
    good > 0 && good * sure >= values.len()
}
