//! What is asked of other sites, and what they answer: the one thing of the network that reading knows.

use crate::diagnostic::Words;
use std::fmt;

/// What an answer said of its own version: sent along with the next request (RFC 9110, section 13.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
}

/// What lies at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The address after all redirects.
    pub url: String,
    /// The media type that the server named, without parameters, in lower case.
    pub media_type: Option<String>,
    /// Which version it is.
    pub version: Version,
    /// The bytes, decompressed.
    pub bytes: Vec<u8>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What was fetched the last time is still right (304).
    Same,
    /// Something new.
    New(Fetched),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For whoever reviews the harvest.
    pub why: Words,
    /// Whether the host answered that there is nothing at the address (404 or 410).
    pub gone: bool,
}

impl From<Words> for Refusal {
    fn from(why: Words) -> Self {
        Refusal { why, gone: false }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.why.to(crate::diagnostic::Language::En))
    }
}

/// Who can be asked for what lies at an address.
pub trait Ask {
    /// Asks for an address; with a version, for anything but that.
    fn ask(&mut self, url: &str, known: Option<&Version>) -> Result<Answer, Refusal>;

    /// Asks for an address, whatever was known of it.
    fn fetch(&mut self, url: &str) -> Result<Fetched, Refusal> {
        match self.ask(url, None)? {
            Answer::New(fetched) => Ok(fetched),
            Answer::Same => Err(crate::say!("its host answers {}", "304").into()),
        }
    }
}
