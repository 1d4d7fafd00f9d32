"""One page in two encodings, what a teacher says about it, and what a student takes from a teacher's weights."""

import pytest
import torch

from docengine import Box, Page, Word
from docengine.distill.attention_maps import token_map
from docengine.distill.data import Mix
from docengine.distill.distilling import DistilledStudent, DistillingTask
from docengine.distill.frozen_teacher import FrozenTeacher
from docengine.distill.initialising import take_layers
from docengine.distill.pairs import PairedMix, Unlabelled, collate_pairs
from docengine.distill.student import Student, StudentConfig
from docengine.distill.teacher_losses import TeacherLosses, uniform_layers
from docengine.distill.teacher_targets import LOSSES, TeacherTargets
from docengine.distill.tokenizer import train_tokenizer as train_students
from docengine.engine.preprocess import Preprocessor
from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher import DocFormerV2, DocFormerV2Config
from docengine.teacher.tokenizer import train_tokenizer, vocabulary_of

TEXT = "total change cash invoice number street amount quantity description tax 0123456789.,- " * 3
SIZES = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 3, "num_heads": 4, "num_decoder_layers": 1}
CONFIG = StudentConfig(vocab=300, width=32, layers=2, heads=2, feed_forward=48, piece_width=8, line_width=8)
TOKENS, WORDS = 40, 24
WANTED = set(LOSSES.values())


