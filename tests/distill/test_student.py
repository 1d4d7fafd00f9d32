import math

import pytest
import torch

from docengine.distill.export import example_inputs
from docengine.distill.student import INPUTS, RelativeBias, Student, StudentConfig, count_parameters, flops_per_page
from docengine.errors import UsageError

SMALL = StudentConfig(vocab=300, width=32, layers=2, heads=2, feed_forward=48, piece_width=8, line_width=8, dropout=0.0)


@pytest.fixture
def student():
    torch.manual_seed(0)
    model = Student(SMALL).eval()
    for weights in model.bias.weights.values():
        torch.nn.init.normal_(weights)
    return model.requires_grad_(False)


def inputs(words, batch=1, seed=0):
    return {name: torch.from_numpy(array) for name, array in example_inputs(words, batch, seed).items()}


def run(student, given):
    with torch.no_grad():
        return student(*(given[name] for name in INPUTS))


def test_outputs_have_the_shapes_the_docstring_claims(student):
    tags, lines, kinds, languages = run(student, inputs(9, 3))
    assert tags.shape == (3, 9, SMALL.tags)
    assert lines.shape == (3, 9, 9, 3)
    assert kinds.shape == (3, SMALL.kinds)
    assert languages.shape == (3, SMALL.languages)


def test_padding_changes_nothing(student):
    given = inputs(11)
    padded = {name: torch.cat([t, t[:, :5] * (name != "attention_mask")], 1) for name, t in given.items()}
    for whole, cut in zip(run(student, given), run(student, padded), strict=True):
        kept = cut[:, :11, :11] if cut.dim() == 4 else cut[:, :11] if cut.dim() == 3 else cut
        torch.testing.assert_close(kept, whole, rtol=1e-4, atol=1e-5)


def test_every_input_matters(student):
    given = inputs(12)
    tags = run(student, given)[0]
    for name in ("pieces", "shapes", "boxes", "rows"):
        other = inputs(12, seed=1)[name] if name != "rows" else given["rows"] * 2
        assert not torch.allclose(run(student, {**given, name: other})[0], tags, atol=1e-3), name


def test_bias_is_the_sum_of_three_looked_up_distances(student):
    """Against four plain loops, with T5's buckets computed one by one."""
    given = inputs(14)
    bias = student.bias(given["boxes"], given["rows"])[0].detach()
    positions = {"order": list(range(14)), "rows": given["rows"][0].tolist(), "x": given["boxes"][0, :, 0].tolist()}
    for h in range(SMALL.heads):
        for i in range(14):
            for j in range(14):
                wanted = sum(
                    student.bias.weights[name][slow_bucket(name, at[j] - at[i]), h] for name, at in positions.items()
                )
                assert bias[h, i, j].item() == pytest.approx(float(wanted), abs=1e-5)


def slow_bucket(name, distance):
    reach, exact, unit = (getattr(RelativeBias, kind)[name] for kind in ("REACH", "EXACT", "UNIT"))
    half = SMALL.buckets // 2
    steps = abs(distance) // unit
    if steps >= exact:
        share = math.log(steps / exact) / math.log(reach / unit / exact)
        steps = min(exact + int(share * (half - exact) + 1e-6), half - 1)
    return steps + (half if distance > 0 else 0)


def test_every_parameter_gets_a_gradient():
    student = Student(SMALL)
    sum(output.square().sum() for output in student(*inputs(10, 2).values())).backward()
    without = [name for name, p in student.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


def test_parameters_and_flops_are_what_the_readme_says():
    counts = count_parameters(StudentConfig())
    assert 5e6 < counts["without_embeddings"] < 5.5e6
    assert counts["total"] < 7e6
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        run(Student(SMALL), inputs(64))
    assert flops_per_page(SMALL, 64) == pytest.approx(counter.get_total_flops(), rel=0.05)


def test_contradictory_sizes_are_refused():
    with pytest.raises(UsageError, match="100 is not divisible by its 3 heads"):
        StudentConfig(width=100, heads=3)
