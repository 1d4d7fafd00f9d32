"""What a receipt says about itself: number, date, time, cashier, table, room, pump, in rows of many makes."""

from __future__ import annotations

import datetime
import random

from docengine.corpus.generator import identifiers
from docengine.corpus.generator.formats import date_text
from docengine.corpus.generator.parties import person_name
from docengine.corpus.generator.roll import Roll
from docengine.corpus.generator.sheet import Line, Token, tokens

CODES = ("SH##", "ZJ##", "T#", "R#########", "####", "###", "#######", "####-##", "@###", "SLIP NO.: ##########",
"#####",
         "POS#", "OP##", "#", "#/#", "TRANS : ######", "@@##")  # fmt: skip
"""Store, till and slip numbers that stand bare beside the date."""


_CLOCKS = ("{0:%H:%M}", "{0:%H:%M}", "{0:%H:%M:%S}", "{0:%H.%M}", "{0:%Hh%M}")
_HALVED = (
    "{0:%H:%M}", "{0:%H:%M}", "{0:%H:%M:%S}", "{0:%H:%M:%S}", "{1}:{0:%M:%S}{2}", "{1:02d}:{0:%M} {2}",
    "{1:02d}:{0:%M:%S}{2}",
    "{0:%H%M}", "{1}:{0:%M} {2}", "{1:02d}:{0:%M:%S} {2}", "{1}:{0:%M}{2}",
)  # fmt: skip


def clock(rng: random.Random, moment: datetime.time, halves: bool = True) -> str:
    """A time as tills print it, with AM and PM where `halves`."""
    form = rng.choice(_HALVED if halves else _CLOCKS)
    return form.format(moment, (moment.hour + 11) % 12 + 1, "AM" if moment.hour < 12 else "PM")


def write_about(roll: Roll, *, with_date: bool) -> None:
    """The rows, one below the other or two beside each other, the date among them."""
    rng = roll.rng
    rows: list[tuple[Line, Line] | None] = [*_numbers(roll), *_of_trade(roll)]
    rng.shuffle(rows)
    if with_date:
        rows.insert(rng.randrange(len(rows) + 1), None)
    waiting: Line = []
    two = rng.random() < (0.6 if roll.writer.record.country.code == "MY" else 0.4)
    together = with_date and rng.random() < 0.24
    """Whether the row before the date shares its line."""
    for i, row in enumerate(rows):
        if row is None and not together:
            write_date(roll)
        elif row is None:
            write_date(roll, waiting)
            waiting = []
        elif not waiting and (two or (together and rows[i + 1 : i + 2] == [None])):
            waiting = [*row[0], *row[1]]
        elif two:
            roll.pair(waiting, [*row[0], *row[1]])
            waiting = []
        else:
            labelled(roll, *row)
    if waiting:
        roll.line(waiting)


def _numbers(roll: Roll) -> list[tuple[Line, Line]]:
    rng, record = roll.rng, roll.writer.record
    rows = []
    if rng.random() < 0.88:
        number = roll.value(record.number, "invoice_number")
        label = [] if rng.random() < 0.04 else roll.label("receipt_number")
        if rng.random() < 0.03:
            number = [Token("#"), number[0]._replace(glued=True), *number[1:]]
            label = []
        if rng.random() < 0.05:
            number = [*number, *tokens(rng.choice(("/ POS01", "TAKE OUT", "DINE IN", "POSTED", "(1)")))]
        rows.append((label, number))
    if rng.random() < 0.5:
        person = person_name(rng, roll.writer.language)
        who = rng.choice((person.split()[0], person, str(rng.randrange(1, 999)), "USER", "ADMIN", "MANAGER",
                          f"C{rng.randrange(1000)}", f"{rng.randrange(1, 200)} {person.split()[0]}",
                          "CASHIER01"))  # fmt: skip
        rows.append((roll.label("cashier"), roll.words(who)))
    for key, share in (
        ("till", 0.3),
        ("other_number", 0.3),
        ("customer_number", 0.07),
        ("our_ref", 0.04),
        ("member", 0.08),
    ):
        if rng.random() < share:
            rows.append((roll.label(key), _look_alike(roll, key)))
    if rng.random() < 0.07:
        rows.append((roll.label(rng.choice(("our_ref", "contact"))), []))
    if rng.random() < 0.03:
        later = record.date + datetime.timedelta(days=rng.randrange(10, 900))
        rows.append((roll.label("valid_until"), tokens(_text_of(roll, later))))
    return rows


