"""The two benches of booking in full: by hand, on a quiet machine."""

import pytest

from infra.bench import booking, booking_walk


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_every_place_is_taken_once_as_fast_as_it_goes() -> None:
    found = booking.measure(booking.Numbers(), ["insert", "rows", "held", "booked"])
    assert found["parts"]["held"]["doubles"] == found["parts"]["booked"]["doubles"] == 0
    assert found["parts"]["held"]["rate"] > found["parts"]["booked"]["rate"] > 0
    assert found["ratios"]["held / insert"] > 0.4  # over half on a quiet machine


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_three_hundred_visitors_walk_the_whole_wizard() -> None:
    found = booking_walk.measure(300)
    assert found["faults"] == []
    assert found["booked"] == 300
    assert found["p95"] < booking_walk.LIMIT
    assert max(s["bytes"] for s in found["steps"].values()) + found["css"] < booking_walk.WEIGHT
