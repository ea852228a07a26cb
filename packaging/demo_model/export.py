"""Turns a checkpoint into what the engine reads, CTranslate2 in 8 bit: `-m demo_model.export`.

- The engine's vocabulary has 51,865 entries and no bias, so every unused entry gets one and the
  same vector, fitted to score far below any used one.
- Word times are read from the heads that were shown where tokens were said.
- `run.json` beside the folder tells what was trained, for the card.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ctranslate2
import torch
from torch import Tensor
from transformers import (
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperTokenizerFast,
)

from demo_model import batches, sentences, tokens
from demo_model.batches import Corpus, Mixer
from demo_model.model import LONGEST_TEXT, POSITIONS, Shape, Whisper
from demo_model.plan import add_plan, kept_steps, plan_of

UNUSED_SCORE = -25.0
FITTED_ON = 12  # batches


def read(checkpoint: Path) -> tuple[Whisper, dict[str, Any]]:
    """The model of a checkpoint, and what else it holds."""
    told = torch.load(checkpoint, weights_only=True)
    model = Whisper(Shape(**told["shape"]))
    model.load_state_dict(told["model"])
    return model.eval(), told


@torch.no_grad()
def unused_row(model: Whisper, mixer: Mixer) -> Tensor:
    """The vector that scores about `UNUSED_SCORE` with every decoder state (least squares)."""
    found = []
    for step in range(FITTED_ON):
        batch = mixer.batch(step)
        heard, raised = model.hear(
            torch.from_numpy(batch.frames), torch.from_numpy(batch.padding), batch.each
        )
        states, _ = model.states(torch.from_numpy(batch.inputs), heard, raised)
        found.append(states[torch.from_numpy(batch.targets) != batches.IGNORED])
    states = torch.cat(found)
    width = states.shape[1]
    square = states.T @ states + 1e-4 * len(states) * torch.eye(width)
    return torch.linalg.solve(square, states.T @ torch.full((len(states),), UNUSED_SCORE))


def weights(model: Whisper, ids: list[int], unused: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Names and weights as the converter's source knows them."""
    embedding = unused.repeat(tokens.ENTRIES, 1)
    embedding[torch.tensor(ids)] = model.decoder.embed_tokens.weight.detach()
    yield "proj_out.weight", embedding
    yield "model.encoder.embed_positions.weight", model.encoder.positions
    for name, value in model.state_dict().items():
        if name == "decoder.embed_tokens.weight":
            yield f"model.{name}", embedding
        elif name.startswith(("encoder.", "decoder.")):
            yield f"model.{name}", value


def _config(shape: Shape) -> WhisperConfig:
    return WhisperConfig(
        vocab_size=tokens.ENTRIES,
        num_mel_bins=80,
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=4 * shape.width,
        decoder_ffn_dim=4 * shape.width,
        pad_token_id=tokens.END,
        bos_token_id=tokens.END,
        eos_token_id=tokens.END,
        decoder_start_token_id=tokens.START,
        max_source_positions=POSITIONS,
        max_target_positions=LONGEST_TEXT,
    )


def _generation(shape: Shape) -> dict[str, Any]:
    last = shape.decoder_layers - 1
    return {
        "alignment_heads": [[last, head] for head in range(shape.shown_heads)],
        "lang_to_id": {
            f"<|{name}|>": tokens.FIRST_LANGUAGE + place
            for place, name in enumerate(tokens.LANGUAGES)
        },
        "suppress_tokens": [],
        "begin_suppress_tokens": [],
        "decoder_start_token_id": tokens.START,
        "eos_token_id": tokens.END,
        "bos_token_id": tokens.END,
        "pad_token_id": tokens.END,
    }


def write(checkpoint: Path, corpus: Path, target: Path, texts: int) -> None:
    """Write the engine's files of a checkpoint to `target`.

    Raises:
        SystemExit: the checkpoint was trained on other texts.
    """
    model, told = read(checkpoint)
    texts_told = sentences.training(texts)
    if sentences.digest(texts_told) != told["digest"]:
        raise SystemExit("the checkpoint was trained on other texts")
    tokenizer = tokens.build(texts_told)
    compact = tokens.Compact(tokenizer, texts_told)
    sounds = batches.sound_names(corpus)
    mixer = Mixer(Corpus(corpus, compact, sounds, most=4000), 99, 0)
    whisper = WhisperForConditionalGeneration(_config(model.shape))
    made = dict(weights(model, told["ids"], unused_row(model, mixer)))
    whisper.load_state_dict(made)
    with tempfile.TemporaryDirectory() as half:
        whisper.save_pretrained(half)
        whole = tokens.without_gaps(tokenizer)
        end = "<|endoftext|>"
        WhisperTokenizerFast(
            tokenizer_object=whole, unk_token=end, bos_token=end, eos_token=end
        ).save_pretrained(half)
        whole.save(f"{half}/tokenizer.json")
        WhisperFeatureExtractor(feature_size=80).save_pretrained(half)
        generation = json.dumps(_generation(model.shape))
        Path(half, "generation_config.json").write_text(generation, encoding="utf-8")
        ctranslate2.converters.TransformersConverter(
            half, copy_files=["preprocessor_config.json"]
        ).convert(str(target), quantization="int8", force=True)
    tokens.write_for_engine(tokenizer, target / "tokenizer.json")
    facts = {name: told[name] for name in ("digest", "step", "windows", "spent_s")}
    facts |= {"texts": texts, "parameters": sum(p.numel() for p in model.parameters())}
    (target.parent / "run.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def main() -> None:
    """Export the newest checkpoint of a plan."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("folder", type=Path)
    add_plan(asked)
    given = asked.parse_args()
    plan = plan_of(given)
    steps = kept_steps(given.folder, plan)
    if not steps:
        raise SystemExit("nothing was trained yet")
    newest = plan.kept(given.folder, steps[-1]) / f"{steps[-1]:06d}-0.pt"
    print("step", steps[-1], "of", plan.steps)
    write(newest, given.folder / "corpus", given.folder / "demo", plan.texts)


if __name__ == "__main__":
    main()
