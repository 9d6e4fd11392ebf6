#!/bin/sh
# Runs the OpenID Foundation's conformance suite against this Countersign. Needs Docker with compose, git, curl and Python 3.
# usage: test/conformance/suite/run.sh [folder for the suite and its results]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=${1:-$root/test-results/conformance}
suite=$work/suite
results=$work/results
mkdir -p "$results"

for tool in docker git curl python3; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install it and try again" >&2; exit 1; }
done

[ -d "$suite" ] || git clone --depth 1 https://gitlab.com/openid/conformance-suite.git "$suite"
[ -d "$work/python" ] || python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet -r "$suite/scripts/requirements.txt"

export COUNTERSIGN_SUITE="$here"
compose() { docker compose -f "$suite/docker-compose-prebuilt.yml" -f "$here/compose.yaml" "$@"; }

# The suite's certificate is self-signed: only this process skips the check, to send logout tokens.
cd "$root"
NODE_TLS_REJECT_UNAUTHORIZED=0 node_modules/.bin/node --import ./scripts/fast-start.mjs --conditions=source \
  "$here/provider.ts" >"$results/countersign.log" 2>&1 &
countersign=$!
trap 'kill "$countersign" 2>/dev/null || true; compose down' EXIT INT TERM

compose up --detach
tries=0
until curl --silent --fail --insecure https://localhost.emobix.co.uk:8443/api/runner/available >/dev/null; do
  kill -0 "$countersign" || { cat "$results/countersign.log" >&2; exit 1; }
  tries=$((tries + 1))
  [ "$tries" -lt 150 ] || { echo "The suite did not start within 5 minutes: see docker logs" >&2; exit 1; }
  sleep 2
done

static='[server_metadata=discovery][client_registration=static_client]'
logout='[client_registration=static_client][response_type=code]'
"$work/python/bin/python" "$suite/scripts/run-test-plan.py" --no-parallel --verbose --export-dir "$results" \
  --expected-skips-file "$here/expected-skips.json" \
  "oidcc-config-certification-test-plan" "$here/basic.json" \
  "oidcc-basic-certification-test-plan$static" "$here/basic.json" \
  "oidcc-formpost-basic-certification-test-plan$static" "$here/basic.json" \
  "oidcc-rp-initiated-logout-certification-test-plan$logout" "$here/rp-initiated-logout.json" \
  "oidcc-backchannel-rp-initiated-logout-certification-test-plan$logout" "$here/backchannel-logout.json"