def _look_alike(roll: Roll, key: str) -> Line:
    """Another number than the receipt's."""
    rng, record = roll.rng, roll.writer.record
    if key == "till":
        return tokens(
            rng.choice((str(rng.randrange(1, 30)), identifiers.filled(rng, rng.choice(("POS##", "##", "T##", "C#")))))
        )
    if key == "member":
        return tokens(
            identifiers.filled(rng, rng.choice(("##########", "#### #### ####", "************####", "8#######")))
        )
    return tokens(identifiers.document_number(rng, record.date))


_OWN_ROWS = frozenset(("restaurant", "bar", "hotel", "fuel", "parking", "taxi", "car_wash", "toll", "ticket"))


def _of_trade(roll: Roll) -> list[tuple[Line, Line]]:
    """The rows that only a restaurant, a hotel, a filling station, a car park, a taxi or a cinema has."""
    rng, sale, writer = roll.rng, roll.sale, roll.writer
    if sale.trade not in _OWN_ROWS:
        return []
    person = roll.words(person_name(rng, writer.language))
    tag = writer.tag("buyer_name")._replace(certain=False)  # the guest may be who is charged
    guest = [token._replace(label=tag) for token in person]
    plate = tokens(identifiers.filled(rng, rng.choice(("@@@####", "@@ ###@@", "@-@@ ####", "@@-###-@@", "### @@@"))))
    nights = max(1, (writer.record.date - sale.start.date()).days)
    pump, table, room = rng.randrange(1, 16), rng.randrange(1, 60), rng.randrange(101, 1900)
    table_texts = (str(table), str(table), f"T{table}", f"{table} / 1", f"[{rng.choice('ABH')}]-{table}", "-")
    rows: dict[str, tuple[tuple[str, float, Line], ...]] = {
        "restaurant": (("table", 0.6, tokens(rng.choice(table_texts))), ("covers", 0.35, tokens(str(sale.covers))),
                       ("waiter", 0.3, person[:1])),
        "bar": (("table", 0.4, tokens(str(table))), ("waiter", 0.4, person[:1])),
        "hotel": (("room", 0.8, tokens(str(room))), ("guest", 0.6, guest), ("nights", 0.4, tokens(str(nights))),
                  ("arrival", 0.7, _moment(roll, sale.start)), ("departure", 0.5, _today(roll))),
        "fuel": (("pump", 0.75, tokens(f"{pump:02d}" if rng.random() < 0.5 else str(pump))), ("plate", 0.15, plate)),
        "parking": (("plate", 0.4, plate), ("entry", 0.85, _moment(roll, sale.start)), ("exit", 0.75, _today(roll,
        True)),
                    ("duration", 0.5, _duration(roll))),
        "taxi": (("driver", 0.6, tokens(str(rng.randrange(100, 9999)))), ("distance", 0.6, _distance(roll)),
                 ("plate", 0.4, plate)),
        "car_wash": (("plate", 0.4, plate),), "toll": (("plate", 0.3, plate), ("exit", 0.2, _today(roll, True))),
        "ticket": (("seat", 0.5, tokens(f"{rng.choice('ABCDEFGH')}{rng.randrange(1, 30)}")),),
    }  # fmt: skip
    return [(roll.label(key), line) for key, share, line in rows[sale.trade] if rng.random() < share]


def _text_of(roll: Roll, day: datetime.date) -> str:
    return date_text(day, roll.writer.look.date, roll.writer.language, roll.upper or roll.writer.look.date_upper)


def _moment(roll: Roll, moment: datetime.datetime) -> Line:
    """Another day than the receipt's, or a time of the same one."""
    if moment.date() == roll.writer.record.date:
        return _today(roll, True, moment.time())
    return [*tokens(_text_of(roll, moment.date())), *tokens(f"{moment:%H:%M}" if roll.rng.random() < 0.7 else "")]


