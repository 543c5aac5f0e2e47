#!/usr/bin/env python3
"""Times whole commands and prints medians. Standard library only.

    measure.py [--runs 3] [--folder DIR] NAME=COMMAND NAME=COMMAND ...

Runs the commands in turn, one round to warm up and then RUNS rounds, so that whatever else the machine does touches all
alike. `{out}` in a command is a fresh, empty folder each time; folders are removed at the end, for on some file systems
removing makes the next run slower. Prints wall time, processor time (user and system, all threads), the peak of resident
memory and what was written, then how many times more each command after the first takes than the first.
"""
import argparse
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

COLUMNS = ("wall s", "cpu s", "peak MiB")


def run(command, out):
    words = [word.replace("{out}", str(out)) for word in shlex.split(command)]
    with tempfile.TemporaryFile() as log:
        began = time.monotonic()
        process = subprocess.Popen(words, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        if status:
            log.seek(0)
            sys.exit(f"failed: {command}\n{log.read().decode(errors='replace')[-3000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def written(out):
    sizes = [file.stat().st_size for file in out.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path, default=None, help="where output goes; default: the system's")
    parser.add_argument("commands", nargs="+", metavar="NAME=COMMAND")
    args = parser.parse_args()
    commands = dict(command.split("=", 1) for command in args.commands)
    results, sizes = {name: [] for name in commands}, {}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="measure-", dir=args.folder))
    try:
        for round_ in range(args.runs + 1):
            for name, command in commands.items():
                out = folder / f"{name}-{round_}"
                out.mkdir()
                result = run(command, out)
                if round_ == 0:
                    sizes[name] = written(out)
                else:
                    results[name].append(result)
                    print(f"round {round_}: {name} " + ", ".join(f"{x:.2f} {c}" for x, c in zip(result, COLUMNS)), file=sys.stderr)
    finally:
        shutil.rmtree(folder)
    table(results, sizes)


def table(results, sizes):
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in results.items()}
    print(f"| median of {len(next(iter(results.values())))} | " + " | ".join(COLUMNS) + " | files | MiB written |")
    print("|---" * 6 + "|")
    for name, row in medians.items():
        files, mib = sizes[name]
        print(f"| {name} | {row[0]:.2f} | {row[1]:.2f} | {row[2]:.0f} | {files:,} | {mib:.1f} |")
    first, *others = medians
    for name in others:
        print(f"| {name} : {first} | " + " | ".join(f"{b / a:.1f}" for a, b in zip(medians[first], medians[name])) + " | | |")


if __name__ == "__main__":
    main()
