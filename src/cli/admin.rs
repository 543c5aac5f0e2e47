//! `plein admin`: the configuration of an editor in the browser that works on the forge.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: writes the files of an editor"
)]

use super::{Common, Format, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::edit::admin;
use crate::edit::form::Words;
use crate::press;
use crate::site::Site;
use crate::theme::DEFAULT;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fs;

/// What to write, and for where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the content lives; known from `repository` in data/site.yaml where that names it
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// The repository there, such as `our-lab/site`
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<String>,
    /// The branch that is edited; the default branch when left out
    #[arg(long)]
    branch: Option<String>,
    /// Address of a forge of your own: `https://git.lab.example`
    #[arg(long, value_name = "URL")]
    host: Option<String>,
    /// Identifier under which the forge knows this editor, for signing in with it (OAuth); with a token when left out
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Address of the service that signs people in at GitHub
    #[arg(long, value_name = "URL")]
    sign_in: Option<String>,
    /// The editor that reads it
    #[arg(long, value_enum, default_value_t)]
    editor: Editor,
    /// Print the configuration, and write nothing
    #[arg(long)]
    config_only: bool,
}

/// Who reads the configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Editor {
    #[default]
    Sveltia,
    Decap,
}

/// What a forge runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Backend {
    Github,
    Gitlab,
    /// Gitea and Forgejo, such as Codeberg
    #[value(alias = "forgejo")]
    Gitea,
    /// Nowhere: to try it out, all in the browser
    TestRepo,
}

impl Backend {
    fn name(self) -> &'static str {
        match self {
            Backend::Github => "github",
            Backend::Gitlab => "gitlab",
            Backend::Gitea => "gitea",
            Backend::TestRepo => "test-repo",
        }
    }
}

/// Writes what the editor needs, or prints its configuration.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(true);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let Some((press, _)) = prepared else {
        let diagnostics = press::sorted(faults, &inputs);
        report::show(common, &diagnostics, &disk.folder.sources);
        return Outcome::ContentIsWrong;
    };
    let site = &press.site;
    let backend = match backend(site, arguments) {
        Ok(backend) => backend,
        Err(message) => return Outcome::Misused(message),
    };
    let told = site.config.editors_language.map(|language| language.code());
    let words = Words::of(told.unwrap_or(&site.codes[0]));
    let mut config = admin::config(site, &words, backend);
    if arguments.editor == Editor::Decap {
        admin::for_decap(&mut config);
    }
    if arguments.config_only {
        match common.format {
            Format::Json => report::hand_over(config),
            _ => report::hand_over(admin::yaml(&config).trim_end()),
        }
        return Outcome::Fine;
    }
    write(common, site, &words, &config)
}

/// Writes the page and its configuration into the theme's folder.
fn write(common: &Common, site: &Site, words: &Words, config: &Value) -> Outcome {
    let theme = site.config.theme.as_ref();
    let theme = theme.map_or(DEFAULT, |own| own.value.as_str());
    let folder = format!("themes/{theme}/admin");
    let files = [
        ("index.html", admin::page(site, words)),
        ("config.yml", admin::yaml(config)),
    ];
    for (name, text) in files {
        let path = format!("{folder}/{name}");
        let target = common.site.join(&path);
        // The page may have been made one's own; the configuration always follows the kinds.
        if name == "index.html" && target.exists() {
            continue;
        }
        let written = fs::create_dir_all(common.site.join(&folder));
        if let Err(error) = written.and_then(|()| fs::write(target, text)) {
            return Outcome::MachineFailed(format!("`{path}` cannot be written: {error}"));
        }
        report::hand_over(&path);
    }
    let script = format!("{folder}/{}", admin::SCRIPT);
    if !common.quiet && !common.site.join(&script).exists() {
        report::narrate(format_args!(
            "`{script}`, the editor itself, is still to come: docs/admin.md says how to make it of the npm package `@sveltia/cms`"
        ));
    }
    Outcome::Fine
}

/// What the configuration says of where the content lives.
fn backend(site: &Site, arguments: &Arguments) -> Result<Value, String> {
    let known = site.config.repository.as_ref();
    let known = known.and_then(|url| guess(url));
    let kind = arguments.backend.or(known.as_ref().map(|(kind, ..)| *kind));
    let kind = kind.ok_or(
        "it is not known where the content lives\n  = help: say it: --backend github --repo our-lab/site",
    )?;
    let mut backend = json!({ "name": kind.name() });
    if kind == Backend::TestRepo {
        return Ok(backend);
    }
    let same = known.filter(|(other, ..)| *other == kind);
    let (mut host, mut repo) = (arguments.host.clone(), arguments.repo.clone());
    if let Some((_, own, name)) = same {
        host = host.or(own);
        repo = repo.or(Some(name));
    }
    let repo = repo.filter(|repo| repo.contains('/'));
    backend["repo"] = json!(repo.ok_or(
        "the repository is missing\n  = help: say it with its owner: --repo our-lab/site"
    )?);
    if let Some(branch) = &arguments.branch {
        backend["branch"] = json!(branch);
    }
    if let Some(host) = host {
        let host = host.trim_end_matches('/');
        let api = match kind {
            Backend::Github => "/api/v3",
            Backend::Gitlab => "/api/v4",
            _ => "/api/v1",
        };
        backend["api_root"] = json!(format!("{host}{api}"));
        backend["base_url"] = json!(host);
    }
    if let Some(sign_in) = &arguments.sign_in {
        backend["base_url"] = json!(sign_in.trim_end_matches('/'));
    }
    match &arguments.app_id {
        Some(id) => {
            backend["app_id"] = json!(id);
            if kind == Backend::Gitlab {
                backend["auth_type"] = json!("pkce");
            }
        }
        // Else it would offer a way to sign in that asks a company which has no part in this.
        None if arguments.sign_in.is_none() => backend["auth_methods"] = json!(["token"]),
        None => {}
    }
    Ok(backend)
}

/// What runs the forge of a repository's address, the forge itself where it is not the well-known one, and the name.
fn guess(address: &str) -> Option<(Backend, Option<String>, String)> {
    let (host, path) = address.split_once("://")?.1.split_once('/')?;
    let name = path.trim_end_matches('/').trim_end_matches(".git");
    let kind = match host {
        "github.com" => Backend::Github,
        "gitlab.com" => Backend::Gitlab,
        "codeberg.org" | "gitea.com" => Backend::Gitea,
        _ => return None,
    };
    let own = (host == "codeberg.org").then(|| format!("https://{host}"));
    name.contains('/').then(|| (kind, own, name.to_owned()))
}
