//! Templates and assets, and the values that templates get.
//!
//! The default theme is built into the program; a site overrides any template or asset by a file
//! of the same name in `themes/<its own>/`. An override can still extend the original under the
//! name `plein/…`.

pub mod body;
pub mod changed;
pub mod dates;
pub mod fold;
pub mod fragments;
pub mod functions;
pub mod json_ld;
pub mod media;
pub mod messages;
mod mistake;
pub mod numbers;
pub mod qr;
pub mod spans;
pub mod squeeze;
pub mod style;
pub mod values;
pub mod when;

use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::Site;
use fragments::Fragments;
use functions::Constants;
use messages::Locale;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Tera;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Name of the theme that comes with the program.
pub const DEFAULT: &str = "plein";

/// Where an editor in the browser is.
pub const ADMIN: &str = "/admin/";

/// The fonts of share cards.
#[cfg(feature = "images")]
const BOLD: &str = "cards/bold.ttf";
#[cfg(feature = "images")]
const REGULAR: &str = "cards/regular.ttf";

/// A file that the theme publishes as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Address, with a hash of the content in the name.
    pub path: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// A loaded theme.
pub struct Theme {
    /// Its name; the default theme's when the site has none of its own.
    name: String,
    /// Templates with their functions, for each language.
    engines: BTreeMap<String, Tera>,
    fragments: BTreeMap<String, Arc<Fragments>>,
    /// Texts and dates, for each language.
    pub locales: BTreeMap<String, Arc<Locale>>,
    /// Assets by name, such as `style.css`.
    pub assets: BTreeMap<String, Asset>,
    /// Files of an editor in the browser by name, each under an address that stays.
    pub admin: BTreeMap<String, Asset>,
    /// Names of its icons.
    pub icons: Vec<String>,
    /// Scripts by name, as they stand in pages.
    pub scripts: BTreeMap<String, String>,
    /// The fonts of share cards, where cards are made.
    #[cfg(feature = "images")]
    pub fonts: Option<crate::card::Fonts>,
    /// A hash of those fonts.
    #[cfg(feature = "images")]
    pub fonts_hash: [u8; 32],
    /// Pictures and other files of the content, by path below `content/`.
    pub media: BTreeMap<String, media::Media>,
}

/// Theme files of a site: path such as `themes/plein/templates/base.html`, and content.
pub type Files = BTreeMap<String, Arc<[u8]>>;

impl Theme {
    /// Loads the built-in theme with the site's own files over it.
    ///
    /// `media` are the files below `content/media/`, by path below `content/`.
    pub fn load(site: &Site, files: &Files, media: &Files, faults: &mut Vec<Diagnostic>) -> Theme {
        let layers = layers(site, files, faults);
        let name = site.config.theme.as_ref();
        let name = name.map_or(DEFAULT, |own| own.value.as_str()).to_owned();
        let assets = assets(&layers, &name, faults);
        let locales: BTreeMap<String, Arc<Locale>> = site
            .codes
            .iter()
            .map(|code| (code.clone(), Arc::new(Locale::new(&site.languages[code]))))
            .collect();
        let (mut engines, mut fragments) = (BTreeMap::new(), BTreeMap::new());
        let icons = Arc::new(icons(&layers));
        let scripts = scripts(&layers);
        let tagged = Arc::new(tagged(&scripts, &site.config.timezone));
        let addresses: Arc<BTreeMap<String, String>> = Arc::new(
            assets
                .iter()
                .map(|(n, a)| (n.clone(), a.path.clone()))
                .collect(),
        );
        for (code, locale) in &locales {
            let mut engine = Tera::new();
            engine.autoescape_on([".html", ".htm", ".xml", ".svg"]);
            // Cannot fail: no template has been added yet.
            let _ = engine.set_fallback_prefixes([format!("{DEFAULT}/")]);
            let constants = Constants {
                locale: locale.clone(),
                assets: addresses.clone(),
                icons: icons.clone(),
                scripts: tagged.clone(),
            };
            functions::register(&mut engine, &constants);
            let parts: Arc<Fragments> = Arc::default();
            fragments::register(&mut engine, &parts);
            if let Err(error) = engine.add_raw_templates(templates(&layers, &constants)) {
                faults.push(mistake::tell(&error, &name));
                break;
            }
            fragments.insert(code.clone(), parts);
            engines.insert(code.clone(), engine);
        }
        layouts(site, &layers, faults);
        #[cfg(feature = "images")]
        let (fonts, fonts_hash) = fonts(site, &layers, &name, faults);
        Theme {
            name,
            engines,
            fragments,
            locales,
            assets,
            admin: admin(&layers),
            icons: icons.keys().cloned().collect(),
            scripts,
            #[cfg(feature = "images")]
            fonts,
            #[cfg(feature = "images")]
            fonts_hash,
            media: media::load(site, media, faults),
        }
    }

