#!/bin/sh
# Builds the demonstration's speech model from nothing, or goes on where it stopped.
# Usage: packaging/demo_model/build.sh [--steps N --fall M]     (make demo-model ARGS="…")
# Everything lies under SHILU_DEMO_MODEL (default ~/.cache/shilu/demo-model); only `ship` touches
# the checkout: packaging/demo_model/build.sh ship copies the built model to resources/models/demo.
set -eu
cd "$(dirname "$0")/../.."
folder=${SHILU_DEMO_MODEL:-$HOME/.cache/shilu/demo-model}
lock=packaging/demo_model/training.lock
shipped=resources/models/demo

if [ "${1:-}" = ship ]; then
  [ -f "$folder/demo/shilu-model.json" ] || { echo "Nothing is built yet: run make demo-model first." >&2; exit 2; }
  for name in config.json model.bin preprocessor_config.json tokenizer.json vocabulary.json MODEL_CARD.md shilu-model.json; do
    cp "$folder/demo/$name" "$shipped/$name"
  done
  echo "Copied to $shipped; run make test and make demo before committing it."
  exit 0
fi

command -v espeak-ng >/dev/null || { echo "eSpeak NG 1.51 makes the voices: apt-get install espeak-ng" >&2; exit 2; }
python=$folder/venv/bin/python
stamp=$folder/venv/locked-$(sha256sum "$lock" | cut -c1-16)
if [ ! -f "$stamp" ]; then
  echo "Setting the training's own environment up in $folder/venv"
  python3.11 -m venv "$folder/venv"
  # torch is the build for processors only (2.13.0+cpu): pip must know where PyTorch offers it.
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  touch "$stamp"
fi
# One thread a process: two busy threads waiting for each other are slower than one.
export PYTHONPATH="packaging:." OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
nice -n 19 "$python" -m demo_model.synthesis "$folder/corpus" "$@"
nice -n 19 "$python" -m demo_model.training "$folder" "$@"
nice -n 19 "$python" -m demo_model.export "$folder" "$@"
.venv/bin/python -m demo_model.evaluation "$folder/demo" "$folder/corpus" --json "$folder/figures.json"
.venv/bin/python -m demo_model.card "$folder"
echo "Built in $folder/demo; packaging/demo_model/build.sh ship puts it in its place."
