//! What others call things: folders, fields, and what only tells a generator how to show a page.

/// What folders are called, and the kind that lies in them.
pub const FOLDERS: [(&str, &str); 9] = [
    (
        "events",
        "event events agenda evenement evenementen meetup meetups calendar kalender workshops workshop talks termine veranstaltungen evenements eventos activiteiten activities sessions conferences hackathons hacknights meetings bijeenkomsten gatherings webinars seminars trainings courses eventi tapahtumat classes lectures exhibitions concerts shows",
    ),
    (
        "articles",
        "posts post blog blogs news nieuws articles artikelen article stories press aktuelles actualites weblog updates noticias journal newsletter newsletters berichten magazine verslagen reports notes announcements interviews insights press-releases",
    ),
    (
        "initiatives",
        "projects project projecten initiatives initiatieven projekte projets proyectos apps portfolio labs work cases",
    ),
    (
        "organisations",
        "organisations organizations partners sponsors organisaties companies groups groepen supporters brigades chapters communities members-organisations",
    ),
    (
        "spaces",
        "spaces ruimtes locations venues places rooms locaties orte lieux plekken",
    ),
    (
        "calls",
        "calls oproepen vacancies vacatures jobs opportunities",
    ),
    (
        "practices",
        "practices case-studies casestudies recipes patterns",
    ),
    ("programmes", "programmes programs programma series tracks"),
    (
        "pages",
        "pages page pagina about over info docs documentation team people authors author persons staff speakers members help guides wiki faq policies",
    ),
];

