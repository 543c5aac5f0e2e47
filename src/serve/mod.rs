//! EDGE: the preview. It renders each path on request with the same function as the build, reloads
//! the browser after every edit, and keeps the last good site while an edit is wrong.

#![expect(clippy::disallowed_methods, reason = "edge: sockets and files")]

pub mod edit;
mod live;
mod respond;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
pub use live::{Live, Source, Standing};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt as _};

/// The script that reloads a page: it waits for the next version of the site.
const RELOAD: &str = include_str!("reload.js");
/// The looks of the overlay that shows what is wrong.
const OVERLAY: &str = include_str!("overlay.css");

/// Where the preview listens, once it does.
pub struct Listening {
    listener: std::net::TcpListener,
    /// Its address.
    pub address: SocketAddr,
}

/// Takes a port. When it is taken: the next one that is free, for the message.
pub fn listen(
    host: std::net::IpAddr,
    port: u16,
) -> Result<Listening, (std::io::Error, Option<u16>)> {
    let bind = |port| std::net::TcpListener::bind((host, port));
    match bind(port) {
        Ok(listener) => match listener.local_addr() {
            Ok(address) => Ok(Listening { listener, address }),
            Err(error) => Err((error, None)),
        },
        Err(error) => {
            let free =
                (port.saturating_add(1)..port.saturating_add(100)).find(|port| bind(*port).is_ok());
            Err((error, free))
        }
    }
}

/// What is served: the site as it stands, and the form beside its pages for who asked for it.
struct Served {
    live: Arc<Live>,
    editor: Option<edit::Editor>,
}

/// Serves until the program is ended. `watch` keeps the site in step with its folder meanwhile.
pub fn run(
    listening: Listening,
    live: Arc<Live>,
    editor: Option<edit::Editor>,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        listening.listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listening.listener)?;
        let router = Router::new()
            .route("/_plein/events", get(events))
            .fallback(page)
            .layer(DefaultBodyLimit::max(edit::LARGEST))
            .with_state(Arc::new(Served { live, editor }));
        // A graceful shutdown would wait for every open event stream; Ctrl-C ends it at once.
        tokio::select! {
            served = async { axum::serve(listener, router).await } => served,
            stopped = tokio::signal::ctrl_c() => stopped,
        }
    });
    runtime.shutdown_background();
    served
}

/// The addresses on which only this machine listens.
pub const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// One event for each new version of the site.
async fn events(
    State(served): State<Arc<Served>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let versions = WatchStream::new(served.live.versions())
        .map(|version| Ok(Event::default().event("version").data(version.to_string())));
    Sse::new(versions).keep_alive(KeepAlive::default())
}

async fn page(
    State(served): State<Arc<Served>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match uri.path() {
        "/_plein/reload.js" => return plain("text/javascript; charset=utf-8", RELOAD),
        "/_plein/overlay.css" => return plain("text/css; charset=utf-8", OVERLAY),
        _ => {}
    }
    // Rendering is work, not waiting: it must not hold up the event streams.
    let answer = tokio::task::spawn_blocking(move || match &served.editor {
        Some(editor) if uri.path().starts_with(edit::ROOT) => {
            editor.answer(&method, &uri, &headers, &body)
        }
        editor => {
            let editor = editor.as_ref();
            let link = editor.map_or(String::new(), |editor| editor.link(&headers, uri.path()));
            site(&served.live, &uri, &headers, &link)
        }
    });
    answer.await.unwrap_or_else(|_| {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "this page could not be rendered",
        )
            .into_response()
    })
}

/// A page or a file of the site.
fn site(live: &Live, uri: &Uri, headers: &HeaderMap, link: &str) -> Response {
    let standing = live.standing();
    let file = crate::output::rpde::file(uri.path(), uri.query());
    let path = file.unwrap_or_else(|| uri.path().to_owned());
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|tag| tag.to_str().ok());
    respond::respond(&standing, &path, known, link)
}

fn plain(media_type: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}
