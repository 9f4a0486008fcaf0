//! A web server for one folder's files that honours byte ranges and counts what it sends. It listens on this machine
//! only.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// A server that answers until the test ends.
pub(crate) struct Server {
    port: u16,
    sent_bytes: Arc<AtomicU64>,
}

impl Server {
    pub(crate) fn of(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let sent_bytes = Arc::new(AtomicU64::new(0));
        let (folder, count) = (folder.to_owned(), Arc::clone(&sent_bytes));
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (folder, count) = (folder.clone(), Arc::clone(&count));
                thread::spawn(move || answer(connection, &folder, &count));
            }
        });
        Self { port, sent_bytes }
    }

    /// The name by which GDAL reads one of the files.
    pub(crate) fn dataset(&self, file: &str) -> String {
        format!("/vsicurl/http://127.0.0.1:{}/{file}", self.port)
    }

    /// Bytes of files sent so far.
    pub(crate) fn sent_bytes(&self) -> u64 {
        self.sent_bytes.load(Ordering::SeqCst)
    }
}

/// Answers one request and closes the connection.
fn answer(mut connection: TcpStream, folder: &Path, count: &AtomicU64) -> Option<()> {
    let mut lines = BufReader::new(connection.try_clone().ok()?).lines();
    let request = lines.next()?.ok()?;
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let mut words = request.split(' ');
    let (method, name) = (words.next()?, words.next()?.trim_start_matches('/'));
    let Ok(bytes) = std::fs::read(folder.join(name)) else {
        write!(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
        return Some(());
    };
    let range = headers.iter().find_map(|line| range_of(line));
    let (status, part) = match range {
        Some([first, last]) if first < bytes.len() => {
            let last = last.min(bytes.len() - 1);
            let range = format!("206 Partial Content\r\nContent-Range: bytes {first}-{last}/{}", bytes.len());
            (range, &bytes[first..=last])
        }
        Some(_) => ("416 Range Not Satisfiable".to_owned(), &[][..]),
        None => ("200 OK".to_owned(), &bytes[..]),
    };
    let length = part.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\nAccept-Ranges: bytes\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    if method != "HEAD" {
        count.fetch_add(length as u64, Ordering::SeqCst);
        connection.write_all(part).ok()?;
    }
    Some(())
}

/// The first and last byte of a header such as `Range: bytes=0-16383`.
fn range_of(header: &str) -> Option<[usize; 2]> {
    let (name, value) = header.split_once(':')?;
    let (first, last) = value.trim().strip_prefix("bytes=")?.split_once('-')?;
    name.eq_ignore_ascii_case("range").then(|| Some([first.parse().ok()?, last.parse().unwrap_or(usize::MAX)]))?
}