/// Our fields and what others call them, the likelier name first; the last part is the kinds that it is for, all when empty.
pub const FIELDS: &[(&str, &str, &str)] = &[
    (
        "body",
        "body content text inhoud tekst longdescription details news bio description omschrijving",
        "",
    ),
    (
        "title",
        "title name headline heading titel titre naam eventname projectname eventtitle summary.title titulo",
        "",
    ),
    (
        "summary",
        "summary description excerpt deck lead intro abstract samenvatting omschrijving beschrijving subtitle teaser tagline blurb shortdescription metadescription subhead tease extra.description extra.summary extra.subtitle seo.description short lede standfirst text hero content bio details kort kurzbeschreibung resume opmerking opmerkingen toelichting remarks",
        "",
    ),
    (
        "topics",
        "topics tags categories category kategorien schlagworte keywords themes theme subjects labels taxonomies.tags taxonomies.categories taxonomies.topics tag themas extra.tags",
        "",
    ),
    (
        "image",
        "image featuredimage cover heroimage thumbnail photo banner featureimage img picture hero images resources.src afbeelding foto cover.image image.src image.url image.path header.image header.teaser header.overlayimage primaryimage coverimage ogimage bannerimage thumb logo socialimage extra.image extra.cover sharingimage previewimage cardimage extra.thumbnail headerimage poster flyer",
        "",
    ),
    (
        "image.alt",
        "imagealt imagealttext alt thumbnailalt coveralt featuredimage.alt image.alt cover.alt photoalt heroalt bannerimagealt heroimagealt alttext imagedescription featuredimagealt",
        "",
    ),
    (
        "image.credit",
        "imagecredit photocredit credit image.credit image.caption header.caption imagecaption",
        "",
    ),
    ("draft", "draft", ""),
    ("aliases", "aliases redirectfrom", ""),
    ("license", "license licence", ""),
    (
        "contact",
        "contact contacts contactperson kontakt",
        "events initiatives organisations spaces calls",
    ),
    (
        "contact.email",
        "email mail contactemail contact.email emailaddress organizeremail organiseremail organizer.email contactmail",
        "events initiatives organisations spaces calls",
    ),
    (
        "contact.phone",
        "phone telephone telefoon contactphone contact.phone",
        "events initiatives organisations spaces calls",
    ),
    (
        "start",
        "start startdate datestart eventdate startdatetime starttime dtstart wanneer begin startat startsat when from datetime date.start date.from eventstart eventstartdate begindatum startdatum eventdatetime extra.start extra.startdate extra.eventdate extra.date schedule.start day date.0 dates.0 dates datum extra.begin eventstarttime fecha start.datetime isodate startedat event.date event.start event.startdate eventtime.start talkdate date publishdate file.date",
        "events",
    ),
    (
        "start_time",
        "time starttime event.starttime event.time talkstarttime timestart tijd begintijd eventtime hour uur extra.time extra.starttime timefrom hours eventstarttime date.time horario",
        "events",
    ),
    (
        "end",
        "end enddate dateend until finish dtend endat endsat einddatum enddatetime eventend eventenddate date.end date.to extra.end extra.enddate schedule.end dates.1 date.1 to end.datetime endedat event.end event.enddate",
        "events",
    ),
    (
        "end_time",
        "endtime timeend eindtijd extra.endtime timeto eventendtime event.endtime talkendtime",
        "events",
    ),
    ("repeat", "repeat", "events"),
    ("rrule", "rrule recurrence rule", "events"),
    ("changes", "changes", "events"),
    ("extra.uid", "uid", "events"),
    ("duration", "duration duur length extra.duration", "events"),
    (
        "all_day",
        "allday fullday wholeday heledag ganztags ganztagig",
        "events",
    ),
    (
        "timezone",
        "timezone tz zone tijdzone extra.timezone",
        "events",
    ),
    (
        "mode",
        "mode attendancemode eventattendancemode eventmode",
        "events",
    ),
    (
        "online_url",
        "onlineurl stream streamurl livestream livestreamurl zoom zoomlink zoomurl meetingurl joinurl meetinglink joinlink webinarurl",
        "events",
    ),
    (
        "registration.url",
        "registrationurl registration registrationlink register registerurl rsvp rsvpurl rsvplink tickets ticketurl ticketsurl ticketlink signup signupurl signuplink aanmelden aanmeldlink aanmeldenlink registerlink signuplink inschrijven eventurl eventlink eventbrite eventbriteurl eventbritelink meetup meetupurl meetuplink extra.registration extra.rsvp bookingurl booking tickets.url registration.url registration.link link url website externalurl extra.link extra.url externallink luma",
        "events",
    ),
    (
        "price",
        "price cost prijs kosten fee entry admission entree extra.price ticketprice",
        "events",
    ),
    (
        "capacity",
        "capacity max.deelnemers maxdeelnemers aantalplaatsen maxparticipants seats capaciteit places maxattendees",
        "events spaces",
    ),
    ("status", "status eventstatus", "events"),
    (
        "type",
        "type eventtype format sort soort category eventcategory kind extra.type categorie",
        "events initiatives organisations programmes articles",
    ),
    (
        "recording",
        "recording recordingurl video videourl youtube youtubeurl videolink youtubelink extra.video",
        "events",
    ),
    (
        "languages",
        "languages language taal spokenlanguage",
        "events notices",
    ),
    (
        "location.name",
        "location.name venue.name venue venuename locationname place placename plaats locatie where waar wo room hall extra.location extra.venue place.name location.title location.venue location lieu ort lugar",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.street",
        "location.address location.street venue.address address street adres venueaddress streetaddress locationaddress extra.address location.streetaddress location.address1 place.address locationstreet venue.addressstreet venue.street venue.address1 address1",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.postal_code",
        "location.postalcode location.postal location.zip venue.addresszip venue.postalcode location.postcode postalcode zip zipcode postcode venue.zip",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.city",
        "location.city venue.city city stad town location.town locality eventcity venue.addresscity venuecity locationcity extra.city ville",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.country",
        "location.country country land venue.country extra.country",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.lat",
        "lat latitude location.lat location.geo.lat location.geo.latitude location.coordinates.lat location.coordinates.latitude location.gps.lat location.latitude geo.lat geo.latitude coordinates.lat venue.lat extra.lat coordinates latlng latlong latlon geo gps geolocation coords mapcoordinates location.coordinates location.gps location.latlng location.geo venue.coordinates venue.latlng",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "location.lon",
        "lon lng long longitude location.lon location.geo.lon location.geo.lng location.geo.longitude location.coordinates.lon location.coordinates.lng location.coordinates.longitude location.gps.lon location.lng location.long location.longitude geo.lng geo.lon geo.longitude coordinates.lng coordinates.lon venue.lng extra.lon extra.lng coordinates latlng latlong latlon geo gps geolocation coords mapcoordinates location.coordinates location.gps location.latlng location.geo venue.coordinates venue.latlng",
        "events initiatives organisations spaces notices embassies",
    ),
    (
        "date",
        "date publishdate pubdate published publishedat publisheddate publicationdate dateposted posted created createdat datum postdate extra.date dateline datepublished startdate start eventdate file.date lastmod updated",
        "articles",
    ),
    (
        "authors",
        "authors author auteur auteurs byline writer by extra.author extra.authors taxonomies.authors author.name",
        "articles",
    ),
    ("stage", "stage status state phase", "initiatives"),
    (
        "started",
        "started startdate start date since",
        "initiatives",
    ),
    ("ended", "ended enddate end", "initiatives"),
    (
        "url",
        "url website link homepage site websiteurl externalurl href",
        "organisations",
    ),
    (
        "founded",
        "founded since established foundingdate",
        "organisations",
    ),
    (
        "deadline",
        "deadline closes closingdate until enddate applyby validthrough duedate",
        "calls",
    ),
    ("opens", "opens startdate start date publishdate", "calls"),
    (
        "apply.url",
        "applyurl apply applicationurl link url",
        "calls",
    ),
    ("period.start", "start startdate from date", "programmes"),
    ("period.end", "end enddate until to", "programmes"),
    (
        "same_as",
        "externalurl website link homepage sourceurl source canonicalurl canonical url sameas twitter github extra.website externallink href",
        "",
    ),
];

