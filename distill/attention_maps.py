"""Attention maps and value relations, of tokens and of words, and how a student's are compared with a teacher's.

B batch, n tokens of the teacher, N words, H heads (Ht the teacher's, Hs the student's), d width of a head, I = H * d.
`taught` (B, N) bool: words that the teacher read; padding and words outside its window are not. Only their rows and
columns are compared, so no map spends any of its mass elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import torch
from torch import Tensor
from torch.nn.functional import normalize

Rest = ParamSpec("Rest")

HIDDEN = -1e4
"""Added to the score of what may not be looked at; finite in every precision."""
LEAST = 1e-8
"""Below this a share of attention counts as none."""


def exact(compare: Callable[Concatenate[Tensor, Rest], Tensor]) -> Callable[Concatenate[Tensor, Rest], Tensor]:
    """`compare` in float32 whatever the stage's precision: words differ by little of what T5's states hold."""

    @wraps(compare)
    def compared(first: Tensor, *args: Rest.args, **kwargs: Rest.kwargs) -> Tensor:
        with torch.autocast(first.device.type, enabled=False):
            return compare(first, *args, **kwargs)

    return compared


def token_map(word_of: Tensor, words: int) -> Tensor:
    """(B, n) the word of each token, -1 for padding -> (B, N, n) float: 1 where the token is the word's."""
    return (word_of[:, None, :] == torch.arange(words, device=word_of.device)[:, None]).float()


@exact
def word_means(tokens: Tensor, belongs: Tensor) -> Tensor:
    """(B, n, D) of tokens, (B, N, n) -> (B, N, D): the mean over each word's tokens, 0 for a word without any."""
    return _shares(belongs) @ tokens.float()


@exact
def word_maps(maps: Tensor, belongs: Tensor) -> Tensor:
    """(B, H, n, n) of tokens, (B, N, n) -> (B, H, N, N) of words: summed over a word's keys, the mean of its queries.

    So rows stay distributions. A word without tokens has rows and columns of zeros.
    """
    keys = maps.float() @ belongs[:, None].transpose(-1, -2)  # (B, H, n, N)
    return _shares(belongs)[:, None] @ keys


def _shares(belongs: Tensor) -> Tensor:
    return belongs / belongs.sum(-1, keepdim=True).clamp(min=1)


def only(taught: Tensor) -> Tensor:
    """(B, N) bool -> (B, 1, 1, N): what to add to scores so that no other key is looked at."""
    return (~taught).float()[:, None, None, :] * HIDDEN


def head_weights(teacher: Tensor, student: Tensor, taught: Tensor, temperature: float = 1.0) -> Tensor:
    """(B, Ht, N, N), (B, Hs, N, N) -> (B, Ht, Hs): softmax over student heads of the cosine similarity of whole maps.

    Cosines of maps lie between 0 and 1, so that at a temperature of 1 the weights are nearly equal.
    """
    asked = taught[:, None, :, None] & taught[:, None, None, :]
    vectors = (maps.float().masked_fill(~asked, 0).flatten(2) for maps in (teacher, student))
    of_teacher, of_student = (normalize(vector, dim=-1) for vector in vectors)
    return (of_teacher @ of_student.transpose(-1, -2) / temperature).softmax(-1)


@exact
def amad_loss(teacher: Tensor, student: Tensor, taught: Tensor, temperature: float = 1.0) -> Tensor:
    """Attention map alignment distillation (Zhao et al., No Head Left Behind, AAAI 2024), for any numbers of heads.

    (B, Ht, N, N), (B, Hs, N, N), (B, N): each teacher head is matched to the mix of student heads that `head_weights`
    gives, by the divergence from its rows to the mix's. `temperature` 1 is the published form; it asks that the mean of
    the student's heads look like every teacher head, and a lower one lets each student head take after some of them.
    """
    weights = head_weights(teacher, student, taught, temperature)
    mixed = torch.einsum("bts,bsij->btij", weights, student.float())
    return _row_divergence(teacher, mixed, taught)


def value_relations(values: Tensor, heads: int, taught: Tensor) -> Tensor:
    """(B, N, I) values of words -> (B, R, N, N): softmax of their scaled dot products in each of R = `heads` parts."""
    B, N, width = values.shape
    parts = values.float().view(B, N, heads, width // heads).transpose(1, 2)  # (B, R, N, d)
    scores = parts @ parts.transpose(-1, -2) * (width // heads) ** -0.5
    return (scores + only(taught)).softmax(-1)


@exact
def value_relation_loss(teacher: Tensor, student: Tensor, heads: int, taught: Tensor) -> Tensor:
    """MiniLMv2's value relations (Wang et al., ACL Findings 2021): (B, N, I) of either, I divisible by `heads`."""
    wanted, found = (value_relations(values, heads, taught) for values in (teacher, student))
    return _row_divergence(wanted, found, taught)


def _row_divergence(wanted: Tensor, found: Tensor, taught: Tensor) -> Tensor:
    """KL(wanted || found) of rows (B, H, N, N), the mean over heads and taught words."""
    wanted, found = wanted.float().clamp(min=LEAST), found.float().clamp(min=LEAST)
    rows = (wanted * (wanted.log() - found.log())).masked_fill(~taught[:, None, None, :], 0).sum(-1)  # (B, H, N)
    return (rows.mean(1) * taught).sum() / taught.sum().clamp(min=1)
