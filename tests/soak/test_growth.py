"""What the soak says of its samples; the soak itself is `make soak`."""

import random

import pytest

from tests.soak.growth import Growth, growth, is_flat

SECONDS = [10.0 * n for n in range(360)]


def noisy(per_hour: float, *, noise: float, seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [200 + per_hour * at / 3600 + rng.gauss(0, noise) for at in SECONDS]


def test_a_straight_line_has_its_slope_and_no_doubt() -> None:
    found = growth(SECONDS, noisy(3.0, noise=0))
    assert found.per_hour == pytest.approx(3.0)
    assert found.uncertainty == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_the_true_slope_lies_about_within_the_doubt(seed: int) -> None:
    found = growth(SECONDS, noisy(3.0, noise=2.0, seed=seed))
    assert abs(found.per_hour - 3.0) < 2 * found.uncertainty


def test_a_single_spike_is_no_growth() -> None:
    values = noisy(0.0, noise=0.1)
    values[-5] += 100
    assert growth(SECONDS, values).verdict(1.0) == "holds"


def test_too_few_samples_make_no_line() -> None:
    with pytest.raises(ValueError, match="too few"):
        growth(SECONDS[:19], SECONDS[:19])


@pytest.mark.parametrize(
    ("per_hour", "uncertainty", "verdict"),
    [
        (0.2, 0.5, "holds"),
        (-4.0, 2.0, "holds"),
        (0.2, 5.0, "too short to tell"),
        (3.0, 2.5, "too short to tell"),
        (3.0, 1.5, "GROWS"),
    ],
)
def test_only_what_is_certain_is_said(per_hour: float, uncertainty: float, verdict: str) -> None:
    assert Growth(per_hour, uncertainty).verdict(1.0) == verdict


def test_up_and_down_is_flat_and_only_up_is_not() -> None:
    assert is_flat([20, 25, 21, 30, 22, 26, 20, 30, 25])
    assert not is_flat([20, 22, 21, 24, 25, 26, 27, 29, 28])