def _today(roll: Roll, timed: bool = False, moment: datetime.time | None = None) -> Line:
    """The receipt's date where it stands for something else: a departure, a print."""
    label = roll.writer.tag("invoice_date")._replace(certain=False)
    line = tokens(_text_of(roll, roll.writer.record.date), label)
    return [*line, *tokens(f"{moment or roll.sale.moment:%H:%M}")] if timed else line


def _duration(roll: Roll) -> Line:
    minutes = roll.rng.randrange(4, 900)
    return tokens(roll.rng.choice((f"{minutes // 60}:{minutes % 60:02d}", f"{minutes // 60}h {minutes % 60:02d}m",
                                   f"{minutes} MIN", f"0d {minutes // 60}h {minutes % 60}min")))  # fmt: skip


def _distance(roll: Roll) -> Line:
    return tokens(f"{roll.writer.look.numbers.text(roll.rng.randrange(8, 600), 1)} km")


def date_tokens(roll: Roll) -> Line:
    """The date alone being the field; now and then with the weekday."""
    rng, record = roll.rng, roll.writer.record
    roll.writer.values["invoice_date"] = record.date.isoformat()
    line = tokens(_text_of(roll, record.date), roll.writer.tag("invoice_date"))
    if rng.random() < 0.08:
        day = date_text(record.date, "EEE", roll.writer.language, roll.upper)
        extra = tokens(rng.choice((f"({day})", day)))
        line = line + extra if rng.random() < 0.6 else extra + line
    return line


def write_date(roll: Roll, number: Line | None = None) -> None:
    """Date and time; now and then in one row with the receipt's `number` or with bare codes."""
    rng = roll.rng
    english = roll.writer.language.code == "en"
    line, time = date_tokens(roll), tokens(clock(rng, roll.sale.moment, english))
    label = roll.label("receipt_date" if "receipt_date" in roll.writer.language.labels else "invoice_date")
    if number:
        roll.pair(number, [*label, *line] if rng.random() < 0.7 else [*line, *time])
        return
    style = rng.randrange(9)
    if style == 0:
        roll.pair(line, time)
    elif style == 1:
        roll.line([*label, *line, *time])
    elif style == 2:
        roll.pair([*label, *line], [*roll.label("time"), *time])
    elif style == 3:
        roll.line([*line, *time], align=rng.choice("lcr"))
    elif style == 4:
        labelled(roll, label, line)
        labelled(roll, roll.label("time"), time)
    elif style == 5:
        codes = [identifiers.filled(rng, rng.choice(CODES)) for _ in range(rng.randrange(1, 5))]
        both = [*line, *time] if rng.random() < 0.7 else [*time, *line]
        bare = tokens(" ".join(codes))
        roll.pair(both, bare) if rng.random() < 0.4 else roll.line(
            [*bare, *both] if rng.random() < 0.25 else [*both, *bare]
        )
    else:
        labelled(roll, label, [*line, *time] if rng.random() < 0.7 else line)


def labelled(roll: Roll, label: Line, value: Line) -> None:
    """Label and value in one row: side by side, in columns, or at the edges."""
    if roll.pad and label:
        column = roll.left + roll.pad * roll.size * 0.55
        if roll.writer.once("colon apart", 0.4) and not label[-1].text.endswith("#"):
            bare = label[-1].text.rstrip(":")
            label = [*label[:-1], *([label[-1]._replace(text=bare)] if bare else [])]
            column = max(column, roll.sheet.put(roll.left, roll.y, label, roll.size) + roll.size * 0.5)
            column = roll.sheet.put(column, roll.y, [Token(":")], roll.size) + roll.size * 0.5
        else:
            column = max(column, roll.sheet.put(roll.left, roll.y, label, roll.size) + roll.size * 0.5)
        roll.sheet.put(column, roll.y, value, roll.size, room=max(roll.right - column, 30))
        roll.y += roll.step
    elif label and roll.writer.once("edges", 0.2):
        roll.pair(label, value)
    else:
        roll.line([*label, *value])


def write_print_time(roll: Roll) -> None:
    """When it was printed, which is mostly the receipt's date once more."""
    roll.line([*roll.label("printed_on"), *_today(roll, True)])
