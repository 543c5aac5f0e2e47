#!/usr/bin/env python3
"""From saving a file to seeing the change: the latency of a preview server. Standard library only.

    serve_latency.py EVENTS_FOLDER PORT [--edits 7] -- COMMAND ...
    serve_latency.py site/content/events 8000 -- plein serve --port 8000
    serve_latency.py site/content/agenda 1313 -- hugo server --source site --port 1313 --noBuildLock

COMMAND serves on 127.0.0.1:PORT. Takes the first event that /agenda/ lists, edits its body and then its title, and asks every
2 ms until its page, and for a title the list, shows the edit. Prints a JSON object: least, median and most seconds of each,
the seconds until the first page came, processor time, and the server's memory in MiB. The file is put back at the end.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

LIST = "/agenda/"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=pathlib.Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--edits", type=int, default=7)
    parser.add_argument("--settle", type=float, default=1.0, help="seconds of rest after each edit")
    parser.add_argument("--give-up", type=float, default=30.0, help="seconds after which an edit counts as never shown")
    parser.add_argument("--start", type=float, default=600.0, help="seconds that the server may take to come up")
    if "--" not in sys.argv:
        parser.error("the command of the server goes behind --")
    split = sys.argv.index("--")
    args = parser.parse_args(sys.argv[1:split])
    args.command = sys.argv[split + 1:]
    return args


def get(port, path):
    """The page, or nothing while there is none."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        return text if response.status == 200 else ""
    except (OSError, http.client.HTTPException):
        return ""


def memory(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return {name: int(re.search(rf"{field}:\s+(\d+)", status)[1]) // 1024 for name, field in (("now", "VmRSS"), ("peak", "VmHWM"))}


def processor(pid):
    """Seconds of processor time so far, all threads: unlike the clock it does not mind what else the machine does."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_event(page, folder):
    """The file of the first event on the list."""
    for slug in re.findall(rf'href="?(?:https?://[^/"]+)?{LIST}([a-z0-9-]+)/["> ]', page):
        if (folder / f"{slug}.md").is_file():
            return slug, folder / f"{slug}.md"
    sys.exit(f"{LIST} lists no event that lies in {folder}")


def seconds_until(port, shown, give_up):
    """Waits until each path shows its marker: {path: seconds}, None for one that never did."""
    began, waiting, took = time.monotonic(), dict(shown), {}
    while waiting and time.monotonic() - began < give_up:
        for path, marker in list(waiting.items()):
            if marker in get(port, path):
                took[path] = time.monotonic() - began
                del waiting[path]
        time.sleep(0.002)
    return took | dict.fromkeys(waiting)


def spread(values):
    if None in values:
        return f"not shown in {values.count(None)} of {len(values)}"
    return [round(value, 3) for value in (min(values), statistics.median(values), max(values))]


def measure(args, server):
    began = time.monotonic()
    while not get(args.port, LIST):
        if server.poll() is not None or time.monotonic() - began > args.start:
            sys.exit("the server did not come up")
        time.sleep(0.005)
    first = time.monotonic() - began
    time.sleep(args.settle)
    if server.poll() is not None:
        sys.exit(f"the server has ended; another one answers on port {args.port}")
    idle = memory(server.pid)["now"]
    slug, file = first_event(get(args.port, LIST), args.events)
    page, original = f"{LIST}{slug}/", file.read_text(encoding="utf-8")
    found = {"body to page": [], "title to page": [], "title to list": []}
    try:
        before = processor(server.pid)
        for n in range(args.edits):
            file.write_text(original + f"\nGewijzigde tekst nummer zqb{n}.\n", encoding="utf-8")
            found["body to page"].append(seconds_until(args.port, {page: f"zqb{n}"}, args.give_up)[page])
            time.sleep(args.settle)
        busy = (processor(server.pid) - before) / args.edits
        for n in range(args.edits):
            file.write_text(re.sub(r'^title: "?([^"\n]*)"?', rf'title: "\1 zqt{n}"', original, count=1, flags=re.M), encoding="utf-8")
            took = seconds_until(args.port, {page: f"zqt{n}", LIST: f"zqt{n}"}, args.give_up)
            found["title to page"].append(took[page])
            found["title to list"].append(took[LIST])
            time.sleep(args.settle)
    finally:
        file.write_text(original, encoding="utf-8")
    return {"first page": round(first, 3), **{name: spread(values) for name, values in found.items()},
            "cpu of a body edit": round(busy, 3), "MiB idle": idle, "MiB after": memory(server.pid)["now"], "MiB peak": memory(server.pid)["peak"]}


def main():
    args = arguments()
    with tempfile.NamedTemporaryFile(prefix="serve-", suffix=".log", delete=False) as log:
        server = subprocess.Popen(args.command, stdout=log, stderr=log)
        try:
            print(json.dumps(measure(args, server), indent=1))
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
            print(f"the server's own words: {log.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
