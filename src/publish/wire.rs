//! EDGE: lends object stores the HTTP client that harvests, so that the program has one TLS and one list of certificates.

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind,
    HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use std::io;
use std::time::Duration;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::http;

/// How long one request may take, with all that is sent and read: the largest file over a slow line.
const REQUEST: Duration = Duration::from_secs(600);
/// How long until a store, or what hands out credentials, is reached.
const CONNECT: Duration = Duration::from_secs(10);
/// How long until a store answers once it has everything.
const ANSWER: Duration = Duration::from_secs(60);

/// Makes clients.
#[derive(Debug, Clone, Copy)]
pub struct Wire;

impl HttpConnector for Wire {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let told = |key| options.get_config_value(&key);
        let allowed = told(ClientConfigKey::AllowHttp).is_some_and(|told| told == "true");
        let config = Config::builder()
            .https_only(!allowed)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("Plein/", env!("CARGO_PKG_VERSION")))
            // What was signed is what goes out, and what lies there is what comes back.
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
            .timeout_per_call(Some(REQUEST))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .build();
        Ok(HttpClient::new(Line(Agent::new_with_config(config))))
    }
}

#[derive(Debug, Clone)]
struct Line(Agent);

#[async_trait]
impl HttpService for Line {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let agent = self.0.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&agent, parts, body)).await;
        let (parts, body) =
            asked.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))??;
        Ok(http::Response::from_parts(
            parts,
            HttpResponseBody::from(body),
        ))
    }
}

/// One request, to the last byte of its answer.
fn ask(
    agent: &Agent,
    parts: http::request::Parts,
    body: Bytes,
) -> Result<(http::response::Parts, Bytes), HttpError> {
    let has_body =
        !body.is_empty() || matches!(parts.method, http::Method::PUT | http::Method::POST);
    let answer = match has_body {
        true => agent.run(http::Request::from_parts(parts, &*body)),
        false => agent.run(http::Request::from_parts(parts, ())),
    };
    let (parts, body) = answer.map_err(failed)?.into_parts();
    let bytes = body.into_with_config().limit(u64::MAX).read_to_vec();
    Ok((parts, bytes.map_err(failed)?.into()))
}

/// What failed, as far as it says whether to try again.
fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => HttpErrorKind::Timeout,
            _ => HttpErrorKind::Interrupted,
        },
        // A connection that was kept was closed before the answer began.
        ureq::Error::Protocol(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
