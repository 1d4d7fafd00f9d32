"""What forwarders and exporters say of a shipment: ship, containers, ports, weights. None of it is a field or item."""

from __future__ import annotations

import datetime

from docengine.corpus.generator.addresses import draw_place
from docengine.corpus.generator.identifiers import filled
from docengine.corpus.generator.keyvalues import Entry
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.sheet import Line, tokens
from docengine.corpus.generator.writer import Writer

_NUMBERS = {
    ("B/L No.", "BILL OF LADING", "B/L", "MBL", "HBL No."): ("@@@@#######", "@@@####@@", "@@@@##########"),
    ("AWB", "HAWB No.", "AIR WAYBILL", "MAWB"): ("###-########", "###-#### ####", "@@@########"),
    ("Container No.", "CONTAINER", "Cont./Seal"): ("@@@U ######-#", "@@@U#######", "@@@U####### / ######"),
    ("Job Ref.", "FILE NO.", "Shipment ID", "Our File"): ("@@@/@@/#####", "@@######", "S########", "####-####"),
    ("CMR No.", "Consignment No.", "Tracking No.", "Waybill"): ("######", "##########", "1Z@@@###########"),
    ("MRN", "Customs Entry", "EX A No."): ("##@@################", "###-######@-##/##/####"),
    ("Truck", "Vehicle Reg.", "Trailer"): ("@@ ### @@", "@@##@@@", "@-@@ ####"),
}
"""Captions and what such numbers look like. Shipping speaks English in most countries."""
_WEIGHTS = (("Gross Weight", "GROSS KG", "Gross Wt. (kg)", "Weight"), ("CHG. WT.", "Net Weight", "NET KG", "Tare"),
            ("Volume", "CBM", "Cube m3", "LDM"))  # fmt: skip
_CARGO = ("MACHINE PARTS", "FURNITURE", "TEXTILES", "STEEL COILS", "Spare parts", "FOODSTUFF", "Sawn timber",
    "WINE IN BOTTLES", "PLASTIC GRANULATE", "Paper reels", "GLASSWARE", "Tyres", "CERAMIC TILES", "Frozen fish",
    "AUTO PARTS", "Household goods", "FERTILIZER", "Cosmetics", "COFFEE IN BAGS")  # fmt: skip
_PACKED = ("PLTS", "CTNS", "PKGS", "pallets", "cartons", "colli", "DRUMS", "CASES", "x 40HC", "x 20DV", "BAGS")
_TERMS = ("FOB", "CIF", "EXW", "DAP", "CPT", "FCA", "DDP", "CFR")
_SHIPS = ("MV", "MS", "M/V", "")


def shipment(letter: Letter, slot: Slot) -> float:
    """Its particulars in captioned cells, a grid or rows."""
    writer, rng = letter.writer, letter.rng
    entries = [*_numbers(writer), *_way(writer), *_load(writer)]
    if rng.random() < 0.4:
        rng.shuffle(entries)
    entries = entries[: rng.randrange(3, len(entries) + 1)]
    return letter.pairs(entries, slot, rng.choice(("cells", "cells", "grid", "plain grid", "two columns", "inline")))


def _numbers(writer: Writer) -> list[Entry]:
    rng = writer.rng
    chosen = rng.sample(list(_NUMBERS.items()), rng.randrange(1, 5))
    return [(writer.with_colon(rng.choice(names)), tokens(filled(rng, rng.choice(forms)))) for names, forms in chosen]


def _way(writer: Writer) -> list[Entry]:
    """Ship, ports with their days, terms."""
    rng, country = writer.rng, writer.record.country
    ports = [draw_place(rng, country)[1] for _ in range(2)]
    style = rng.randrange(3)
    entries: list[Entry] = []
    if style == 0:
        ship = f"{rng.choice(_SHIPS)} {writer.rng.choice(writer.language.companies['prefixes'])} {ports[0]}".strip()
        entries.append(
            (rng.choice(("VESSEL / VOYAGE", "Vessel", "Ship/Voy.")), tokens(f"{ship} / {filled(rng, '###@')}"))
        )
    names = rng.choice(
        (("POL", "POD"), ("Port of Loading", "Port of Discharge"), ("Origin", "Destination"), ("From", "To"))
    )
    day = writer.record.date - datetime.timedelta(days=rng.randrange(1, 20))
    for name, port, mark in zip(names, ports, ("ETD", "ETA"), strict=True):
        value: Line = tokens(port)
        if writer.once("days at ports", 0.5):
            value += [*tokens(mark), *writer.date(day)]
        entries.append((name, value))
        day += datetime.timedelta(days=rng.randrange(1, 15))
    if rng.random() < 0.5:
        entries.append((rng.choice(("Incoterms", "Terms of delivery")), tokens(f"{rng.choice(_TERMS)} {ports[1]}")))
    consignee = writer.record.ship_to
    if consignee is not None and rng.random() < 0.5:
        entries.append((rng.choice(("Consignee", "CNEE", "Notify")), tokens(f"{consignee.name}, {ports[1]}")))
    return entries


def _load(writer: Writer) -> list[Entry]:
    """Packages, goods, weights."""
    rng = writer.rng
    count = f"{rng.randrange(1, 60)} {rng.choice(_PACKED)}"
    cargo = rng.choice(_CARGO)
    entries: list[Entry] = [("GOODS", tokens(f"{count} {cargo}"))]
    if rng.random() < 0.6:
        entries = [(rng.choice(("Packages", "PKGS", "Pieces", "Colli")), tokens(count)),
                   (rng.choice(("Goods", "Commodity", "DESCRIPTION OF GOODS", "Contents")), tokens(cargo))]  # fmt: skip
    for names in _WEIGHTS[: rng.randrange(1, 4)]:
        text = writer.look.numbers.text(rng.randrange(1000, 30_000_000) // rng.choice((1, 10, 100)), rng.choice((2, 3)))
        entries.append((rng.choice(names), tokens(text)))
    return entries
