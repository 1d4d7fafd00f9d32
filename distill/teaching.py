"""The teacher's stages of a recipe: pretrain, adapt to the domain, fine-tune; each goes on where it was."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from accelerate.utils import set_seed
from transformers.utils.logging import disable_progress_bar

from docengine.distill.card import teacher_card
from docengine.distill.recipe import Recipe
from docengine.distill.sources import LabelledData
from docengine.errors import CheckpointError
from docengine.teacher.feed import Tally
from docengine.teacher.finetuning import FinetuningPages, FinetuningTask, retagged
from docengine.teacher.mixing import page_mix
from docengine.teacher.model import DocFormerV2
from docengine.teacher.objectives import Corruption, ObjectiveWeights
from docengine.teacher.pretraining import PretrainingPages, PretrainingPlan, PretrainingTask
from docengine.teacher.recipes import OBJECTIVES, FinetuneRecipe, PretrainRecipe, TeacherRecipe
from docengine.teacher.stages import Place
from docengine.teacher.tokenizer import Vocabulary, load_tokenizer, page_texts, text_sample, train_tokenizer
from docengine.teacher.tokens import PageReader
from docengine.teacher.training import processes, train

FINISHED = "teacher"
"""Folder of the teacher after its last stage, within the run's."""
PRETRAINED = "teacher-pretrained"
"""Folder of the teacher as [finetune] found it; a student may learn from either."""
CHARACTERS = 2_000_000
"""Of each of the recipe's texts that the tokenizer is trained on."""
VALIDATION_PAGES = 48
"""Of each source of a pretraining stage."""


def teach(recipe: Recipe, data: LabelledData, folder: Path) -> Path:
    """Run the teacher's stages; its weights and tokenizer lie in `folder/teacher` in the end, which is returned.

    Where both kinds of stage have run, `folder/teacher-pretrained` holds it as it was before fine-tuning.
    """
    assert recipe.teacher  # stages without one are no recipe
    with processes().main_process_first():  # the others find the file that it writes
        vocabulary = _vocabulary(recipe, recipe.teacher, folder)
    teaching = _Teaching(recipe, data, folder, vocabulary)
    set_seed(recipe.seed)
    model = _untaught(recipe.teacher, vocabulary)
    stages = [stage for stage in (recipe.pretrain, recipe.adapt, recipe.finetune) if stage]
    begun = [number for number, stage in enumerate(stages) if teaching.place(stage).checkpoint.exists()]
    for stage in stages[max(begun, default=0) :]:  # a stage is over once a later one has begun
        set_seed(recipe.seed)
        if isinstance(stage, FinetuneRecipe):
            teaching.finetune(model, stage)
        else:
            teaching.pretrain(model, stage)
            if recipe.finetune and stage is stages[-2] and processes().is_main_process:
                _save(model.cpu(), vocabulary, folder / PRETRAINED)
    if processes().is_main_process:
        _save(model.cpu(), vocabulary, folder / FINISHED)
        card = teacher_card(recipe, model.num_parameters(), folder)
        (folder / FINISHED / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    return folder / FINISHED


def _save(model: DocFormerV2, vocabulary: Vocabulary, folder: Path) -> None:
    disable_progress_bar()  # of transformers: a bar for a second of writing
    try:
        model.save_pretrained(folder)
        vocabulary.tokenizer.save(str(folder / "tokenizer.json"))
    except Exception as error:  # safetensors and tokenizers raise their own kinds
        raise CheckpointError(
            f"cannot write {folder}: {' '.join(str(error).split())}; free space and run again"
        ) from error


@dataclass(frozen=True, slots=True)
class _Teaching:
    """What the stages share."""

    recipe: Recipe
    data: LabelledData
    folder: Path
    vocabulary: Vocabulary

    def place(self, stage: PretrainRecipe | FinetuneRecipe) -> Place:
        return Place(stage.STAGE, self.folder / stage.STAGE)

    def pretrain(self, model: DocFormerV2, stage: PretrainRecipe) -> None:
        """[pretrain] or [adapt]."""
        tally, reader = Tally(), PageReader(self.vocabulary, model.config)
        weights = ObjectiveWeights(**{**dict.fromkeys(OBJECTIVES, 0.0), **stage.objectives})
        plan = PretrainingPlan(weights, Corruption(**stage.corruption), stage.pairs)
        mix = page_mix(stage, Path(self.recipe.data.root), tally)
        pages = PretrainingPages(mix.sources, reader, plan, stage.words, self.recipe.seed, stage.views)
        kept = {
            name: PretrainingPages(((1.0, source),), reader, plan, stage.words, 0).pool(-1, VALIDATION_PAGES)
            for name, source in mix.held_back.items()
        }
        task = PretrainingTask(model, weights, kept)
        model.prepare_for_training(stage.dropout)
        train(task, pages, stage, self.place(stage), self.recipe.data.workers, tally)

    def finetune(self, model: DocFormerV2, stage: FinetuneRecipe) -> None:
        """[finetune], and what the teacher then reads of each field of the pages held back, as `report.json`."""
        tally, reader, schema = Tally(), PageReader(self.vocabulary, model.config), stage.schema
        sources, kept = self.data.sources(tally, stage.own), self.data.held_back(stage.own)
        pages = FinetuningPages(sources, reader, schema, stage.words, self.recipe.seed)
        task = FinetuningTask(retagged(model, schema), schema, reader, kept, stage.line_weight, stage.words)
        model.prepare_for_training(stage.dropout)
        place = self.place(stage)
        train(task, pages, stage, place, self.recipe.data.workers, tally)
        if processes().is_main_process:
            reports = {name: task.read_and_score(some)[0].to_dict() for name, some in kept.items()}
            (place.folder / "report.json").write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")


def _untaught(teacher: TeacherRecipe, vocabulary: Vocabulary) -> DocFormerV2:
    if teacher.t5:
        return DocFormerV2.from_t5(teacher.t5)
    return DocFormerV2(teacher.config(-(-vocabulary.size // 64) * 64))  # a size that matrix units take well


def _vocabulary(recipe: Recipe, teacher: TeacherRecipe, folder: Path) -> Vocabulary:
    """The T5's, or that of an earlier call, or one trained on the first stage's pages and the recipe's texts."""
    if teacher.t5:
        return load_tokenizer(teacher.t5)
    path = folder / "teacher.tokenizer.json"
    if not path.exists():
        print("training the teacher's tokenizer", file=sys.stderr)
        tokenizer = train_tokenizer(_texts(recipe, teacher), teacher.vocab)
        try:
            tokenizer.save(str(path))
        except Exception as error:  # tokenizers raises plain Exception
            path.unlink(missing_ok=True)
            raise CheckpointError(f"cannot write {path}: {error}; free space and run again") from error
    return load_tokenizer(path)


def _texts(recipe: Recipe, teacher: TeacherRecipe) -> Iterator[str]:
    root = Path(recipe.data.root)
    stage = recipe.pretrain or recipe.adapt or PretrainRecipe()
    pages = page_texts(page_mix(stage, root, Tally()).sources, teacher.tokenizer_pages, recipe.seed)
    return chain(pages, *(text_sample(root / text, CHARACTERS) for text in recipe.data.texts))
