import math

import pytest

from docengine import Box, Extraction, Field, Page
from docengine.corpus.dataset import Row
from docengine.corpus.scoring import anls, auroc, calibration_error, distance, score, share_at_precision


def row(known=None, line_items=(), **fields) -> Row:
    known = frozenset(known if known is not None else fields)
    page = Page(words=[], width=1, height=1)
    return Row(id="a", pages=(page,), images=(None,), fields=fields, line_items=tuple(line_items), known=known)


def found(value: str, confidence: float = 0.9) -> Field:
    return Field(value=value, text=value, confidence=confidence, page=0, box=Box(0, 0, 1, 1))


def extraction(line_items=(), **fields) -> Extraction:
    items = [{name: found(value) for name, value in item.items()} for item in line_items]
    return Extraction("a", fields={name: found(value) for name, value in fields.items()}, line_items=items)


def test_counts_by_hand():
    pairs = [
        (row(grand_total="9.00", invoice_date="2020-02-17"), extraction(grand_total="9.00", invoice_date="2020-02-18")),
        (row(grand_total="5.00"), extraction(invoice_date="2020-02-17")),  # the date is unknown here: not scored
        (row(known=["grand_total", "due_date"]), extraction(due_date="2020-02-17")),  # both absent, one invented
    ]
    report = score(pairs).to_dict()
    assert report["fields"]["grand_total"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert report["fields"]["invoice_date"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
    assert report["fields"]["due_date"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    assert report["micro_f1"] == 0.3333  # 1 hit, 2 wrong, 2 missed: 2 / (2 + 2 + 2)
    assert report["macro_f1"] == 0.2222
    assert report["invented_rate"] == 0.5
    assert (report["documents"], report["failed"]) == (3, 0)


def test_a_failed_document_found_nothing():
    failed = Extraction("a", fields={"grand_total": found("9.00")}, error={"type": "CorruptFile", "message": "x"})
    report = score([(row(grand_total="9.00"), failed), (row(grand_total="9.00"), None)]).to_dict()
    assert report["failed"] == 2 and report["micro_f1"] == 0.0
    assert report["fields"]["grand_total"]["support"] == 2


def test_values_are_compared_by_type_and_any_of_several_is_right():
    pairs = [
        (row(grand_total="1234.50"), extraction(grand_total="1234.5")),
        (row(invoice_date="25/12/2018"), extraction(invoice_date="2018-12-25")),
        (row(seller_name=("ACME", "Acme Incorporated")), extraction(seller_name="acme  incorporated")),
    ]
    assert score(pairs).to_dict()["micro_f1"] == 1.0


def test_line_items_are_paired_in_order():
    true = [
        {"description": "Ink", "quantity": "2", "line_total": "10.00"},
        {"description": "Paper", "quantity": "3", "line_total": "6.00"},
    ]
    predicted = [
        {"description": "Carried over", "line_total": "7.00"},  # no such row
        {"description": "Ink", "quantity": "2", "line_total": "10.00"},
        {"description": "Paper", "quantity": "8"},
    ]
    known = ["description", "quantity", "line_total"]
    items = score([(row(known, true), extraction(predicted))]).to_dict()["line_items"]
    assert items["columns"]["description"] == {"precision": 0.6667, "recall": 1.0, "f1": 0.8, "support": 2}
    assert items["columns"]["quantity"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert items["columns"]["line_total"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert items["f1"] == 0.6154  # 4 hits of 7 predicted and 6 true: 8 / 13


def test_line_items_that_are_not_labelled_are_not_scored():
    report = score([(row(grand_total="1.00"), extraction([{"description": "Ink"}], grand_total="1.00"))]).to_dict()
    assert report["line_items"] == {"f1": None, "columns": {}}


def test_anls():
    assert distance("kitten", "sitting") == 3 and distance("", "abc") == 3
    assert anls("ACME  Ltd", "acme ltd") == 1.0
    assert anls("acme ltd", "acme lte") == pytest.approx(7 / 8)
    assert anls("acme", "zzzz") == 0.0 and anls("", "acme") == 0.0
    assert anls("abcd", "abxx") == 0.5  # at the threshold it still counts
    report = score([(row(seller_name="ACME Ltd"), extraction(seller_name="ACME Lte"))]).to_dict()
    assert report["anls"] == 0.875 and report["micro_f1"] == 0.0


def test_calibration_error():
    judged = [(0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.15, False)]
    # four in the last bin: |3.8 - 3| / 5; one in the second: 0.15 / 5
    assert calibration_error(judged) == pytest.approx((0.8 + 0.15) / 5)
    assert calibration_error([(1.0, True)]) == 0.0
    assert calibration_error([]) is None


def test_auroc():
    assert auroc([(0.9, True), (0.8, False), (0.7, True), (0.1, False)]) == 0.75
    assert auroc([(0.5, True), (0.5, False)]) == 0.5
    assert auroc([(0.9, True)]) is None


def test_share_that_can_be_taken_unseen():
    judged = [(1 - i / 1000, i != 150) for i in range(200)]
    assert share_at_precision(judged, 0.99) == 1.0  # one in 200 may be wrong
    judged = [(0.9, True)] * 50 + [(0.8, False)] + [(0.7, True)] * 49
    assert share_at_precision(judged, 0.99) == 1.0
    assert share_at_precision(judged[:99], 0.99) == pytest.approx(50 / 99)
    assert share_at_precision([(0.9, True), (0.9, False)], 0.99) == 0.0  # ties are taken together
    assert share_at_precision([], 0.99) is None


def test_nothing_to_measure():
    report = score([]).to_dict()
    assert report["documents"] == 0 and report["micro_f1"] == 0.0
    assert all(report[name] is None for name in ("anls", "ece", "auroc", "share_at_99", "invented_rate", "macro_f1"))
    assert not any(isinstance(value, float) and math.isnan(value) for value in report.values())
