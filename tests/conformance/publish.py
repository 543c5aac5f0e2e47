#!/usr/bin/env python3
"""`plein publish` to a server that speaks S3: moto's, in this process, which others use to test what they send to the real one.

    publish.py PLEIN SITE NOW [BUILT]

PLEIN is the program with its feature `publish`, SITE a small site, of which a copy is changed and built anew, NOW the moment of the
builds, BUILT what was built of the site in this folder, of which only the headers are looked at. In front of the server stands a watch that writes down every request, and for some cases answers in its place.
"""
import json, logging, os, pathlib, re, shutil, subprocess, sys, tempfile, threading, time

os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="not-to-be-told", AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1")
import boto3
import moto.core.authorization as authorization
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from host import Host
from report import Report

PLEIN, SITE, NOW = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), sys.argv[3]
RECORD = ".plein-published"
# So that there is something of each sort.
ADDED = {
    "content/events/soup.md": "---\ntitle: Soup\nstart: 2026-12-01T12:00\nduration: 2h\n---\n\nCooking and eating.\n",
    "content/articles/open.md": "---\ntitle: We are open\ndate: 2026-11-01\n---\n\nThe door is open.\n",
}
ASSET, DATA, PAGE = 0, 1, 2


class Watch:
    """Every request that comes: its method, its key, and the status of the answer. `answer` may answer first."""

    def __init__(self):
        self.app, self.seen, self.answer, self.lock = DomainDispatcherApplication(create_backend_app), [], lambda method, key: None, threading.Lock()
        self.open = 0

    def __call__(self, environ, start):
        method, key = environ["REQUEST_METHOD"], environ["PATH_INFO"].lstrip("/").partition("/")[2]
        request = [method, key, 0, {name: value for name, value in environ.items() if name.startswith("HTTP_")}]
        with self.lock:
            self.seen.append(request)
            self.open += 1
        try:
            status = self.answer(method, key)
            if status:
                request[2] = status
                start(f"{status} Refused", [("Content-Type", "application/xml")])
                return [b"<Error><Code>Refused</Code><Message>not now</Message></Error>"]

            def started(status, *rest):
                request[2] = int(status[:3])
                return start(status, *rest)
            return self.app(environ, started)
        finally:
            with self.lock:
                self.open -= 1

    def during(self, run):
        """What a run gave, and what came in the meantime."""
        first = len(self.seen)
        ran = run()
        while self.open:
            time.sleep(0.01)
        return ran, self.seen[first:]


logging.getLogger("werkzeug").setLevel(logging.ERROR)
WATCH = Watch()
SERVER = make_server("127.0.0.1", 0, WATCH, threaded=True)
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
ENDPOINT = f"http://127.0.0.1:{SERVER.server_port}"
S3 = boto3.client("s3", endpoint_url=ENDPOINT)


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")}
    return {**kept, **ours, "AWS_ENDPOINT_URL": ENDPOINT, "AWS_ALLOW_HTTP": "true", **more}


