"""How a printed form looks: captioned boxes, ticks, cells for single characters, headings on bands, dotted leaders."""

from __future__ import annotations

from docengine.corpus.generator.heading import title_line
from docengine.corpus.generator.letter import Letter
from docengine.corpus.generator.metadata import own_number
from docengine.corpus.generator.sheet import Line, Token, tokens

Box = tuple[str, list[Line]]
"""A caption, and what stands below it."""


class Form:
    """How one form is drawn."""

    def __init__(self, letter: Letter) -> None:
        rng = letter.rng
        self.letter, self.writer, self.rng = letter, letter.writer, rng
        letter.left, letter.right = rng.uniform(24, 45), letter.paper[0] - rng.uniform(24, 45)
        letter.size = min(letter.size, 9.5)
        self.small = max(5.0, letter.size * rng.choice((0.6, 0.7, 0.8)))
        self.numbered = rng.random() < 0.4
        self.beside = rng.random() < 0.25
        """Values beside their captions rather than below."""
        self.frame = rng.choice(("box", "box", "box", "line"))
        self.count = 0
        self.by_hand = rng.random() < 0.3

    def head(self) -> None:
        """Who issues it, what it is, its number."""
        letter, writer, rng = self.letter, self.writer, self.rng
        label, number = own_number(writer)
        issuer = writer.tag("seller_name")._replace(certain=False)
        letter.y = letter.lines([tokens(writer.record.seller.name, issuer)], letter.left, letter.y, letter.width * 0.5)
        letter.sheet.put(
            letter.right,
            letter.y - letter.step,
            [*tokens(str(label)), *number],
            letter.size,
            align="r",
            room=letter.width * 0.45,
        )
        size = letter.size * rng.choice((1.3, 1.6, 2.0))
        align = rng.choice("lc")
        x = letter.left if align == "l" else letter.left + letter.width / 2
        letter.y = letter.lines(
            [title_line(letter)], x, letter.y + letter.step * 0.6, letter.width, size=size, bold_first=True, align=align
        )
        letter.y += letter.step * 0.6

    def section(self, text: str) -> None:
        """A heading on a dark, grey or hatched band."""
        letter, sheet = self.letter, self.letter.sheet
        style = self.writer.once("dark sections", 0.3)
        high = letter.step * 1.3
        if style:
            sheet.fill(letter.left, letter.y, letter.right, letter.y + high, 0.2)
        elif self.writer.once("hatched sections", 0.3):
            sheet.shapes.append(("hatch", letter.left, letter.y, letter.right, letter.y + high, 0.8))
        else:
            sheet.fill(letter.left, letter.y, letter.right, letter.y + high, 0.87)
        sheet.inverse = style
        sheet.put(
            letter.left + 4, letter.y + letter.step * 0.15, tokens(text), letter.size, bold=True, room=letter.width
        )
        sheet.inverse = False
        letter.y += high + 2

    def row(self, boxes: list[Box]) -> None:
        """Boxes side by side, as wide as their contents ask for and as high as the highest."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        needs = []
        for caption, lines in boxes:
            wide = max((min(sheet.measure(line, size), 170) for line in lines), default=0.0)
            needs.append(max(60.0, sheet.measure(tokens(caption), self.small), wide) + 14)
        widths = [need * letter.width / sum(needs) for need in needs]
        x, top, low = letter.left, letter.y, letter.y + self.small * 1.3 + letter.step + 4
        for (caption, lines), width in zip(boxes, widths, strict=True):
            low = max(low, self._fill(caption, lines, x, width))
            x += width
        x = letter.left
        for width in widths:
            if self.frame == "box":
                letter.box(x, top, x + width, low)
            else:
                sheet.rule(x, low, x + width - 6, low)
            x += width
        letter.y = low

    def _fill(self, caption: str, lines: list[Line], x: float, width: float) -> float:
        sheet, size = self.letter.sheet, self.letter.size
        self.count += 1
        line = [*([Token(f"{self.count}")] if self.numbered else []), *self.writer.words(caption)]
        end = sheet.put(x + 3, self.letter.y + 2, line, self.small, room=width - 6)
        y = self.letter.y + 2 + self.small * 1.3
        left = x + 6
        if self.beside and lines and end - x < width * 0.45:
            left, y = end + 6, self.letter.y + 2
        first = len(sheet.words)
        for value in lines:
            for part in sheet.wrap(value, size, x + width - left - 4):
                sheet.put(left, y, part, size, room=x + width - left - 4)
                y += self.letter.step
        if self.by_hand:
            sheet.hand += range(first, len(sheet.words))
        return y + 2

    def ticks(self, texts: list[str]) -> None:
        """Small squares with a word beside each, some ticked."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        x, y = letter.left + 4, letter.y + 3
        for text in texts:
            if x + size * 2 + sheet.measure(tokens(text), size) > letter.right:
                x, y = letter.left + 4, y + letter.step * 1.2
            sheet.shapes.append(("frame", x, y, x + size, y + size, 0.1))
            ticked = self.rng.random() < 0.35
            if ticked and self.writer.once("typed ticks", 0.5):
                sheet.put(x + size * 0.18, y - size * 0.05, [Token("X")], size * 0.9)
            elif ticked:
                sheet.shapes.append((self.rng.choice(("check", "cross")), x, y, x + size, y + size, 0.1))
            x = sheet.put(x + size * 1.5, y, tokens(text), size) + size * 2
        letter.y = y + letter.step * 1.4

    def comb(self, caption: str, text: str) -> None:
        """A caption, and a row of cells with a character in each."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        sheet.put(letter.left + 3, letter.y + 2, tokens(caption), self.small, room=letter.width)
        y, side = letter.y + self.small * 1.4 + 2, size * 1.5
        side = min(side, letter.width / max(len(text), 1))
        for i, char in enumerate(text):
            x = letter.left + 4 + i * side
            letter.box(x, y, x + side, y + size * 1.5)
            if char.strip():
                sheet.put(x + side / 2, y + size * 0.2, [Token(char)], size, align="c", room=side)
        letter.y = y + size * 1.5 + 5

    def leader(self, place: tuple[float, float], mark: str, wording: Line, amount: Line) -> None:
        """A numbered line and its box, dots between them; `place` is where its text begins and how wide its box is."""
        letter, sheet, size = self.letter, self.letter.sheet, self.letter.size
        left, wide = place
        box = letter.right - wide
        start = letter.left + size * (1.6 if mark[-1].isalpha() else 0.2)
        sheet.put(start, letter.y, [Token(mark)], size, bold=True)
        for part in sheet.wrap(wording, size, box - left - size * 4):
            end = sheet.put(left, letter.y, part, size, room=box - left - size * 3)
            letter.y += letter.step
        y, dots = letter.y - letter.step, int((box - end - size * 3) / (size * 1.1))
        if self.writer.once("leaders", 0.7):
            for i in range(max(dots, 0)):
                sheet.put(end + size * (0.8 + 1.1 * i), y, [Token(".")], size)
        sheet.put(box - size * 0.6, y, [Token(mark)], size, bold=True, align="r", room=size * 2)
        sheet.rule(box, y + letter.step * 0.95, letter.right, y + letter.step * 0.95)
        sheet.rule(box, y - 1, box, y + letter.step * 0.95)
        sheet.put(letter.right - 4, y, amount, size, align="r", room=wide - 6)