/// What only tells the generator how to show a page.
pub const LAYOUT: &str = "layout lang locale template weight slug url permalink path type linktitle menu menus nav toc sitemap lastmod updated modified order position cascade outputs markup build comments sidebar robots class css style color colour bodyclass showtoc hidetoc mathjax katex math sharing share related pin pinned sticky navorder haschildren parent nointeract eleventynavigation eleventyexcludefromcollections eleventycomputed renderwithliquid pagination paginate sortby paginateby insertanchorlinks headless isctahidden showreadingtime readingtime comment disableshare searchhidden excludefromsearch noindex sidebarweight hidden navigation published series_order sectionpagesmenu classes searchexclude pageid uid id guid wordpressid wpid dsqthreadid disqus aliases_note author_profile toclabel toctitle tocsticky iscjklanguage featured showdate showauthor hideintroimage hidemeta hidesidebar datatype contenttype identifier";

/// The kind that lies in a folder of this name, or of one that ends so: `pastEvents`, `blog-posts`.
pub fn hint(folder: &str) -> Option<&'static str> {
    let kind = |word: &str| {
        let word = word.to_lowercase();
        let found = FOLDERS
            .iter()
            .find(|(_, names)| names.split(' ').any(|name| name == word));
        found.map(|(kind, _)| *kind)
    };
    let folder = folder.trim_start_matches('_');
    if let Some(kind) = folder
        .contains(['-', '_', ' '])
        .then(|| kind(&bare(folder)))
        .flatten()
    {
        return Some(kind);
    }
    let last = folder.rsplit(['-', '_', ' ']).next().unwrap_or(folder);
    let hump = last.rfind(char::is_uppercase).and_then(|at| last.get(at..));
    let many = |word: &&str| word.ends_with('s');
    kind(folder)
        .or_else(|| kind(Some(last).filter(many)?))
        .or_else(|| kind(hump.filter(many)?))
}

/// A name without the group in which some generators keep what is a site's own: `params.city` is `city`.
pub fn bare_name(name: &str) -> String {
    let bare = bare(name);
    let own = ["params.", "extra.", "data.", "page.", "acf.", "taxonomies."]
        .iter()
        .find_map(|group| bare.strip_prefix(group));
    own.map_or_else(|| bare.clone(), str::to_owned)
}

/// A name without what languages and habits differ in.
pub fn bare(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_by_their_last_word() {
        let found = [
            "_events",
            "pastEvents",
            "blog-posts",
            "team",
            "about-us",
            "Veranstaltungen",
        ]
        .map(hint);
        let expected = [
            Some("events"),
            Some("events"),
            Some("articles"),
            Some("pages"),
            None,
            Some("events"),
        ];
        assert_eq!(found, expected);
        assert_eq!(bare_name("extra.start_date"), "startdate");
    }
}