def start(lab, *more, **env):
    command = [PLEIN, "publish", lab.address, "--from", lab.out, *more]
    return subprocess.Popen(command, env=environment(**env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def publish(lab, *more, **env):
    """The exit code and all that was said, and what the server saw."""
    def run():
        process = start(lab, *more, **env)
        out, err = process.communicate(timeout=300)
        return process.returncode, out + err
    return WATCH.during(run)


class Lab:
    """A copy of the site, what is built of it, and a bucket of its own."""

    number = 0

    def __init__(self, folder, below="site"):
        Lab.number += 1
        self.site, self.out, self.bucket, self.below = folder / f"site{Lab.number}", folder / f"out{Lab.number}", f"lab{Lab.number}", below
        self.others = {}
        shutil.copytree(SITE, self.site)
        for path, text in ADDED.items():
            (self.site / path).parent.mkdir(exist_ok=True)
            (self.site / path).write_text(text, encoding="utf-8")
        S3.create_bucket(Bucket=self.bucket)
        self.address = f"s3://{self.bucket}/{below}".rstrip("/")
        self.build()

    def build(self):
        subprocess.run([PLEIN, "build", "--quiet", "--site", self.site, "--output", self.out, "--now", NOW], check=True)

    def files(self):
        files = (file for file in self.out.rglob("*") if file.is_file())
        return {file.relative_to(self.out).as_posix(): file.read_bytes() for file in files if file.name != ".plein-manifest"}

    def key(self, path):
        return f"{self.below}/{path}".lstrip("/")

    def stored(self):
        keys = s3_backends["123456789012"]["aws"].buckets[self.bucket].keys
        return {key: keys[key].value for key in list(keys) if not key.endswith(RECORD)}

    def expected(self):
        """What was built, and what others have put there."""
        return {**{self.key(path): data for path, data in self.files().items()}, **self.others}

    def behind(self, key):
        """An object as it lies in the server, past its interface."""
        return s3_backends["123456789012"]["aws"].buckets[self.bucket].keys[key]


def rank(key, lab):
    path = key[len(lab.key("")):]
    return ASSET if path.startswith(("assets/", "media/")) else PAGE if path.endswith(".html") else DATA


def ended(ran, code=0):
    if ran[0] != code:
        yield f"ended with {ran[0]}: {ran[1]}"


def differ(found, expected):
    for key in sorted(found.keys() | expected.keys()):
        if found.get(key) != expected.get(key):
            yield f"{key}: {'missing' if key not in found else 'too much' if key not in expected else 'other bytes'}"


def puts(seen):
    return [key for method, key, status, _ in seen if method == "PUT" and status == 200]


def removals(seen):
    return [key for method, key, *_ in seen if method in ("POST", "DELETE")]


# ---------------------------------------------------------------- cases

def first(lab):
    ran, seen = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    keys = puts(seen)
    if [keys[0], keys[-1]] != [lab.key(RECORD)] * 2 or keys.count(lab.key(RECORD)) != 2:
        yield "the record is not what is put first and last"
    ranks = [rank(key, lab) for key in keys[1:-1]]
    if ranks != sorted(ranks) or set(ranks) != {ASSET, DATA, PAGE}:
        yield "not put in the order of assets, data, pages"
    for method, key, _, headers in seen:
        if method == "PUT" and not (headers.get("HTTP_X_AMZ_CHECKSUM_SHA256") and len(headers.get("HTTP_X_AMZ_CONTENT_SHA256", "")) == 64):
            yield f"{key}: put without a checksum"


def headers(lab):
    host = Host(lab.out)
    for path in lab.files():
        found = S3.head_object(Bucket=lab.bucket, Key=lab.key(path))
        wanted = host.headers("/" + path.removesuffix("index.html"), lab.out / path)
        exact = wanted["content-type"].split(";")[0]
        if exact != "application/octet-stream" and found["ContentType"].split(";")[0] != exact:
            yield f"{path}: {found['ContentType']}, and not {exact}"
        if found["ContentType"].startswith("text/") and "utf-8" not in found["ContentType"]:
            yield f"{path}: no charset"
        if found["CacheControl"] != wanted.get("cache-control", "public, max-age=0, must-revalidate"):
            yield f"{path}: kept {found['CacheControl']}"
        if found.get("ContentDisposition") != wanted.get("content-disposition"):
            yield f"{path}: {found.get('ContentDisposition')}"


def unchanged(lab):
    ran, seen = publish(lab)
    yield from ended(ran)
    if [method for method, *_ in seen] != ["GET", "GET"]:
        yield f"more was asked than the record and one listing: {[request[:2] for request in seen]}"


def one_body(lab):
    before = lab.files()
    page = lab.site / "content/articles/open.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nCome in.\n", encoding="utf-8")
    lab.build()
    after = lab.files()
    changed = {lab.key(path) for path, data in after.items() if before.get(path) != data}
    ran, seen = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    if not 0 < len(changed) < len(after) / 2:
        yield f"{len(changed)} of {len(after)} files changed: no test"
    if sorted(puts(seen)) != sorted([*changed, lab.key(RECORD), lab.key(RECORD)]):
        yield "not only what changed was put"


def deletion(lab):
    for key in (lab.key("mine.txt"), "elsewhere/mine.txt"):
        S3.put_object(Bucket=lab.bucket, Key=key, Body=b"mine")
        lab.others[key] = b"mine"
    (lab.site / "content/articles/open.md").unlink()
    before = lab.files()
    lab.build()
    if len(lab.files()) >= len(before):
        yield "nothing went: no test"
    ran, seen = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    methods = [method for method, key, *_ in seen if method in ("PUT", "POST", "DELETE")]
    if not removals(seen) or methods[-1] != "PUT" or "PUT" in methods[methods.index("POST"):-1]:
        yield "removals are not what comes last before the record"


def foreign(lab):
    S3.put_object(Bucket=lab.bucket, Key=lab.key("index.html"), Body=b"mine")
    ran, seen = publish(lab)
    yield from ended(ran, 3)
    if puts(seen) or removals(seen) or "`index.html`" not in ran[1]:
        yield f"something was done, or nothing told: {ran[1]}"
    S3.delete_object(Bucket=lab.bucket, Key=lab.key("index.html"))


def killed(lab):
    """Killed again and again with several requests under way; what arrived is never put again."""
    arrived, slow, kills = [], threading.Event(), 0
    files = lab.expected()

    def answer(method, key):
        if method == "PUT" and slow.is_set():
            time.sleep(0.02)
        return None
    WATCH.answer = answer
    slow.set()
    for share in (1, 2, 3):
        def run():
            process = start(lab, "--jobs", "4")
            enough = len(WATCH.seen) + len(files) // 5
            while len(WATCH.seen) < enough and process.poll() is None:
                time.sleep(0.005)
            process.kill()
            process.communicate()
            return process.returncode
        code, seen = WATCH.during(run)
        kills += code == -9
        arrived += [key for key in puts(seen) if not key.endswith(RECORD)]
        stored = lab.stored()
        for key, data in stored.items():
            if key.endswith(".html"):
                for asset in re.findall(rb'"/(assets/[^"]+)"', data):
                    if lab.key(asset.decode()) not in stored:
                        yield f"after kill {share}: {key} without {asset.decode()}"
    slow.clear()
    ran, seen = publish(lab)
    WATCH.answer = lambda method, key: None
    arrived += [key for key in puts(seen) if not key.endswith(RECORD)]
    yield from ended(ran)
    yield from differ(lab.stored(), files)
    if not kills:
        yield "no run was killed in its middle"
    if sorted(arrived) != sorted(files):
        yield f"{len(arrived)} puts for {len(files)} files"
    _, seen = publish(lab)
    if puts(seen):
        yield "the next run had something to do"


def verify(lab):
    key = lab.key("index.html")
    behind = lab.behind(key)
    tag, data = behind.etag, bytearray(behind.value)
    data[0] ^= 1
    behind.value = bytes(data)
    if behind.etag != tag:
        yield "the server told of the damage: no test"
    ran, seen = publish(lab)
    if puts(seen):
        yield "the damage was noticed without reading: no test"
    ran, seen = publish(lab, "--verify")
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    if puts(seen) != [lab.key(RECORD), key, lab.key(RECORD)] or "1 objects were damaged" not in ran[1]:
        yield f"not mended: {puts(seen)} {ran[1]}"


def replaced(lab):
    """Somebody wrote over one of ours, and took away another: the listing tells, and both are put anew."""
    S3.put_object(Bucket=lab.bucket, Key=lab.key("index.html"), Body=b"mine")
    S3.delete_object(Bucket=lab.bucket, Key=lab.key("404.html"))
    ran, seen = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    if sorted(set(puts(seen))) != sorted([lab.key(RECORD), lab.key("404.html"), lab.key("index.html")]):
        yield f"put: {puts(seen)}"


def lost_record(lab):
    S3.delete_object(Bucket=lab.bucket, Key=lab.key(RECORD))
    ran, seen = publish(lab)
    yield from ended(ran)
    if puts(seen) != [lab.key(RECORD)]:
        yield f"more than the record was put: {puts(seen)[:5]}"


def other_headers(lab):
    """The same bytes with another header are put again."""
    table, manifest = lab.out / "_headers", lab.out / ".plein-manifest"
    built = table.read_bytes(), manifest.read_bytes()
    table.write_text(table.read_text(encoding="utf-8").replace("public, max-age=900, no-transform", "public, max-age=60"), encoding="utf-8")
    # As another version of the program would write it; the file itself is then none that was built.
    lines = [line for line in manifest.read_text(encoding="utf-8").splitlines() if not line.endswith("  _headers")]
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran, seen = publish(lab)
    yield from ended(ran)
    keys = [key for key in puts(seen) if not key.endswith(RECORD)]
    if not keys or any(not key.endswith(".ics") for key in keys):
        yield f"put: {keys[:5]}"
    if S3.head_object(Bucket=lab.bucket, Key=keys[0])["CacheControl"] != "public, max-age=60":
        yield "not with the new header"
    table.write_bytes(built[0])
    manifest.write_bytes(built[1])


def moody(lab):
    """A server that refuses every third request for a moment."""
    count = iter(range(10**6))
    WATCH.answer = lambda method, key: 503 if next(count) % 3 == 1 else None
    ran, seen = publish(lab)
    WATCH.answer = lambda method, key: None
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    if not any(status == 503 for _, _, status, _ in seen):
        yield "nothing was refused: no test"


def forbidden(lab):
    WATCH.answer = lambda method, key: 403
    ran, seen = publish(lab)
    WATCH.answer = lambda method, key: None
    yield from ended(ran, 3)
    if len(seen) > 3:
        yield f"asked {len(seen)} times"
    if "not-to-be-told" in ran[1] or "credentials" not in ran[1] or "Refused: not now" not in ran[1]:
        yield ran[1]


def given_up(lab):
    """A server that takes no page: what was put stays known, and pages are the only thing left to put."""
    WATCH.answer = lambda method, key: 403 if method == "PUT" and key.endswith(".html") else None
    ran, seen = publish(lab)
    WATCH.answer = lambda method, key: None
    yield from ended(ran, 3)
    if any(key.endswith(".html") for key in lab.stored()):
        yield "a page is there"
    ran, seen = publish(lab)
    yield from ended(ran)
    if any(rank(key, lab) != PAGE for key in puts(seen) if not key.endswith(RECORD)):
        yield "what was there was put again"


def two_at_once(lab):
    """Somebody else claims the store while we publish: the end is refused, and the next run sees to the rest."""
    done = threading.Event()

    def answer(method, key):
        if method == "PUT" and key.endswith("index.html") and not done.is_set():
            done.set()
            record = S3.get_object(Bucket=lab.bucket, Key=lab.key(RECORD))["Body"].read()
            S3.put_object(Bucket=lab.bucket, Key=lab.key(RECORD), Body=record + record.splitlines(True)[-1])
        return None
    WATCH.answer = answer
    ran, _ = publish(lab)
    WATCH.answer = lambda method, key: None
    yield from ended(ran, 3)
    if "somebody else is publishing" not in ran[1]:
        yield ran[1]
    ran, _ = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())


