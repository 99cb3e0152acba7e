#!/bin/sh
# Builds the web pages into the folder given (default target/classes/web); called by Maven.
# Needs Node 20.19 or later with npm. Does nothing when no input changed since the last build.
set -eu
cd "$(dirname "$0")"
out=${1:-target/classes/web}
mkdir -p target
stamp=target/web.stamp

inputs() {
  {
    echo package.json
    echo package-lock.json
    echo .npmrc
    echo tsconfig.json
    echo vite.config.ts
    find web -type f
  } | LC_ALL=C sort | while IFS= read -r file; do cksum "$file"; done
  echo "into $out"
}

inputs > "$stamp.new"
if [ -f "$out/player.html" ] && cmp -s "$stamp.new" "$stamp"; then
  rm -f "$stamp.new"
  exit 0
fi

usable_node() {
  command -v node > /dev/null 2>&1 && command -v npm > /dev/null 2>&1 \
    && node -e 'const [a, b] = process.versions.node.split(".").map(Number);
                process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
}

if ! usable_node; then
  found=$(node --version 2> /dev/null || echo none)
  cat >&2 << EOF

  The web pages of Sluice are built with Node, and this build found no fitting one (found: $found).

    needed:   Node 20.19 or later of line 20, or 22.12 or later, with npm
    get it:   https://nodejs.org, or your system's packages, and see that 'node --version' shows it
    without:  -Dconsole.skip=true builds the server without its pages
    or take a released archive: the pages are in it, and it needs no Node

EOF
  exit 1
fi

if ! cmp -s package-lock.json node_modules/.sluice-lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.sluice-lock
fi

SLUICE_WEB_OUT=$(mkdir -p "$out" && cd "$out" && pwd)
export SLUICE_WEB_OUT
node node_modules/vite/bin/vite.js build --logLevel warn
mv "$stamp.new" "$stamp"
