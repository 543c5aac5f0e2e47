//! EDGE: speaks with an object store: lists, looks, puts, removes, and keeps the record.

#![expect(clippy::disallowed_methods, reason = "edge: a folder that is a store")]

use super::headers::Headers;
use super::known::{Known, RECORD, State};
use super::place::Place;
use super::{File, Listed, Looks, Object, Refusal, Seen, Wanted};
use crate::diagnostic::Words;
use crate::say;
use crate::tree::{Digest, Hasher};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, GetOptions, GetResult, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, UpdateVersion,
};
use std::future::Future;
use tokio::runtime::Runtime;

/// The metadata that is our mark on an object: the hash of its bytes.
const MARK: &str = "plein";
/// What a store was asked, or told, without success.
type Tried<T> = Result<T, Refusal>;

/// A place in an object store, and what waits for its answers.
pub struct Store {
    place: Place,
    runtime: Runtime,
    jobs: usize,
}

impl Store {
    /// Opens the store at an address. With `only_look` nothing is made, and nothing need be there.
    pub fn open(address: &str, jobs: usize, only_look: bool) -> Tried<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Refusal {
                why: Words::Written(error.to_string()),
                help: Words::default(),
                misused: false,
            })?;
        // Some builders look for what is running already.
        let entered = runtime.enter();
        let place = Place::open(address, only_look)?;
        drop(entered);
        Ok(Store {
            place,
            runtime,
            jobs: jobs.max(1),
        })
    }

    /// Its address as it is told to people.
    pub fn shown(&self) -> &str {
        &self.place.shown
    }

    /// Whether it is a folder of files, in which nothing can be a file and a folder at once.
    pub fn is_folder(&self) -> bool {
        self.place.folder.is_some()
    }

    /// Everything that is there, and our record of it.
    pub fn list(&self) -> Tried<Listed> {
        let below = Some(&self.place.below).filter(|below| !below.as_ref().is_empty());
        let mut listed = Listed::new();
        self.wait(async {
            let mut objects = self.place.objects.list(below);
            while let Some(object) = objects.try_next().await? {
                let Some(path) = self.within(&object.location) else {
                    continue;
                };
                if path != RECORD {
                    let (size, tag) = (object.size, object.e_tag.map(unquoted));
                    listed.insert(path, Object { size, tag });
                }
            }
            Ok(())
        })?;
        Ok(listed)
    }

    /// Our record, and its version, by which it is noticed when somebody else writes it.
    pub fn record(&self) -> Tried<(Known, Option<UpdateVersion>)> {
        let found = self.runtime.block_on(async {
            let found = self.place.objects.get(&self.at(RECORD)?).await?;
            let (e_tag, version) = (found.meta.e_tag.clone(), found.meta.version.clone());
            Ok((found.bytes().await?, UpdateVersion { e_tag, version }))
        });
        let (bytes, version) = match found {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok((Known::default(), None)),
            Err(error) => return Err(self.place.refused(&error)),
        };
        let known = std::str::from_utf8(&bytes).ok().and_then(Known::parse);
        let strange = || Refusal {
            why: say!(
                "`{}` at {} is not what this version of Plein writes",
                RECORD,
                self.place.shown
            ),
            help: say!("use the version that published there, or another address"),
            misused: false,
        };
        Ok((known.ok_or_else(strange)?, Some(version)))
    }

    /// Writes our record, unless somebody else did since it was read.
    pub fn remember(
        &self,
        known: &Known,
        read: Option<UpdateVersion>,
    ) -> Tried<Option<UpdateVersion>> {
        let mut headers = Headers {
            content_type: "text/plain; charset=utf-8".to_owned(),
            ..Headers::default()
        };
        headers.cache_control = "no-store".to_owned();
        let text = known.text();
        let put = |mode: PutMode| {
            let attributes = self.attributes(&headers, None);
            let options = PutOptions {
                mode,
                attributes,
                ..PutOptions::default()
            };
            let payload = PutPayload::from(text.clone());
            let put = async {
                self.place
                    .objects
                    .put_opts(&self.at(RECORD)?, payload, options)
                    .await
            };
            self.runtime.block_on(put)
        };
        let written = match read.filter(|version| version.e_tag.is_some() && !self.is_folder()) {
            Some(version) => put(PutMode::Update(version)),
            None => put(PutMode::Overwrite),
        };
        let written = match written {
            // Some stores know no conditions: then two runs at a time are not told apart.
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                put(PutMode::Overwrite)
            }
            written => written,
        };
        match written {
            Ok(put) => Ok(Some(UpdateVersion {
                e_tag: put.e_tag,
                version: put.version,
            })),
            Err(Error::Precondition { .. } | Error::AlreadyExists { .. }) => Err(Refusal {
                why: say!(
                    "somebody else is publishing to {} at this moment",
                    self.place.shown
                ),
                help: say!("let one of them come to its end, then publish again"),
                misused: false,
            }),
            Err(error) => Err(self.place.refused(&error)),
        }
    }

    /// In a folder: takes away the half files that a killed run left beside those that it had announced.
    pub fn tidy(&self, known: &Known) {
        let Some(folder) = &self.place.folder else {
            return;
        };
        let announced = |states: &[State]| states.iter().any(|state| state.tag.is_none());
        for (path, _) in known.iter().filter(|(_, states)| announced(states)) {
            // As `object_store` calls what it has not renamed in yet.
            let _ = std::fs::remove_file(folder.join(format!("{path}#1")));
        }
    }

    /// Looks at objects one by one; with `whole` each is read to its last byte, otherwise only where it has no mark.
    pub fn look(
        &self,
        paths: &[&str],
        wanted: &Wanted,
        whole: bool,
        each: impl Fn(),
    ) -> Tried<Looks> {
        let (each, mut looks) = (&each, Looks::new());
        self.wait(async {
            let look = |path: &str| {
                let path = path.to_owned();
                async move {
                    let file = wanted.get(&path);
                    let seen = self.seen(&path, file, whole).await?;
                    Ok::<_, Error>((path, seen))
                }
            };
            let mut seen =
                stream::iter(paths.iter().map(|path| look(path))).buffer_unordered(self.jobs);
            while let Some((path, seen)) = seen.try_next().await? {
                each();
                looks.extend(seen.map(|seen| (path, seen)));
            }
            Ok(())
        })?;
        Ok(looks)
    }

    /// None when it has gone in the meantime.
    async fn seen(
        &self,
        path: &str,
        file: Option<&File>,
        whole: bool,
    ) -> Result<Option<Seen>, Error> {
        let at = self.at(path)?;
        let head = GetOptions {
            head: !whole && !self.is_folder(),
            ..GetOptions::default()
        };
        let found = match self.place.objects.get_opts(&at, head.clone()).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            found => found?,
        };
        let mark = Attribute::Metadata(MARK.into());
        let mark = found.attributes.get(&mark).map(|mark| mark.to_string());
        let headers = (!self.is_folder()).then(|| kept(&found.attributes).digest());
        let (ours, size) = (mark.is_some(), found.meta.size);
        let hash = match (mark, head.head) {
            (_, false) => Some(hash(found).await?),
            (Some(mark), true) => Some(mark),
            // Not of ours: only the very bytes that we would put make a difference.
            (None, true) if file.is_none_or(|file| file.size == size) => {
                Some(hash(self.place.objects.get(&at).await?).await?)
            }
            (None, true) => None,
        };
        Ok(Some(Seen {
            hash,
            headers,
            ours,
        }))
    }

    /// Puts a file, and gives the tag that it got.
    pub async fn put(&self, path: &str, file: &File, bytes: Vec<u8>) -> Tried<Option<String>> {
        let attributes = self.attributes(&file.headers, Some(&file.hash));
        let options = PutOptions {
            attributes,
            ..PutOptions::default()
        };
        let put = async {
            self.place
                .objects
                .put_opts(&self.at(path)?, bytes.into(), options)
                .await
        };
        let put = put.await.map_err(|error| self.place.refused(&error))?;
        Ok(put.e_tag.map(unquoted))
    }

    /// Removes objects. One that is gone already is no mistake.
    pub fn remove(&self, paths: &[&str]) -> Tried<()> {
        self.wait(async {
            let paths: Vec<_> = paths.iter().map(|path| self.at(path)).collect();
            let mut removed = self
                .place
                .objects
                .delete_stream(stream::iter(paths).boxed());
            while let Some(removed) = removed.next().await {
                match removed {
                    Ok(_) | Err(Error::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    /// Does something with each, as many at a time as was asked for. The first that fails ends it.
    pub fn each<T: Copy, F>(&self, of: &[T], run: impl Fn(T) -> F) -> Tried<()>
    where
        F: Future<Output = Tried<()>>,
    {
        let runs = stream::iter(of.iter().map(|one| run(*one)).map(Ok));
        self.runtime
            .block_on(runs.try_for_each_concurrent(self.jobs, |run| run))
    }

    fn wait<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Tried<T> {
        self.runtime
            .block_on(asked)
            .map_err(|error| self.place.refused(&error))
    }

    fn at(&self, path: &str) -> Result<Path, Error> {
        let whole = match self.place.below.as_ref() {
            "" => path.to_owned(),
            below => format!("{below}/{path}"),
        };
        Path::parse(whole).map_err(Error::from)
    }

    /// The path of an object below our address.
    fn within(&self, location: &Path) -> Option<String> {
        let path = match self.place.below.as_ref() {
            "" => location.as_ref(),
            below => location.as_ref().strip_prefix(below)?.strip_prefix('/')?,
        };
        (!path.is_empty()).then(|| path.to_owned())
    }

    fn attributes(&self, headers: &Headers, mark: Option<&str>) -> Attributes {
        let mut attributes = Attributes::new();
        if self.is_folder() {
            return attributes;
        }
        let mut add = |name, value: &str| attributes.insert(name, value.to_owned().into());
        add(Attribute::ContentType, &headers.content_type);
        add(Attribute::CacheControl, &headers.cache_control);
        if let Some(disposition) = &headers.disposition {
            add(Attribute::ContentDisposition, disposition);
        }
        if let Some(mark) = mark {
            add(Attribute::Metadata(MARK.into()), mark);
        }
        attributes
    }
}

/// The headers that an object has.
fn kept(attributes: &Attributes) -> Headers {
    let get = |name| attributes.get(&name).map(|value| value.to_string());
    Headers {
        content_type: get(Attribute::ContentType).unwrap_or_default(),
        cache_control: get(Attribute::CacheControl).unwrap_or_default(),
        disposition: get(Attribute::ContentDisposition),
    }
}

/// The hash of an object's bytes, as [`crate::tree::Digest`] has it, without holding them all.
async fn hash(found: GetResult) -> Result<String, Error> {
    let mut bytes = found.into_stream();
    let mut hasher = Hasher::new();
    while let Some(part) = bytes.try_next().await? {
        hasher.write(&part);
    }
    Ok(Digest::seen_by(&hasher).to_string())
}

/// ETags have quotes in some answers of a store and none in others (RFC 9110, section 8.8.3).
fn unquoted(tag: String) -> String {
    tag.trim_start_matches("W/").trim_matches('"').to_owned()
}
