"""Advertising orders: spots, weeks and money agree, and what is labelled spells its value."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from docengine.corpus.generator import generate
from docengine.corpus.generator.airentries import alike
from docengine.corpus.generator.airtime import AMERICAN_DATES, Order, write_order
from docengine.corpus.generator.campaign import Campaign, draw_campaign
from docengine.corpus.generator.formats import date_text
from docengine.corpus.generator.sheet import Sheet
from docengine.corpus.generator.vocabulary import language
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import LabelledPage

SEEDS = range(220)


def campaign_of(seed: int, code: str = "en") -> Campaign:
    words = language(code)
    country = words.countries["US"] if code == "en" else next(iter(words.countries.values()))
    return draw_campaign(random.Random(seed), words, country)


@pytest.fixture(scope="module")
def campaigns() -> list[Campaign]:
    return [campaign_of(seed) for seed in SEEDS]


Written = list[tuple[Campaign, list[Sheet]]]


@pytest.fixture(scope="module")
def orders() -> Written:
    """Campaigns with the sheets that were written of them."""
    drawn = [(seed, campaign_of(seed)) for seed in SEEDS]
    return [(campaign, write_order(Writer(random.Random(seed), campaign.record), campaign)) for seed, campaign in drawn]


@pytest.fixture(scope="module")
def documents() -> list[list[LabelledPage]]:
    return [generate(seed, kind="advertising_order") for seed in SEEDS]


def spelled(page: LabelledPage, certain: bool = True) -> dict[str, list[str]]:
    """What the words of each occurrence of each field spell."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word, label in zip(page.page.words or [], page.labels, strict=True):
        if label and label.certain is certain:
            found[label.field, label.instance].append(word.text)
    texts = defaultdict(list)
    for (field, _), words in found.items():
        texts[field].append(" ".join(words))
    return texts


def labelled(sheet: Sheet) -> dict[str, set[str]]:
    """Words by the field that they are labelled as."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, label in zip(sheet.words, sheet.labels, strict=True):
        if label:
            found[label.field].add(word[0])
    return found


def test_counts_times_rates_are_the_total(campaigns: list[Campaign]) -> None:
    for campaign in campaigns:
        assert campaign.spots
        for spot in campaign.spots:
            assert spot.count == len(spot.airings) == sum(sum(days) for _, days in spot.weeks) > 0
            assert spot.total == spot.count * spot.rate
        assert campaign.record.total == sum(spot.total for spot in campaign.spots) > 0


def test_weeks_and_months_add_up(campaigns: list[Campaign]) -> None:
    for campaign in campaigns:
        weeks = [campaign.of_week(monday) for monday in campaign.weeks]
        months = list(campaign.by_month().values())
        for parts in (weeks, months):
            assert sum(count for count, _ in parts) == campaign.count
            assert sum(cents for _, cents in parts) == campaign.record.total


def test_the_flight_covers_every_spot(campaigns: list[Campaign]) -> None:
    for campaign in campaigns:
        first, last = campaign.record.period
        for spot in campaign.spots:
            assert first <= spot.start <= min(spot.airings) <= max(spot.airings) <= spot.end <= last


def test_commission_is_a_share_of_the_gross_total(campaigns: list[Campaign]) -> None:
    shares = [campaign.commission / campaign.record.total for campaign in campaigns if campaign.commission]
    assert len(shares) > len(campaigns) / 2
    assert all(0.09 < share < 0.21 for share in shares)
    assert not any(campaign.commission for campaign in campaigns if campaign.agency is None)


def test_every_document_names_advertiser_flight_and_total(documents: list[list[LabelledPage]]) -> None:
    numbered = 0
    for pages in documents:
        fields = {name for page in pages for name in page.fields}
        assert {"buyer_name", "period_start", "period_end", "grand_total"} <= fields, pages[0].meta["id"]
        numbered += bool({"contract_number", "invoice_number"} & fields)
    assert numbered > 0.94 * len(documents)  # agreement forms do without


def test_names_and_numbers_are_spelled(documents: list[list[LabelledPage]]) -> None:
    for page in (page for pages in documents for page in pages):
        texts = spelled(page)
        for field in ("buyer_name", "seller_name", "contract_number", "invoice_number", "order_number"):
            assert set(texts[field]) <= {page.fields.get(field)}, page.meta


def test_amounts_are_spelled_and_taxes_add_up(documents: list[list[LabelledPage]]) -> None:
    taxed = 0
    for pages in [*documents, *(generate(seed, kind="advertising_order", language="de") for seed in range(60))]:
        values: dict[str, str] = {}
        for page in pages:
            values |= page.fields
            for text in spelled(page)["grand_total"]:
                digits = "".join(char for char in text if char.isdigit())
                assert int(digits) == int(page.fields["grand_total"].replace(".", "")), (page.meta["id"], text)
        if {"net_total", "tax_total"} <= set(values):
            taxed += 1
            assert Decimal(values["net_total"]) + Decimal(values["tax_total"]) == Decimal(values["grand_total"])
    assert taxed > 15


def test_line_items_multiply_and_never_exceed_the_total(documents: list[list[LabelledPage]]) -> None:
    checked = 0
    for pages in documents:
        items = [item for page in pages for item in page.line_items]
        for item in items:
            if {"quantity", "unit_price", "line_total"} <= set(item):
                checked += 1
                assert Decimal(item["quantity"]) * Decimal(item["unit_price"]) == Decimal(item["line_total"])
        total = next(page.fields["grand_total"] for page in pages if "grand_total" in page.fields)
        if not any("tax_total" in page.fields for page in pages):
            assert sum(Decimal(item.get("line_total", "0")) for item in items) <= Decimal(total)
    assert checked > 400


def test_dates_of_the_flight_are_spelled(orders: Written) -> None:
    words = language("en")
    for campaign, sheets in orders:
        start, end = campaign.record.period
        starts = [" ".join(date_text(start, pattern, words, upper).split()) for pattern in AMERICAN_DATES
                  for upper in (False, True)]  # fmt: skip
        for sheet in sheets:
            page = sheet.finish(0, 1.0, {"period_start": start.isoformat(), "period_end": end.isoformat()}, [{}] * 999)
            for text in spelled(page)["period_start"]:
                assert text in starts, text


def test_the_agency_is_never_the_buyer(orders: Written) -> None:
    """Nor is its address, where particulars, boxes and strips show those of both parties."""
    addresses = 0
    for campaign, sheets in orders:
        if campaign.agency is None:
            continue
        for sheet in sheets:
            found = labelled(sheet)
            assert found["buyer_name"] <= set(campaign.record.buyer.name.split())
            assert found["buyer_address"] <= set(" ".join(campaign.record.buyer.address).split())
            addresses += bool(found["buyer_address"])
    assert addresses > 15


def test_what_the_agency_is_called_when_it_is_the_account() -> None:
    """Then its caption may say client or account, and the advertiser's never does."""
    words = language("en").broadcast
    assert not set(words["agency_account"]) & set(words["advertiser_only"])
    called = Counter[bool]()
    for seed in SEEDS:
        campaign = campaign_of(seed)
        order = Order(Writer(random.Random(seed), campaign.record), campaign)
        called[order.accounts] += 1
        if order.accounts:
            assert campaign.agency is not None
            allowed = {text.lower() for text in words["advertiser_only"]}
            assert {order.caption("advertiser").lower(), order.caption("advertiser_head").lower()} <= allowed
            assert order.caption("agency").lower() in {text.lower() for text in words["agency_account"]}
    assert called[True] > 5 and called[False] > 100


