#!/usr/bin/env python3
"""examples.py DIR [PAGE …]: the code examples of the data page, or of other pages, run as they stand there.

An example is <pre data-example="duckdb|python|curl|javascript|r"><code>, or in a text of Markdown <code class="language-python">. What it names of the site is answered by a server on
this machine. An example must end well and print something. R is shown, but not run.
"""
import html.parser, os, pathlib, re, shutil, subprocess, sys, tempfile

from host import Host
from report import Report

DUCKDB = """import duckdb, sys
for statement in duckdb.extract_statements(sys.stdin.read()):
    if (answer := duckdb.sql(statement.query)):
        print(answer)"""
COMMANDS = {
    "duckdb": [sys.executable, "-c", DUCKDB], "python": [sys.executable, "-"], "javascript": ["node", "--input-type=module", "-"],
    "curl": ["bash", "-eu", "-s"],
}


class Examples(html.parser.HTMLParser):
    """The language and the text of each example of a page."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "pre" and (language := dict(attributes).get("data-example")):
            self.found.append([language, ""])
            self.inside = True
        language = (dict(attributes).get("class") or "").removeprefix("language-")
        if tag == "code" and not self.inside and language in COMMANDS:
            self.found.append([language, ""])
            self.inside = True

    def handle_endtag(self, tag):
        if tag == "pre":
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1][1] += data


def on_this_machine(site, local, language, code):
    """The example with what it names of the site on this machine. DuckDB reads files: for HTTP it would download an extension."""
    if language != "duckdb":
        return code.replace(site.base, local)
    address = re.compile(re.escape(site.base) + r"""[^\s'"<>)]*""")
    return address.sub(lambda url: str(site.file(url[0]) or url[0]), code)


def faults(language, code):
    """What is wrong with an example: nothing, or how it ended."""
    # Readers that honour proxies shall not ask one for this machine, and nothing is to be written beside the site.
    environment = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            ran = subprocess.run(COMMANDS[language], input=code, capture_output=True, text=True, timeout=60, cwd=folder, env=environment)
        except subprocess.TimeoutExpired:
            yield "is not done after a minute"
            return
    if ran.returncode:
        lines = ran.stderr.strip().splitlines()
        yield f"ends with {ran.returncode}: " + " / ".join([line for line in lines if "rror" in line] or lines[-3:])
    elif not ran.stdout.strip():
        yield "prints nothing"


def main():
    site, report = Host(sys.argv[1]), Report("examples")
    pages = [site.root / page for page in sys.argv[2:] or ["data/index.html"]]
    texts = [page.read_text(encoding="utf-8") for page in pages if page.exists()]
    examples = [example for text in texts for example in Examples(text).found]
    local = site.serve()
    for number, (language, code) in enumerate(examples, 1):
        title = f"example {number}, {language}"
        if language == "r" or (language == "curl" and not shutil.which("curl")):
            print(f"not run: {title}")
        elif language not in COMMANDS:
            report.case(title, ["nothing here runs it"])
        elif site.base not in code:
            report.case(title, [f"names nothing of {site.base}"])
        else:
            report.case(title, faults(language, on_this_machine(site, local, language, code)))
    report.close()


if __name__ == "__main__":
    main()
