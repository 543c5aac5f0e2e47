//! A site on this machine that answers as a test wants it to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was asked.
pub struct Request {
    pub path: String,
    pub headers: String,
}

/// What is answered.
#[derive(Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// A length that may be a lie.
    pub length: Option<u64>,
    /// The body comes byte by byte, and goes on for ever.
    pub drip: bool,
    /// Nothing comes at all.
    pub silent: bool,
    /// The body has no end.
    pub endless: bool,
}

impl Reply {
    pub fn text(media_type: &str, body: &str) -> Self {
        Reply::bytes(media_type, body.as_bytes().to_vec())
    }

    pub fn bytes(media_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
        Reply {
            status: 200,
            headers,
            body,
            ..Reply::default()
        }
    }

    pub fn on(to: &str) -> Self {
        Reply {
            status: 302,
            headers: vec![("Location".to_owned(), to.to_owned())],
            ..Reply::default()
        }
    }

    pub fn missing() -> Self {
        Reply {
            status: 404,
            ..Reply::default()
        }
    }

    pub fn gzip(body: &[u8]) -> Self {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(body).unwrap();
        let mut reply = Reply::bytes("text/calendar", packed.finish().unwrap());
        reply
            .headers
            .push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        reply
    }
}

/// The site; it ends with the test.
pub struct Peer {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
}

impl Peer {
    pub fn serve(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Peer::on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    pub fn on(
        listener: TcpListener,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let port = listener.local_addr().unwrap().port();
        let peer = Peer {
            port,
            heads: Arc::default(),
            over: Arc::default(),
        };
        let (heads, over, answer) = (peer.heads.clone(), peer.over.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let (heads, answer, over) = (heads.clone(), answer.clone(), over.clone());
                std::thread::spawn(move || converse(stream, &*answer, &heads, &over));
            }
        });
        peer
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    pub fn asked(&self) -> usize {
        self.heads.lock().unwrap().len()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn converse(
    mut stream: TcpStream,
    answer: &dyn Fn(&Request) -> Reply,
    heads: &Mutex<Vec<String>>,
    over: &AtomicBool,
) {
    let Ok(copy) = stream.try_clone() else { return };
    let (mut reader, mut headers) = (BufReader::new(copy), String::new());
    while !headers.ends_with("\r\n\r\n") {
        if reader.read_line(&mut headers).unwrap_or(0) == 0 {
            return;
        }
    }
    let path = headers.split(' ').nth(1).unwrap_or("/").to_owned();
    heads.lock().unwrap().push(headers.clone());
    let reply = answer(&Request { path, headers });
    // Whoever asks may stop listening at any time.
    let _ = send(&mut stream, &reply, over);
}

fn send(stream: &mut TcpStream, reply: &Reply, over: &AtomicBool) -> std::io::Result<()> {
    let goes_on = || !over.load(Ordering::Relaxed);
    while reply.silent && goes_on() {
        std::thread::sleep(Duration::from_millis(50));
    }
    write!(
        stream,
        "HTTP/1.1 {} X\r\nConnection: close\r\n",
        reply.status.max(200)
    )?;
    for (name, value) in &reply.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    let length = reply.length.unwrap_or(reply.body.len() as u64);
    if !reply.drip && !reply.endless {
        write!(stream, "Content-Length: {length}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&reply.body)?;
    while reply.drip && goes_on() {
        stream.write_all(b"x")?;
        std::thread::sleep(Duration::from_millis(20));
    }
    while reply.endless && goes_on() {
        stream.write_all(&[b'x'; 65536])?;
    }
    stream.flush()
}
