"""The first page of a contract: who agrees with whom, from when to when, and clauses in running text."""

from __future__ import annotations

from collections.abc import Callable

from docengine.corpus.generator import people
from docengine.corpus.generator.adornments import adorn
from docengine.corpus.generator.body import put_small_print
from docengine.corpus.generator.heading import title_line
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.metadata import own_number
from docengine.corpus.generator.sentences import filled
from docengine.corpus.generator.sheet import Line, Sheet, tokens
from docengine.corpus.generator.writer import Writer

NUMBERINGS: tuple[Callable[[int], str], ...] = (
    lambda n: f"{n}.", lambda n: f"{n}.", lambda n: f"§ {n}", lambda n: f"Art. {n}", lambda n: f"{n})",
    lambda n: ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[min(n, 12) - 1] + ".",
)  # fmt: skip


def write_contract(writer: Writer) -> list[Sheet]:
    """One page, which ends where the paper does or before."""
    letter = Letter(writer)
    rng = letter.rng
    letter.left, letter.right = rng.uniform(45, 85), letter.paper[0] - rng.uniform(45, 85)
    letter.size = min(max(letter.size, 7.5), 10.0)
    if letter.face == "mono" or rng.random() < 0.7:
        letter.face = letter.sheet.face = "serif"
    letter.leading = min(letter.leading, 1.35)
    if rng.random() < 0.7:
        letter.set_footer([])
    if rng.random() < 0.2:
        letter.bottom *= rng.uniform(0.5, 0.9)
    _heading(letter)
    _parties(letter)
    _clauses(letter)
    put_small_print(letter)
    adorn(letter)
    return letter.sheets


def _heading(letter: Letter) -> None:
    """Title in the middle, mostly with a number, now and then below the firm's name."""
    writer, rng = letter.writer, letter.rng
    whole = Slot(letter.left, letter.y, letter.width, rng.choice("cccl"))
    if rng.random() < 0.25:
        name = writer.text(writer.record.seller.name, "seller_name")
        whole = whole.at(letter.block([name], whole._replace(align=rng.choice("lcr")), bold_first=True) + letter.step)
    size = letter.size * rng.choice((1.0, 1.2, 1.4, 1.8))
    y = letter.block([title_line(letter)], whole, size=size, bold_first=rng.random() < 0.85)
    if rng.random() < 0.5:
        label, number = own_number(writer)
        line = [*tokens(label), *number]
        y = letter.block([line], whole.at(y + 2)._replace(align=rng.choice((whole.align, "r"))))
    letter.y = y + letter.step * rng.choice((1.0, 1.5, 2.0))


def _parties(letter: Letter) -> None:
    """In a sentence, or in two blocks."""
    writer, rng = letter.writer, letter.rng
    style = rng.random()
    if style < 0.7:
        _paragraph(letter, filled(writer, rng.choice(writer.language.text["contract_opening"])))
        return
    if style < 0.85:
        letter.y = people.party_table(letter, Slot(letter.left, letter.y, letter.width)) + letter.step
        return
    record, half = writer.record, letter.width / 2
    low = letter.y
    for i, (key, party, who) in enumerate((("provider", record.seller, "seller"), ("client", record.buyer, "buyer"))):
        lines = [
            tokens(writer.label(key)),
            writer.text(party.name, f"{who}_name"),
            *writer.address(party, f"{who}_address"),
        ]
        lines += [tokens(party.person)] if party.company and rng.random() < 0.5 else []
        slot = Slot(letter.left + i * half, letter.y, half - 12)
        low = max(low, letter.block(lines, slot, bold_first=True))
    letter.y = low + letter.step * 1.5


def _clauses(letter: Letter) -> None:
    """Numbered clauses, their headings above them or run in, as many as the page holds."""
    writer, rng = letter.writer, letter.rng
    text = writer.language.text
    heads, prose = list(text["clause_heads"]), [form for form in text["prose"] if "{" not in form]
    rng.shuffle(heads)
    rng.shuffle(prose)
    if rng.random() < 0.4 and "{" in text["prose"][0]:
        _paragraph(letter, filled(writer, text["prose"][0]))
    mark = rng.choice(NUMBERINGS[:2] + NUMBERINGS[3:] if writer.language.code == "en" else NUMBERINGS)
    run_in, inner, longest = rng.random() < 0.5, rng.random() < 0.35, rng.choice((2, 3, 4))
    term_at, wordy = rng.randrange(0, 4), rng.choice((0.3, 0.7, 0.9))
    for number, head in enumerate(heads, 1):
        if letter.y + letter.step * 3 > letter.bottom:
            return
        body = tokens(f"{number}.1") if inner and not run_in else []
        if number - 1 == term_at:
            body = [*body, *filled(writer, rng.choice(text["contract_term"]))]
        for _ in range(rng.randrange(1, longest + 1)):
            body = [*body, *(tokens(prose.pop()) if prose and rng.random() < wordy else _sentence(writer))]
        line = [*tokens(mark(number)), *tokens(head)]
        upper = writer.once("clauses in capitals", 0.2)
        line = [token._replace(text=token.text.upper()) for token in line] if upper else line
        if run_in:
            body = [*line[:-1], line[-1]._replace(text=line[-1].text + "."), *body]
        else:
            _paragraph(letter, line, bold=writer.once("bold clauses", 0.75), air=0.2)
        if not _paragraph(letter, body):
            return


def _sentence(writer: Writer) -> Line:
    """One of the language's own, or one put together of three parts."""
    rng, text = writer.rng, writer.language.text
    if rng.random() < 0.35:
        return tokens(rng.choice(text["clauses"]))
    parts = (rng.choice(text[key]) for key in ("clause_begin", "clause_middle", "clause_end"))
    return tokens(" ".join(parts).replace(" ,", ","))


def _paragraph(letter: Letter, line: Line, *, bold: bool = False, air: float = 0.6) -> bool:
    """Writes the lines of it that the page has room for; False when it had not for all."""
    align = "j" if not bold and letter.writer.once("justified", 0.45) else "l"
    indent = letter.size * 3 if not bold and letter.writer.once("first lines indented", 0.3) else 0.0
    sheet, size = letter.sheet, letter.size
    parts = sheet.wrap(line, size, letter.width - indent, bold)[:1]
    parts += sheet.wrap(line[len(parts[0]) :], size, letter.width, bold)
    for number, part in enumerate(parts):
        if letter.y + letter.step > letter.bottom:
            return False
        x = letter.left + (indent if number == 0 else 0.0)
        how = align if number + 1 < len(parts) else "l"
        sheet.put(x, letter.y, part, size, bold=bold, align=how, room=letter.right - x)
        letter.y += letter.step
    letter.y += letter.step * air
    return True