def drawn(rng):
    """A page of ten to forty words, most of several tokens."""
    texts = [rng.choice(("total", "invoice", f"{rng.randrange(9999)}.50")) for _ in range(rng.randint(10, 40))]
    words = [
        Word(text, Box(60 * (i % 4), 20 * (i // 4), 60 * (i % 4) + 50, 20 * (i // 4) + 12))
        for i, text in enumerate(texts)
    ]
    return Page(words=words, width=300, height=300)


@pytest.fixture(scope="module")
def teacher():
    vocabulary = vocabulary_of(train_tokenizer([TEXT], 1216))
    torch.manual_seed(0)
    model = DocFormerV2(DocFormerV2Config(vocab_size=1216, text_tokens=TOKENS, **SIZES))
    return FrozenTeacher(model, vocabulary, DEFAULT_SCHEMA)


@pytest.fixture(scope="module")
def mix():
    preprocessor = Preprocessor(train_students(iter([TEXT]), 300))
    return Mix(((1.0, Unlabelled(drawn)),), preprocessor, DEFAULT_SCHEMA, WORDS, 200, 5)


@pytest.fixture(scope="module")
def paired(mix, teacher):
    return PairedMix(mix, teacher.reader)


def test_every_token_belongs_to_the_word_that_it_was_made_of(paired, teacher):
    pairs = [paired.pair(number) for number in range(20)]
    batch = collate_pairs(pairs)
    for b, pair in enumerate(pairs):
        words = pair.student.page.words
        assert len(words) <= WORDS and len(pair.teacher) <= TOKENS
        for at in range(pair.start, pair.start + len(pair.teacher.words)):
            own = batch["teacher_word_of"][b] == at
            assert batch["teacher_input_ids"][b][own].tolist() == teacher.reader.vocabulary.encode(words[at].text)
            assert (batch["teacher_boxes"][b][own] == batch["boxes"][b, at]).all()
            assert batch["teacher_word_of"][b, batch["teacher_first"][b, at]] == at
    assert any(pair.start for pair in pairs) and any(len(pair.teacher.words) < len(pair) for pair in pairs)


def test_a_student_with_a_teacher_sees_the_pages_of_one_without(mix, paired):
    for number in range(6):
        alone, taught = mix.example(number), paired.pair(number).student
        assert (alone.page.pieces == taught.page.pieces).all() and (alone.page.boxes == taught.page.boxes).all()


def test_what_the_teacher_says_of_a_page_does_not_depend_on_its_neighbours(paired, teacher):
    pairs = sorted((paired.pair(number) for number in range(4)), key=len)
    together = teacher.outputs(collate_pairs(pairs), WANTED, [2, 3])
    alone = teacher.outputs(collate_pairs(pairs[:1]), WANTED, [2, 3])
    N = alone.taught.shape[1]
    assert (together.taught[0, :N] == alone.taught[0]).all() and not together.taught[0, N:].any()
    real = alone.taught[0]
    for name in ("tags", "grid", "values"):
        torch.testing.assert_close(together.parts[name][0, :N][real], alone.parts[name][0][real], atol=1e-5, rtol=1e-4)
    for more, less in zip(together.states, alone.states, strict=True):
        torch.testing.assert_close(more[0, :N][real], less[0][real], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(together.parts["map"][0, :, :N, :N], alone.parts["map"][0], atol=1e-5, rtol=1e-4)
    rows = alone.parts["map"][0].sum(-1)
    torch.testing.assert_close(rows, real.float().expand_as(rows))


def test_the_map_is_that_of_the_models_own_last_layer(paired, teacher):
    batch = collate_pairs([paired.pair(0)])
    own = teacher.inputs(batch)
    found = teacher.outputs(batch, {"map"}).parts["map"][0]
    teacher.model.set_attn_implementation("eager")
    with torch.no_grad():
        encoded = teacher.model.encoder(own["input_ids"], own["boxes"], own["attention_mask"], output_attentions=True)
    maps, words = encoded.attentions[-1][0], own["word_of"][0].tolist()
    for i in set(words) - {-1}:  # the slow twin: plain loops
        for j in set(words) - {-1}:
            queries = [t for t, word in enumerate(words) if word == i]
            keys = [t for t, word in enumerate(words) if word == j]
            wanted = maps[:, queries][:, :, keys].sum(-1).mean(-1)
            torch.testing.assert_close(found[:, i, j], wanted, atol=1e-6, rtol=1e-4)


def test_each_loss_teaches_the_student_and_none_the_teacher(paired, teacher):
    before = {name: tensor.clone() for name, tensor in teacher.model.state_dict().items()}
    batch = paired.pool(0, 12)[0]
    for name in LOSSES:
        torch.manual_seed(1)
        teaching = TeacherLosses(teacher, TeacherTargets("finetuned", {name: 1.0}), CONFIG)
        task = DistillingTask(DistilledStudent(Student(CONFIG), teaching), teaching, {})
        optimizer = torch.optim.Adam(task.model.parameters(), lr=3e-3)
        losses = []
        for _ in range(12):
            parts = task.losses(batch)
            assert set(parts) == {"loss", f"taught_{name}"}
            losses.append(parts["loss"].item())
            optimizer.zero_grad()
            parts["loss"].backward()
            optimizer.step()
        assert losses[-1] < losses[0], name
        assert task.flops(batch) > 0
    assert not teacher.model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in teacher.model.state_dict().items())


def test_layers_are_spread_evenly():
    assert uniform_layers(6, 12) == [2, 4, 6, 8, 10, 12]
    assert uniform_layers(2, 3) == [2, 3] and uniform_layers(3, 2) == [1, 2, 2]


def test_a_student_of_the_teachers_width_starts_with_its_attention():
    torch.manual_seed(3)
    model = DocFormerV2(DocFormerV2Config(vocab_size=100, feed_forward_proj="gated-gelu", **SIZES)).eval()
    student = Student(StudentConfig(vocab=99, width=32, layers=3, heads=4, feed_forward=48, dropout=0.0))
    took = take_layers(student, model)
    assert len(took) == 3 * 6 and set(took) <= set(dict(student.named_parameters()))
    x = torch.randn(2, 5, 32)
    for layer, block in zip(student.layers, model.encoder.block, strict=True):
        zeros = torch.zeros(2, 4, 5, 5)
        wanted = block(x, None, zeros)[0]  # attention and feed-forward of a layer, without its position bias
        torch.testing.assert_close(layer(x, zeros), wanted, atol=2e-3, rtol=1e-2)  # T5's gelu is the approximate one


def test_of_a_teacher_with_plain_feed_forward_only_the_attention_is_taken():
    student = Student(CONFIG)
    before = student.layers[0].wi.weight.clone()
    took = take_layers(student, DocFormerV2(DocFormerV2Config(vocab_size=100, **SIZES)))
    assert not any("wi" in name or "wo" in name for name in took)
    assert torch.equal(student.layers[0].wi.weight, before)
    wider = DocFormerV2(DocFormerV2Config(vocab_size=100, **{**SIZES, "d_model": 48}))
    with pytest.raises(UsageError, match="the student is 32 wide, the teacher 48 with heads of 32 together"):
        take_layers(student, wider)


def test_the_map_of_tokens_leaves_padding_out():
    assert token_map(torch.tensor([[0, 1, -1]]), 2)[0].tolist() == [[1, 0, 0], [0, 1, 0]]