def no_bucket(lab):
    lab.address = "s3://nowhere/x"
    ran, seen = publish(lab)
    yield from ended(ran, 3)
    if "bucket" not in ran[1].lower():
        yield ran[1]


def signed(lab):
    """The server now looks at signatures, and at what the user may do."""
    iam = boto3.client("iam", endpoint_url=ENDPOINT)
    iam.create_user(UserName="publisher")
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    iam.put_user_policy(UserName="publisher", PolicyName="all", PolicyDocument=policy)
    key = iam.create_access_key(UserName="publisher")["AccessKey"]
    known = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    free = authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT
    authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    wrong, _ = publish(lab, **{**known, "AWS_SECRET_ACCESS_KEY": "x" * 40})
    right, seen = publish(lab, **known)
    authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT = free
    yield from ended(wrong, 3)
    if "Signature" not in wrong[1] or "x" * 40 in wrong[1]:
        yield wrong[1]
    yield from ended(right)
    yield from differ(lab.stored(), lab.expected())


def at_the_root(lab):
    ran, seen = publish(lab)
    yield from ended(ran)
    yield from differ(lab.stored(), lab.expected())
    _, seen = publish(lab)
    if puts(seen):
        yield "the second time something was put"


def planned(built):
    """What goes with each file is what its output planned."""
    said = subprocess.run([PLEIN, "plan", "--now", NOW], capture_output=True, text=True, check=True).stdout
    plan = {path.lstrip("/"): media_type for path, media_type, *_ in (line.split("\t") for line in said.splitlines())}
    with tempfile.TemporaryDirectory() as nowhere:
        address = pathlib.Path(nowhere, "none").as_uri()
        said = subprocess.run([PLEIN, "publish", address, "--from", built, "--dry-run", "--format", "json"], capture_output=True, text=True, check=True).stdout
    for line in map(json.loads, said.splitlines()):
        path = line["path"]
        wanted = plan.get(path) or plan.get(path.removesuffix("index.html")) or plan.get(path.removesuffix(".html"))
        if line["content_type"].split(";")[0] != wanted:
            yield f"{path}: {line['content_type']}, and not {wanted}"
    if len(said) < 1000:
        yield "there is nothing"


CASES = [
    [("a first publication", first), ("media types and cache headers", headers), ("nothing changed", unchanged), ("one body changed", one_body),
     ("a deletion", deletion), ("damage", verify), ("objects that somebody replaced", replaced), ("a lost record", lost_record),
     ("another header", other_headers)],
    [("an object of somebody else", foreign), ("killed and taken up", killed)],
    [("a server that refuses now and then", moody)],
    [("a server that forbids", forbidden), ("a server that takes no pages", given_up)],
    [("two at once", two_at_once), ("signatures", signed), ("no bucket", no_bucket)],
]


def main():
    report = Report("publish")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for cases in CASES:
            lab = Lab(folder)
            for title, case in cases:
                report.case(title, case(lab))
        report.case("at the root of a bucket", at_the_root(Lab(folder, below="")))
    if len(sys.argv) > 4:
        report.case("the media types of the plan", planned(pathlib.Path(sys.argv[4]).resolve()))
    report.close()


if __name__ == "__main__":
    main()
