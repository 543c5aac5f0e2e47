"""A built site as a static host serves it that reads `_redirects` and `_headers`, as Netlify and Cloudflare Pages do."""
import hashlib, html.parser, http.server, pathlib, re, socket, threading
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

# Only what every host knows by itself. The rest depends on the host's table, so `_headers` has to say it.
TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".txt": "text/plain", ".xml": "application/xml", ".csv": "text/csv",
}


def offline():
    """From here on no name is looked up: a reader that wants something from the network fails, and says so."""
    look_up = socket.getaddrinfo

    def refuse(name, *rest, **more):
        if name in ("127.0.0.1", "localhost", None):
            return look_up(name, *rest, **more)
        raise OSError(f"the checks may not ask the network for {name}")

    socket.getaddrinfo = refuse


class Links(html.parser.HTMLParser):
    """The <link> elements of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "link":
            self.found.append(dict(attributes))

    def rel(self, name):
        return [link for link in self.found if name in (link.get("rel") or "").split()]


class Host:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.home = Links((self.root / "index.html").read_text(encoding="utf-8"))
        self.base = self.home.rel("canonical")[0]["href"].rstrip("/")
        self.redirects = [redirect(words) for words in self._words("_redirects") if len(words) > 1]
        self.rules = self._header_rules()

    def _lines(self, name):
        file = self.root / name
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]

    def _words(self, name):
        return [line.split("#")[0].split() for line in self._lines(name)]

    def _header_rules(self):
        """A path (`*` and `:name` stand for anything), then indented `Name: value` lines."""
        rules = []
        for line in self._lines("_headers"):
            if not line[0].isspace():
                rules.append((re.compile(pattern(line.strip())), []))
            else:
                name, _, value = line.partition(":")
                rules[-1][1].append((name.strip().lower(), value.strip()))
        return rules

    # ---------------------------------------------------------------- which file

    def mine(self, url):
        return str(url) == self.base or str(url).startswith(self.base + "/")

    def path(self, url):
        """The path and query of an address of this site."""
        return str(url)[len(self.base):].split("#")[0] or "/"

    def url(self, file):
        return f"{self.base}/{file.relative_to(self.root).as_posix()}"

    def stored(self, path):
        """The file that a path stands for by itself: it, the index of a folder, or the page without its ending."""
        here = (self.root / unquote(path).lstrip("/")).resolve()
        if here.is_relative_to(self.root):
            for file in (here, here / "index.html", here.with_name(here.name + ".html")):
                if file.is_file():
                    return file
        return None

    def resolve(self, path):
        """What a host answers to a path with its query: the status, and a file or an address."""
        asked = urlsplit(path)
        file, query = self.stored(asked.path), parse_qs(asked.query)
        if file:  # what exists stands before every rule
            return 200, file
        for matches, wanted, target, status in self.redirects:
            found = matches.match(asked.path)
            if not found or any(name not in query for name in wanted):
                continue
            values = {**found.groupdict(), **{value.lstrip(":"): query[name][0] for name, value in wanted.items()}}
            to = re.sub(r":(\w+)", lambda name: values.get(name[1]) or name[0], target)
            if 300 <= status < 400:
                return status, to
            return (status, self.stored(to)) if self.stored(to) else (404, None)
        return 404, self.stored("/404.html")

    def file(self, url):
        """The file that people get for an address of this site in the end, or None."""
        url = urljoin(self.base + "/", str(url))
        for _ in range(5):
            if not self.mine(url):
                return None
            status, found = self.resolve(self.path(url))
            if status == 200:
                return found
            if not 300 <= status < 400:
                return None
            url = urljoin(self.base + "/", found)
        return None

    # ---------------------------------------------------------------- with which headers

    def headers(self, path, file):
        """Rules hold for what was asked for; for a rewritten path those of the file are asked first."""
        headers = {"content-type": TYPES.get(file.suffix if file else ".txt", "application/octet-stream")}
        paths = [urlsplit(path).path]
        if file:
            paths.insert(0, "/" + file.relative_to(self.root).as_posix())
        for asked in paths:
            for matches, lines in self.rules:
                if matches.fullmatch(asked):
                    headers.update(lines)
        return headers

    def media_type(self, url):
        """The media type that an address is served with, without its parameters."""
        return self.headers(self.path(url), self.file(url))["content-type"].split(";")[0].strip()

    # ---------------------------------------------------------------- over HTTP

    def serve(self):
        """Serves the tree on a free port of this machine until the program ends. Gives the address that stands for the base.

        Texts name the base; here they name this server instead, so that a program that follows their links stays here.
        """
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self, body=True):
                status, found = host.resolve(self.path)
                file = found if isinstance(found, pathlib.Path) else None
                headers = host.headers(self.path, file)
                data = file.read_bytes() if file else b""
                if re.match(r"text/|application/([\w.-]+\+)?(json|xml)", headers["content-type"]):
                    data = data.replace(host.base.encode(), local.encode())
                headers["etag"] = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
                if status == 200 and self.headers.get("If-None-Match") == headers["etag"]:
                    status, data = 304, b""
                if isinstance(found, str):
                    headers["location"] = found
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                if body:
                    self.wfile.write(data)

            def do_HEAD(self):
                self.do_GET(body=False)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        local = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return local


def pattern(path):
    """A path of a rule as a regular expression; `:name` and `*` have names in it."""
    return re.sub(r":(\w+)", r"(?P<\1>[^/]+)", re.escape(path).replace(r"\*", "(?P<splat>.*)", 1).replace(r"\*", ".*"))


def redirect(words):
    """`/from [query=:name ...] /to [status]`."""
    rest = words[1:]
    query = {}
    while "=" in rest[0] and not rest[0].startswith(("/", "http")):
        name, _, value = rest.pop(0).partition("=")
        query[name] = value
    status = int(rest[1].rstrip("!")) if len(rest) > 1 and rest[1].rstrip("!").isdigit() else 301
    return re.compile(pattern(words[0]) + "$"), query, rest[0], status
