//! EDGE: from an address to the store that it names, with what the environment says of it.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: the environment that holds credentials, a folder that is a store"
)]

use super::Refusal;
use super::wire::Wire;
use crate::say;
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreScheme, RetryConfig};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How often a request is tried again, and for how long at most.
const RETRIES: usize = 6;
const PATIENCE: Duration = Duration::from_secs(90);

/// What an address names.
pub struct Place {
    /// The store.
    pub objects: Arc<dyn ObjectStore>,
    /// Where in it.
    pub below: Path,
    /// The folder of files that it is: these keep no headers and no mark.
    pub folder: Option<PathBuf>,
    /// The address as it is told to people.
    pub shown: String,
    secrets: Vec<String>,
}

impl Place {
    /// Finds the store at an address. With `only_look` nothing is made, and nothing need be there.
    pub fn open(address: &str, only_look: bool) -> Result<Self, Refusal> {
        let Ok(url) = Url::parse(address) else {
            return Err(unknown(address));
        };
        let bare = url.username().is_empty() && url.password().is_none();
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(Refusal {
                why: say!("an address to publish to holds no password, no `?` and no `#`"),
                help: say!(
                    "credentials come from the environment, such as `AWS_SECRET_ACCESS_KEY`"
                ),
                misused: true,
            });
        }
        let shown = url.as_str().trim_end_matches('/').to_owned();
        let (scheme, below) = ObjectStoreScheme::parse(&url).map_err(|_| unknown(&shown))?;
        let mut place = Place {
            objects: Arc::new(InMemory::new()),
            below,
            folder: None,
            shown,
            secrets: secrets(),
        };
        match open(scheme, &url, only_look) {
            Ok(Some((objects, folder))) => (place.objects, place.folder) = (objects, folder),
            Ok(None) => return Err(unknown(&place.shown)),
            Err(error) => return Err(place.refused(&error)),
        }
        if place.folder.is_some() {
            place.below = Path::default();
        }
        Ok(place)
    }

    /// What a store answered, for people: without addresses that may be signed, and without what is secret.
    pub fn refused(&self, error: &Error) -> Refusal {
        let said = told(error);
        let said = self
            .secrets
            .iter()
            .fold(said, |said, secret| said.replace(secret, "…"));
        let help = match error {
            Error::NotFound { .. } => say!("look whether the bucket is there and well spelt"),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => say!(
                "look whether the credentials in the environment may list, read, write and delete there"
            ),
            _ => say!("nothing is lost: run the same again, and it goes on where it stopped"),
        };
        Refusal {
            why: say!("{} cannot be used: {}", self.shown, said),
            help,
            misused: false,
        }
    }
}

/// The store itself, and the folder of files that it is. None when we know none of that sort.
type Opened = Result<Option<(Arc<dyn ObjectStore>, Option<PathBuf>)>, Error>;

fn open(scheme: ObjectStoreScheme, url: &Url, only_look: bool) -> Opened {
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: PATIENCE,
        ..RetryConfig::default()
    };
    Ok(Some(match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let mut builder = AmazonS3Builder::from_env().with_url(url.as_str());
            // The store itself then refuses what did not arrive whole.
            if std::env::var_os("AWS_CHECKSUM_ALGORITHM").is_none() {
                builder = builder.with_checksum_algorithm(Checksum::SHA256);
            }
            let builder = builder.with_http_connector(Wire).with_retry(retry);
            (Arc::new(builder.build()?), None)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(url.as_str());
            let builder = builder.with_http_connector(Wire).with_retry(retry);
            (Arc::new(builder.build()?), None)
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str());
            let builder = builder.with_http_connector(Wire).with_retry(retry);
            (Arc::new(builder.build()?), None)
        }
        ObjectStoreScheme::Local => match url.to_file_path() {
            Ok(folder) if only_look && !folder.is_dir() => {
                (Arc::new(InMemory::new()), Some(folder))
            }
            Ok(folder) => {
                let failed = |error| Error::Generic {
                    store: "folder",
                    source: Box::new(error),
                };
                std::fs::create_dir_all(&folder).map_err(failed)?;
                let files = LocalFileSystem::new_with_prefix(&folder)?;
                (Arc::new(files.with_automatic_cleanup(true)), Some(folder))
            }
            Err(()) => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

fn unknown(address: &str) -> Refusal {
    // It may hold a password, in whatever way it was misspelt.
    let shown = match address.contains(['@', '?']) {
        true => "…",
        false => address,
    };
    Refusal {
        why: say!("`{}` is no address to publish to", shown),
        help: say!(
            "write `s3://bucket`, `gs://bucket`, `az://container` or `file:///folder`, each with a path behind it if you like"
        ),
        misused: true,
    }
}

/// What in the environment must never be told.
fn secrets() -> Vec<String> {
    let of_stores = ["AWS_", "AZURE_", "GOOGLE_"];
    let vars = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let secret = |(name, value): &(String, String)| {
        let is_secret = ["KEY", "SECRET", "TOKEN", "SAS", "PASSWORD"];
        let of_stores = of_stores.iter().any(|store| name.starts_with(store));
        of_stores && is_secret.iter().any(|part| name.contains(part)) && value.len() > 7
    };
    vars.filter(secret).map(|(_, value)| value).collect()
}

/// The innermost reason; of an answer in XML its code and message, for the rest of it repeats what was signed.
fn told(error: &Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    let mut said = vec![reason.to_string()];
    while let Some(inner) = reason.source() {
        said.push(inner.to_string());
        reason = inner;
    }
    let part = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once('<')?.0.to_owned())
    };
    let answer = said.iter().find_map(|text| {
        let code = part(text, "Code")?;
        Some(part(text, "Message").map_or(code.clone(), |message| format!("{code}: {message}")))
    });
    let said = answer.unwrap_or_else(|| said.pop().unwrap_or_default());
    let line = said.lines().next().unwrap_or_default();
    line.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_only_code_and_message_are_told() {
        let source = "Server returned non-2xx status code: 403 Forbidden: <?xml?>\n<Error><Code>SignatureDoesNotMatch</Code>\
             <Message>wrong</Message><AWSAccessKeyId>AKIA</AWSAccessKeyId><StringToSign>x</StringToSign></Error>";
        let error = Error::Generic {
            store: "S3",
            source: source.into(),
        };
        assert_eq!(told(&error), "SignatureDoesNotMatch: wrong");
    }

    #[test]
    fn an_address_with_a_password_is_refused_and_not_repeated() {
        for address in [
            "s3://key:geheim@bucket/x",
            "https://x.blob.core.windows.net/c?sig=geheim",
            "key:geheim@bucket",
            "key/geheim@bucket?",
        ] {
            let refusal = Place::open(address, true).err().expect("it is refused");
            assert!(refusal.misused && !refusal.why.to_string().contains("geheim"));
        }
    }
}