    /// Its name; the default theme's when the site has none of its own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the fragments of a language what they are rendered with.
    pub fn furnish(&self, language: &str, context: tera::Context) {
        if let (Some(engine), Some(fragments)) =
            (self.engines.get(language), self.fragments.get(language))
        {
            fragments.furnish(engine, context);
        }
    }

    /// Lets go of the fragments that were rendered.
    pub fn let_go(&self) {
        self.fragments.values().for_each(|it| it.let_go());
    }

    /// Texts and dates of a language.
    pub fn locale(&self, language: &str) -> &Locale {
        &self.locales[language]
    }

    /// The first of these templates that exists.
    pub fn choose<'a>(&self, language: &str, names: &[&'a str]) -> &'a str {
        let engine = self.engines.get(language);
        let found = names
            .iter()
            .find(|name| engine.is_some_and(|engine| engine.contains_template(name)));
        found.or(names.last()).copied().unwrap_or("entry.html")
    }

    /// Renders a template in a language.
    pub fn render(
        &self,
        language: &str,
        template: &str,
        context: &tera::Context,
    ) -> Result<Vec<u8>, Diagnostic> {
        let engine = self.engines.get(language).ok_or_else(|| {
            Diagnostic::error("theme/template", "the theme could not be loaded")
                .in_file(format!("themes/{}", self.name))
                .help("mend its templates first")
        })?;
        // Not `render_to`, for which the whole engine would be compiled once more.
        let page = engine.render(template, context);
        page.map(String::into_bytes)
            .map_err(|error| mistake::tell(&error, &self.name))
    }
}

type Layers = BTreeMap<String, (bool, Arc<[u8]>)>;

/// Files by name within a theme, with whether they are overrides: the built-in theme, then what
/// the site has in `themes/plein/`, then what it has in its own theme.
fn layers(site: &Site, files: &Files, faults: &mut Vec<Diagnostic>) -> Layers {
    let prefix = format!("themes/{DEFAULT}/");
    let mut layers = Layers::new();
    for (path, bytes) in FILES {
        if let Some(name) = path.strip_prefix(&prefix) {
            layers.insert(name.to_owned(), (false, Arc::from(*bytes)));
        }
    }
    for (path, bytes) in files {
        if let Some(name) = path.strip_prefix(&prefix) {
            layers.insert(name.to_owned(), (false, bytes.clone()));
        }
    }
    if let Some(own) = site
        .config
        .theme
        .as_ref()
        .filter(|own| own.value != DEFAULT)
    {
        let prefix = format!("themes/{}/", own.value);
        if !files.keys().any(|path| path.starts_with(&prefix)) {
            let folders = files
                .keys()
                .filter_map(|path| path.strip_prefix("themes/")?.split('/').next());
            let fault = Diagnostic::error(
                "config/unknown-theme",
                say!("there is no theme `{}`", own.value),
            )
            .at(own.span, "not found");
            let near = crate::diagnostic::nearest(own, folders)
                .map(|near| say!("did you mean `{}`?", near));
            faults.push(fault.help(
                near.unwrap_or_else(|| {
                    say!("put its files into `{}`, or remove this line", prefix)
                }),
            ));
        }
        for (path, bytes) in files {
            let Some(name) = path.strip_prefix(&prefix) else {
                continue;
            };
            let override_ = (true, bytes.clone());
            if let (Some(template), Some(original)) =
                (name.strip_prefix("templates/"), layers.get(name).cloned())
            {
                layers.insert(format!("templates/{DEFAULT}/{template}"), original);
            }
            layers.insert(name.to_owned(), override_);
        }
    }
    layers
}

/// Pages that ask for a template which is not there.
fn layouts(site: &Site, layers: &Layers, faults: &mut Vec<Diagnostic>) {
    for layout in site
        .entries
        .iter()
        .filter_map(|entry| entry.record().layout())
    {
        let path = format!("templates/entry/{}.html", layout.value);
        if layers.contains_key(&path) {
            continue;
        }
        let message = say!("there is no template `{}`", path);
        let within = |path: &'_ String| -> Option<String> {
            let name = path
                .strip_prefix("templates/entry/")?
                .strip_suffix(".html")?;
            Some(name.to_owned())
        };
        let known: Vec<String> = layers.keys().filter_map(within).collect();
        let near = crate::diagnostic::nearest(layout, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => say!("did you mean `{}`?", near),
            None => {
                say!("put it into the folder of your theme, below `themes/`, or remove this line")
            }
        };
        let fault = Diagnostic::error("content/unknown-layout", message);
        faults.push(fault.at(layout.span, "not found").help(help));
    }
}

