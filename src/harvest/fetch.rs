//! EDGE: asks other sites for what they publish, without trusting them.
//!
//! Only https, only the public internet, only so far, so much and so long. The address that was looked at is the
//! very one that is connected to: names are resolved here, once for each connection, and nowhere else. No proxy is
//! asked, since it would resolve names anew. No cookies, no passwords.

#![expect(clippy::disallowed_methods, reason = "edge: the network and the clock")]

use super::address::{self, Rules};
use super::asking::{Answer, Ask, Fetched, Refusal, Version};
use super::gates::Gates;
use crate::diagnostic::Words;
use crate::say;
use std::fmt;
use std::io::Read as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::{Response, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error};

/// How far, how much and how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So often an address may lead on.
    pub redirects: usize,
    /// Most bytes of one answer, also when they are decompressed.
    pub body: u64,
    /// Most bytes of one source.
    pub bytes: u64,
    /// Most requests of one source.
    pub requests: usize,
    /// How long one answer may take, to its last byte.
    pub answer: Duration,
    /// How long one source may take.
    pub source: Duration,
    /// What a host gets to rest between two requests.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            redirects: 5,
            body: 32 << 20,
            bytes: 256 << 20,
            requests: 600,
            answer: Duration::from_secs(30),
            source: Duration::from_secs(600),
            pause: Duration::from_millis(200),
        }
    }
}

/// Finds the addresses of a host; the system's resolver, but for tests.
pub type Names = fn(&str) -> Option<Vec<SocketAddr>>;

/// Who asks.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    rules: Rules,
    limits: Limits,
    gates: Gates,
}

/// Asks for what one source has, within its limits.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    until: Instant,
    bytes: u64,
    requests: usize,
}

/// Looks at every address before anything is connected to it.
struct Guard {
    rules: Rules,
    names: Option<Names>,
    system: DefaultResolver,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// Why the guard let nobody pass, through the errors of others.
#[derive(Debug)]
struct Forbidden(Words);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a forbidden address")
    }
}

impl std::error::Error for Forbidden {}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let known = self
            .names
            .and_then(|names| names(uri.host().unwrap_or_default()));
        let found = match known {
            Some(known) => {
                let mut found = self.empty();
                known
                    .iter()
                    .take(16)
                    .for_each(|address| found.push(*address));
                found
            }
            None => self.system.resolve(uri, config, timeout)?,
        };
        // One address that is not public is enough: which one is taken is for chance to say.
        for address in &*found {
            address::may_reach(address.ip(), self.rules)
                .map_err(|why| Error::Other(Box::new(Forbidden(why))))?;
        }
        match found.is_empty() {
            true => Err(Error::HostNotFound),
            false => Ok(found),
        }
    }
}

impl Client {
    /// A client; `site` is the address of the site for which it asks, which its requests name.
    pub fn new(site: &str, rules: Rules, limits: Limits) -> Self {
        Self::with_names(site, rules, limits, None)
    }

    /// A client that finds hosts in its own way.
    pub fn with_names(site: &str, rules: Rules, limits: Limits, names: Option<Names>) -> Self {
        let visible: String = site.chars().filter(char::is_ascii_graphic).collect();
        let agent = format!("Plein/{} (+{visible})", env!("CARGO_PKG_VERSION"));
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(agent)
            .accept("text/turtle, application/ld+json, application/json;q=0.9, text/calendar;q=0.9, */*;q=0.5")
            .timeout_connect(Some(limits.answer.min(Duration::from_secs(10))))
            .timeout_global(Some(limits.answer))
            .max_response_header_size(64 << 10)
            // A connection that is kept would be one to an address of another time.
            .max_idle_connections(0)
            .build();
        let guard = Guard {
            rules,
            names,
            system: DefaultResolver::default(),
        };
        Client {
            agent: Agent::with_parts(config, DefaultConnector::default(), guard),
            rules,
            limits,
            gates: Gates::default(),
        }
    }

    /// Asks on behalf of one source.
    pub fn session(&self) -> Session<'_> {
        Session {
            client: self,
            until: Instant::now() + self.limits.source,
            bytes: 0,
            requests: 0,
        }
    }
}

impl Ask for Session<'_> {
    fn ask(&mut self, url: &str, known: Option<&Version>) -> Result<Answer, Refusal> {
        let mut at = address::admit(url, self.client.rules)?;
        for _ in 0..=self.client.limits.redirects {
            let (gates, pause) = (&self.client.gates, self.client.limits.pause);
            let host = address::origin(&at).unwrap_or_default();
            let pause = if self.client.rules.loopback {
                Duration::ZERO
            } else {
                pause
            };
            match gates.ask(host, pause, || self.once(&at, known))? {
                Reply::Answer(answer) => return Ok(answer),
                Reply::On(to) => {
                    let to = address::resolve(&at, &to).ok_or_else(|| {
                        say!("it leads on to `{}`, which is no address", shortened(&to))
                    })?;
                    at = address::admit(&to, self.client.rules)
                        .map_err(|why| say!("it leads on to {}: {}", shortened(&to), why))?;
                }
            }
        }
        Err(say!(
            "it leads on more than {} times",
            self.client.limits.redirects.to_string()
        )
        .into())
    }
}

