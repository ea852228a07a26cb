"""A small Whisper: same architecture and weight names, compact vocabulary, two extra heads.

- Only speech is computed. A window is mostly zero padding, whose places differ by position alone:
  a few of them are drawn and each stands for many (its attention is raised by the log of how
  many). So training costs what the speech costs, and the model still meets whole windows.
- The extra heads name the sound and the token of each frame; they exist for training only.
- Some heads of the last decoder layer are shown where each token was said. The word times are
  read from those heads.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from demo_model import features

POSITIONS = 1500  # 20 ms each in the longest window
LONGEST_TEXT = 448


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes; the defaults are the shipped model's."""

    width: int = 160
    heads: int = 5
    encoder_layers: int = 3
    decoder_layers: int = 2
    vocabulary: int = 0
    texts: int = 0
    sounds: int = 0
    shown_heads: int = 2  # heads of the last decoder layer that learn where a token was said

    def told(self) -> dict[str, int]:
        """As a dictionary, for the checkpoint."""
        return asdict(self)


class Attention(nn.Module):
    """Multi-head attention with Whisper's names; the key has no bias."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, width = shape.heads, shape.width
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def parts(self, x: Tensor, over: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Query of `x`, key and value of `over` (of `x` itself when None)."""
        q, k, v = self.q_proj, self.k_proj, self.v_proj
        no_bias = torch.zeros_like(v.bias)
        if over is None:
            weight = torch.cat((q.weight, k.weight, v.weight))
            joined = functional.linear(x, weight, torch.cat((q.bias, no_bias, v.bias)))
            a, b, c = joined.chunk(3, dim=-1)
        else:
            a = q(x)
            joined = functional.linear(
                over, torch.cat((k.weight, v.weight)), torch.cat((no_bias, v.bias))
            )
            b, c = joined.chunk(2, dim=-1)
        return self._split(a), self._split(b), self._split(c)

    def forward(
        self,
        x: Tensor,
        over: Tensor | None = None,
        raised: Tensor | None = None,
        *,
        causal: bool = False,
        show: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Attend; with `show` the attention itself too (batch, heads, tokens, places)."""
        q, k, v = self.parts(x, over)
        if show:
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
            seen = (scores if raised is None else scores + raised).softmax(-1)
            mixed = seen @ v
        else:
            seen = None
            mixed = functional.scaled_dot_product_attention(
                q, k, v, attn_mask=raised, is_causal=causal
            )
        return self.out_proj(mixed.transpose(1, 2).reshape(x.shape)), seen


class Layer(nn.Module):
    """One layer of the encoder or the decoder."""

    def __init__(self, shape: Shape, *, decoder: bool) -> None:
        super().__init__()
        width = shape.width
        self.decoder = decoder
        self.self_attn = Attention(shape)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        if decoder:
            self.encoder_attn = Attention(shape)
            self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(
        self, x: Tensor, raised: Tensor | None, heard: Tensor | None = None, *, show: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """`raised`: what is added to the attention to the encoder's places."""
        told = self.self_attn_layer_norm(x)
        seen = None
        if self.decoder:
            x = x + self.self_attn(told, causal=True)[0]
            told, seen = self.encoder_attn(
                self.encoder_attn_layer_norm(x), heard, raised, show=show
            )
            x = x + told
        else:
            x = x + self.self_attn(told, raised=raised)[0]
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x)))), seen


def sinusoids(width: int) -> Tensor:
    """Whisper's positions, places x width."""
    step = math.log(10_000) / (width // 2 - 1)
    angle = torch.arange(POSITIONS)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat((angle.sin(), angle.cos()), 1)


class Encoder(nn.Module):
    """Sound to places of 20 ms."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.conv1 = nn.Conv1d(features.BANDS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(width), persistent=False)
        self.layers = nn.ModuleList(
            Layer(shape, decoder=False) for _ in range(shape.encoder_layers)
        )
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, frames: Tensor, padding: Tensor) -> Tensor:
        """`frames`: batch x 80 x 2n, n places; `padding`: the drawn places after those n."""
        places = frames.shape[-1] // 2
        x = functional.pad(frames, (0, 8)) if len(padding) else frames
        x = functional.gelu(self.conv2(functional.gelu(self.conv1(x)))).transpose(1, 2)
        if len(padding):
            empty = x[:, places + 2 : places + 3].expand(-1, len(padding), -1)
            x = torch.cat((x[:, :places], empty), 1)
        where = torch.cat((torch.arange(places), padding))
        return x + self.positions[where]


class Decoder(nn.Module):
    """Places to tokens."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.embed_positions = nn.Embedding(LONGEST_TEXT, shape.width)
        self.layers = nn.ModuleList(Layer(shape, decoder=True) for _ in range(shape.decoder_layers))
        self.layer_norm = nn.LayerNorm(shape.width)
        nn.init.normal_(self.embed_tokens.weight, std=0.05)
        nn.init.normal_(self.embed_positions.weight, std=0.02)


class Whisper(nn.Module):
    """The model in training."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.sound_head = nn.Linear(shape.width, shape.sounds)
        self.token_head = nn.Linear(shape.width, shape.texts + 1)

    def hear(self, frames: Tensor, padding: Tensor, each: float) -> tuple[Tensor, Tensor]:
        """Encoder states and what is added to attention; a drawn place stands for `each` many."""
        places = frames.shape[-1] // 2
        raised = torch.zeros(1, 1, 1, places + len(padding))
        raised[..., places:] = math.log(each)
        x = self.encoder(frames, padding)
        for layer in self.encoder.layers:
            x, _ = layer(x, raised)
        return self.encoder.layer_norm(x), raised

    def states(self, tokens: Tensor, heard: Tensor, raised: Tensor) -> tuple[Tensor, Tensor]:
        """Last decoder states (batch x tokens x width) and the last layer's attention."""
        x = (
            self.decoder.embed_tokens(tokens)
            + self.decoder.embed_positions.weight[: tokens.shape[1]]
        )
        seen = None
        for place, layer in enumerate(self.decoder.layers):
            last = place == len(self.decoder.layers) - 1
            x, seen = layer(x, raised, heard, show=last)
        assert seen is not None
        return self.decoder.layer_norm(x), seen

    def scores(self, states: Tensor) -> Tensor:
        """Logits of the compact vocabulary; the embedding is shared, as Whisper's."""
        return states @ self.decoder.embed_tokens.weight.t()