/// Assets by name, each at an address that changes with its content. Style sheets are minified; what
/// lies in `styles/` is one of them, unless the theme brings it ready.
fn assets(layers: &Layers, own: &str, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, Asset> {
    let asset = |name: &str, bytes: Arc<[u8]>| {
        let path = format!("/assets/{}", hashed_name(name, &bytes));
        (name.to_owned(), Asset { path, bytes })
    };
    let within = layers
        .iter()
        .filter_map(|(name, (_, bytes))| Some((name.strip_prefix("assets/")?, bytes)));
    let (sheets, others): (Vec<_>, Vec<_>) = within.partition(|(name, _)| name.ends_with(".css"));
    let others = others.into_iter();
    let mut assets: BTreeMap<String, Asset> = others
        .map(|(name, bytes)| asset(name, bytes.clone()))
        .collect();
    let mut minified: Vec<_> = sheets
        .iter()
        .map(|(name, _)| (*name, format!("assets/{name}")))
        .collect();
    if !layers.contains_key("assets/style.css") {
        minified.push(("style.css", "styles/".to_owned()));
    }
    for (name, files) in minified {
        let sheet = style::sheet(layers, &files, &assets, own, faults);
        assets.extend([asset(name, Arc::from(sheet.into_bytes()))]);
    }
    assets
}

/// What lies in `admin/`: pages there, and what they load, find each other by name.
fn admin(layers: &Layers) -> BTreeMap<String, Asset> {
    let within = layers
        .iter()
        .filter_map(|(name, (_, bytes))| Some((name.strip_prefix("admin/")?, bytes.clone())));
    let asset = |(name, bytes): (&str, Arc<[u8]>)| {
        let path = format!("{ADMIN}{}", name.strip_suffix("index.html").unwrap_or(name));
        (name.to_owned(), Asset { path, bytes })
    };
    within.map(asset).collect()
}

/// The fonts in which share cards are written, and a hash of both.
#[cfg(feature = "images")]
fn fonts(
    site: &Site,
    layers: &Layers,
    own: &str,
    faults: &mut Vec<Diagnostic>,
) -> (Option<crate::card::Fonts>, [u8; 32]) {
    let font = |name: &str| layers.get(name).map(|(_, bytes)| bytes);
    let (Some(bold), Some(regular), true) = (font(BOLD), font(REGULAR), site.config.cards) else {
        return (None, [0; 32]);
    };
    let fonts = crate::card::Fonts::read(bold, regular);
    if fonts.is_none() {
        let fault = Diagnostic::error(
            "theme/card",
            "share cards cannot be drawn: a font cannot be read",
        );
        let help = say!(
            "`{}` and `{}` have to be TrueType or OpenType fonts, not WOFF",
            BOLD,
            REGULAR
        );
        faults.push(fault.in_file(format!("themes/{own}/{BOLD}")).help(help));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(bold).update(regular);
    (fonts, *hasher.finalize().as_bytes())
}

/// Icons by name, ready for a page.
fn icons(layers: &Layers) -> BTreeMap<String, tera::Value> {
    let within = layers.iter().filter_map(|(name, (_, bytes))| {
        Some((name.strip_prefix("icons/")?.strip_suffix(".svg")?, bytes))
    });
    within
        .map(|(name, bytes)| {
            (
                name.to_owned(),
                functions::safe(String::from_utf8_lossy(bytes).trim()),
            )
        })
        .collect()
}

/// Scripts by name, as they stand in a page between their tags.
fn scripts(layers: &Layers) -> BTreeMap<String, String> {
    let within = layers.iter().filter_map(|(name, (_, bytes))| {
        Some((name.strip_prefix("scripts/")?.strip_suffix(".js")?, bytes))
    });
    within
        .map(|(name, bytes)| (name.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        .collect()
}

/// Scripts in their tags, with the zone whose days they speak of.
fn tagged(scripts: &BTreeMap<String, String>, zone: &str) -> BTreeMap<String, tera::Value> {
    let tag = |text: &String| format!("<script data-zone=\"{zone}\">{text}</script>");
    let tagged = scripts
        .iter()
        .map(|(name, text)| (name.clone(), functions::safe(&tag(text))));
    tagged.collect()
}

/// Templates by the name under which they are known: overrides bare, the theme's own as `plein/…`.
fn templates(layers: &Layers, constants: &Constants) -> Vec<(String, String)> {
    let within = layers
        .iter()
        .filter_map(|(name, (own, bytes))| Some((name.strip_prefix("templates/")?, *own, bytes)));
    within
        .map(|(name, own, bytes)| {
            let name = if own || name.starts_with("plein/") {
                name.to_owned()
            } else {
                format!("{DEFAULT}/{name}")
            };
            let template = squeeze::squeeze(&String::from_utf8_lossy(bytes));
            (name, fold::fold(&template, constants))
        })
        .collect()
}

/// `style.css` as `style.3f2a9c1b.css`: a name that changes with the content may be kept for ever.
pub fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{}.{extension}", &hash[..8]),
        None => format!("{name}.{}", &hash[..8]),
    }
}