/// What one request gave.
enum Reply {
    Answer(Answer),
    On(String),
}

impl Session<'_> {
    fn once(&mut self, url: &str, known: Option<&Version>) -> Result<Reply, Refusal> {
        let limits = &self.client.limits;
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let seconds = limits.source.as_secs();
            return Err(say!(
                "the source as a whole took longer than {} seconds",
                seconds.to_string()
            )
            .into());
        }
        self.requests += 1;
        if self.requests > limits.requests {
            return Err(say!(
                "the source needs more than {} requests",
                limits.requests.to_string()
            )
            .into());
        }
        let mut request = self.client.agent.get(url);
        if let Some(known) = known {
            let etag = known.etag.as_deref().filter(|it| is_plain(it));
            let modified = known.modified.as_deref().filter(|it| is_plain(it));
            if let Some(etag) = etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            } else if let Some(modified) = modified {
                request = request.header(header::IF_MODIFIED_SINCE, modified);
            }
        }
        let request = request
            .config()
            .timeout_global(Some(left.min(limits.answer)))
            .build();
        let mut response = request.call().map_err(|error| self.explain(&error))?;
        match response.status().as_u16() {
            200 => Ok(Reply::Answer(Answer::New(self.read(url, &mut response)?))),
            304 if known.is_some() => Ok(Reply::Answer(Answer::Same)),
            301 | 302 | 303 | 307 | 308 => match text(&response, header::LOCATION) {
                Some(to) => Ok(Reply::On(to)),
                None => Err(say!("its host leads on, but not where to").into()),
            },
            status => Err(Refusal {
                why: say!("its host answers {}", status.to_string()),
                gone: matches!(status, 404 | 410),
            }),
        }
    }

    fn read(&mut self, url: &str, response: &mut Response<Body>) -> Result<Fetched, Refusal> {
        let limits = self.client.limits;
        let most = limits.body.min(limits.bytes.saturating_sub(self.bytes));
        let too_much = || Refusal::from(say!("it is larger than {} MB", (most >> 20).to_string()));
        let told = text(response, header::CONTENT_LENGTH).and_then(|text| text.parse::<u64>().ok());
        if told.is_some_and(|told| told > most) {
            return Err(too_much());
        }
        let (media_type, etag, modified) = (
            text(response, header::CONTENT_TYPE),
            text(response, header::ETAG),
            text(response, header::LAST_MODIFIED),
        );
        let mut bytes = Vec::new();
        // What is counted comes out of the decompression: a small answer may unfold into a large one.
        let mut body = response.body_mut().as_reader().take(most + 1);
        if let Err(error) = body.read_to_end(&mut bytes) {
            return Err(self.explain(&Error::from(error)).into());
        }
        if bytes.len() as u64 > most {
            return Err(too_much());
        }
        self.bytes += bytes.len() as u64;
        let plain = |text: &String| {
            text.split(';')
                .next()
                .unwrap_or("")
                .trim()
                .to_ascii_lowercase()
        };
        Ok(Fetched {
            url: url.to_owned(),
            media_type: media_type.as_ref().map(plain).filter(|it| !it.is_empty()),
            version: Version { etag, modified },
            bytes,
        })
    }

    /// Why there is no answer, in words.
    fn explain(&self, error: &Error) -> Words {
        match error {
            Error::Other(other) => match other.downcast_ref::<Forbidden>() {
                Some(Forbidden(why)) => why.clone(),
                None => Words::Written(error.to_string()),
            },
            Error::HostNotFound => say!("its host cannot be found"),
            Error::Timeout(_) => {
                let seconds = self.client.limits.answer.as_secs();
                say!("it took longer than {} seconds", seconds.to_string())
            }
            Error::LargeResponseHeader(..) => say!("the head of its answer is too large"),
            Error::Decompress(..) => say!("its answer cannot be decompressed"),
            Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                let seconds = self.client.limits.answer.as_secs();
                say!("it took longer than {} seconds", seconds.to_string())
            }
            error => say!("there was no answer: {}", error.to_string()),
        }
    }
}

fn text(response: &Response<Body>, name: header::HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    Some(value.to_owned()).filter(|value| value.len() <= 2000)
}

/// Whether a text may stand in the head of a request.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
