"""Tell two samples of times apart, if that can be done, and say what could be seen.

Welch's t        of means after the slowest and fastest fifth of each sample is put
                 aside (Yuen 1974): a busy machine makes a few times enormous
AUC              Mann-Whitney: how often one draw of the second sample is above one
                 of the first; interval by DeLong, DeLong and Clarke-Pearson (1988)
smallest seen    the difference that would have passed the threshold with 95 %
                 probability, at the spread and number at hand
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

__all__ = ["AUC_LIMITS", "POWER", "THRESHOLD", "Comparison", "compare"]

THRESHOLD = 4.5
"""Of |t|: dudect's and TVLA's; by chance in about one of 100,000 comparisons."""

AUC_LIMITS = (0.47, 0.53)
"""A stranger who guesses from one time is right in at most 53 of 100 cases."""

POWER = 0.95
_TRIM = 0.2
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two scenes, compared. Times in seconds; the second scene against the first.

    Attributes:
        rounds: times of each scene; of two unequal samples, of the smaller.
        t: Welch's, of trimmed samples.
        difference, lowest, highest: of the trimmed means, with its 95 % interval.
        smallest_seen: a difference that would have been seen with 95 % probability.
        auc, auc_lowest, auc_highest: 0.5 where nothing can be told, 95 % interval.
    """

    first: str
    second: str
    rounds: int
    t: float
    difference: float
    lowest: float
    highest: float
    smallest_seen: float
    auc: float
    auc_lowest: float
    auc_highest: float

    @property
    def is_within(self) -> bool:
        """Whether neither test tells the two apart."""
        low, high = AUC_LIMITS
        return self.has_even_means and low <= self.auc <= high

    @property
    def has_even_means(self) -> bool:
        """Whether *t* does not tell the two apart, whatever the AUC."""
        return abs(self.t) < THRESHOLD

    @property
    def is_seen(self) -> bool:
        """Whether both tests tell the two apart."""
        low, high = AUC_LIMITS
        return abs(self.t) >= THRESHOLD and not low <= self.auc <= high


def compare(
    first: str, times: Sequence[float], second: str, others: Sequence[float], /
) -> Comparison:
    """Compare two samples of times."""
    one, two = np.asarray(times, dtype=float), np.asarray(others, dtype=float)
    test: Any = stats.ttest_ind(two, one, equal_var=False, trim=_TRIM)
    difference = float(stats.trim_mean(two, _TRIM) - stats.trim_mean(one, _TRIM))
    error = _standard_error(one, two)
    reach = float(stats.t.ppf((1 + _CONFIDENCE) / 2, float(test.df))) * error
    auc, spread = _delong(one, two)
    sure = float(stats.norm.ppf((1 + _CONFIDENCE) / 2)) * spread
    return Comparison(
        first=first,
        second=second,
        rounds=min(len(one), len(two)),
        t=float(test.statistic),
        difference=difference,
        lowest=difference - reach,
        highest=difference + reach,
        smallest_seen=(THRESHOLD + float(stats.norm.ppf(POWER))) * error,
        auc=auc,
        auc_lowest=max(0.0, auc - sure),
        auc_highest=min(1.0, auc + sure),
    )


def _standard_error(one: Any, two: Any) -> float:
    """Return the standard error of the difference of trimmed means (Yuen 1974)."""
    total = 0.0
    for sample in (one, two):
        n = len(sample)
        kept = n - 2 * int(_TRIM * n)
        winsorized = np.asarray(stats.mstats.winsorize(sample, (_TRIM, _TRIM)))
        total += (n - 1) * float(np.var(winsorized, ddof=1)) / (kept * (kept - 1))
    return math.sqrt(total)


def _delong(one: Any, two: Any) -> tuple[float, float]:
    """Return the AUC and its standard error, from ranks (Sun and Xu 2014)."""
    n, m = len(one), len(two)
    ranks = stats.rankdata(np.concatenate([one, two]))
    # How much of the other sample lies below each value.
    above_one = (ranks[n:] - stats.rankdata(two)) / n
    below_two = 1 - (ranks[:n] - stats.rankdata(one)) / m
    auc = float(np.mean(above_one))
    variance = (
        float(np.var(above_one, ddof=1)) / m + float(np.var(below_two, ddof=1)) / n
    )
    return auc, math.sqrt(variance)