def test_other_numbers_of_the_same_form_are_unlabelled(orders: Written) -> None:
    other = alike(random.Random(1), "AB12-3456/7")
    assert other != "AB12-3456/7" and other.startswith("AB") and other[4] == "-" and other[9] == "/"
    for campaign, sheets in orders:
        for sheet in sheets:
            assert labelled(sheet)["contract_number"] <= set(campaign.record.contract_number.split())


def test_wordings_of_every_language_are_complete() -> None:
    keys = set(language("en").broadcast)
    for code in ("de", "fr", "es"):
        assert set(language(code).broadcast) == keys
        assert all(language(code).broadcast.values())


def test_names_of_advertisers_vary(campaigns: list[Campaign]) -> None:
    names = {campaign.record.buyer.name for campaign in campaigns}
    assert len(names) > 0.95 * len(campaigns)
    assert not any("{" in name for name in names)


def test_layouts_vary(documents: list[list[LabelledPage]]) -> None:
    """Portrait and landscape, one page and several, and the advertiser at many places."""
    shapes = {pages[0].page.width > pages[0].page.height for pages in documents}
    assert shapes == {True, False}
    assert 20 < sum(len(pages) > 1 for pages in documents) < 0.8 * len(documents)
    places = set()
    for pages in documents:
        page = pages[0]
        for word, label in zip(page.page.words or [], page.labels, strict=True):
            if label and label.field == "buyer_name" and label.certain:
                places.add((int(10 * word.box.x0 / page.page.width), int(10 * word.box.y0 / page.page.height)))
                break
    assert len(places) > 25


def test_an_invoice_is_written_after_the_last_spot(documents: list[list[LabelledPage]]) -> None:
    billed = [page.fields for pages in documents for page in pages[:1] if "invoice_number" in page.fields]
    assert len(billed) > 30
    for fields in billed:
        if {"invoice_date", "period_end"} <= set(fields):
            assert fields["invoice_date"] >= fields["period_end"]
            assert fields.get("due_date", "9") >= fields["invoice_date"]


def test_invoices_of_stations_are_invoices(documents: list[list[LabelledPage]]) -> None:
    kinds = Counter(pages[0].meta["kind"] for pages in documents)
    assert set(kinds) == {"advertising_order", "invoice"} and 0.15 < kinds["invoice"] / len(documents) < 0.5
