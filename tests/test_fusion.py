"""Adding the channels: what stands in for what a passage cannot have."""

import pytest

from retrieval.fusion import CONCEPTS_INSTEAD, STAND_IN, fuse

TEXT = {"a:1": 9.0, "a:2": 1.0, "b:1": 5.0, "b:2": 2.0}
ASKED = {"b:1": 0.2, "b:2": 0.9}
BOTH = {"text_dense": 1.0, "asked_dense": 1.0}


def test_scores_of_a_channel_lie_around_zero_with_unit_spread_times_its_weight() -> None:
    shares = [parts["text_dense"] for parts in fuse({"text_dense": TEXT}, {"text_dense": 2.0}).values()]
    assert sum(shares) == pytest.approx(0.0)
    assert sum(s * s for s in shares) / len(shares) == pytest.approx(4.0)


def test_a_document_without_anticipated_questions_is_found_by_its_text_instead() -> None:
    channels = {"text_dense": TEXT, "asked_dense": ASKED}
    totals = {key: sum(parts.values()) for key, parts in fuse(channels, BOTH, {"a:1", "a:2"}).items()}
    assert max(totals, key=totals.__getitem__) == "a:1"
    left_alone = {key: sum(parts.values()) for key, parts in fuse(channels, BOTH).items()}
    assert max(left_alone, key=left_alone.__getitem__) == "b:2"


def test_what_stands_in_for_questions_is_the_share_of_the_text() -> None:
    parts = fuse({"text_dense": TEXT, "asked_dense": ASKED}, BOTH, {"a:1", "a:2"})
    for key in ("a:1", "a:2"):
        assert parts[key]["asked_dense"] == pytest.approx(STAND_IN * parts[key]["text_dense"])


def test_documents_without_questions_do_not_move_the_others_in_those_channels() -> None:
    among_themselves = fuse({"asked_dense": ASKED}, BOTH)
    beside = fuse({"text_dense": TEXT, "asked_dense": ASKED}, BOTH, {"a:1", "a:2"})
    for key in ASKED:
        assert beside[key]["asked_dense"] == pytest.approx(among_themselves[key]["asked_dense"])


def test_where_no_document_has_questions_the_text_has_their_weight_as_well() -> None:
    parts = fuse({"text_dense": TEXT, "asked_dense": {}}, BOTH, set(TEXT))
    assert sum(parts["a:1"].values()) == pytest.approx((1 + STAND_IN) * parts["a:1"]["text_dense"])


def test_questions_without_a_text_channel_to_stand_in_leave_the_passage_in_the_middle() -> None:
    parts = fuse({"concepts": {"a:1": 1.0}, "asked_dense": ASKED}, BOTH, {"a:1"})
    assert parts["a:1"] == {"asked_dense": 0.0}


def test_channels_that_found_nothing_or_do_not_tell_passages_apart_say_nothing() -> None:
    assert fuse({"text_dense": {}}, BOTH) == {}
    assert fuse({"text_dense": {"a:1": 3.0}}, BOTH) == {"a:1": {}}


def test_the_thesaurus_counts_more_for_documents_without_questions() -> None:
    channels = {"concepts": {"a:1": 3.0, "b:1": 3.0, "b:2": 1.0}}
    plain, parts = fuse(channels, {"concepts": 1.0}), fuse(channels, {"concepts": 1.0}, {"a:1"})
    assert parts["a:1"]["concepts"] == pytest.approx(CONCEPTS_INSTEAD * plain["a:1"]["concepts"])
    assert parts["b:1"] == plain["b:1"]
