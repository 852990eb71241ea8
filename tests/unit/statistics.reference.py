"""Makes statistics.reference.json, the values that split/ must reproduce to 1e-9. No code is shared with split/.

    pip install scipy==1.17.1
    cd tests/unit && python statistics.reference.py | npx prettier --stdin-filepath x.json > statistics.reference.json

Exact tests: every outcome in turn, in whole numbers, so that ties are ties; a probability becomes a float at the very
end. Expected probabilities are therefore given as whole weights. The rest is scipy's.
"""

import itertools
import json
import math
from fractions import Fraction

import numpy
import scipy
from scipy import stats


def compositions(n, k):
    """Every way to write n as k counts, order mattering."""
    if k == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, k - 1):
            yield (first, *rest)


def multinomial_weight(counts, weights):
    ways = math.factorial(sum(counts))
    for count in counts:
        ways //= math.factorial(count)
    return ways * math.prod(weight**count for weight, count in zip(weights, counts))


def exact_multinomial(counts, weights):
    n, total = sum(counts), sum(weights) ** sum(counts)
    observed = multinomial_weight(counts, weights)
    less = more = 0
    for outcome in compositions(n, len(counts)):
        weight = multinomial_weight(outcome, weights)
        less += weight if weight <= observed else 0
        more += weight if weight >= observed else 0
    return float(Fraction(less, total)), float(Fraction(more, total))


def goodnessOfFit():
    small = [
        ([10, 0, 0], [1, 1, 1]),
        ([7, 2, 1], [1, 1, 1]),
        ([4, 3, 3], [1, 1, 1]),
        ([10, 10, 10], [1, 1, 1]),
        ([30, 0, 0], [1, 1, 1]),
        ([15, 11, 14], [1, 1, 1]),
        ([13, 20, 7], [1, 1, 1]),
        ([1, 0], [1, 1]),
        ([60, 41], [1, 1]),
        ([5, 5], [7, 3]),
        ([3, 0, 9, 2], [1, 2, 3, 4]),
        ([6, 1, 1, 2, 2], [1, 1, 1, 1, 1]),
        ([6, 1, 1, 2, 2], [4, 4, 1, 1, 2]),
        ([0, 5, 3, 1, 0, 4], [1, 1, 1, 1, 1, 1]),
        ([60, 45, 45], [1, 1, 1]),
        ([100, 70, 70], [1, 1, 1]),
        ([35, 20, 15], [5, 3, 2]),
    ]
    for counts, weights in small:
        shares = [weight / sum(weights) for weight in weights]
        less, more = exact_multinomial(counts, weights)
        statistic = stats.chisquare(counts, [sum(counts) * share for share in shares]).statistic
        yield dict(method="exact multinomial", counts=counts, weights=weights, statistic=statistic, pValue=less, below=more)
    large = [
        ([110, 95, 95], [1, 1, 1]),
        ([135, 83, 82], [1, 1, 1]),
        ([340, 290, 270], [1, 1, 1]),
        ([1100, 950, 950], [1, 1, 1]),
        ([3000, 0, 0], [1, 1, 1]),
        ([1050, 470, 480], [2, 1, 1]),
        ([90, 61, 70, 48, 31], [1, 1, 1, 1, 1]),
        ([40, 20, 25, 25, 40, 30, 30, 30, 30, 30], [1] * 10),
        ([700, 300, 500], [4, 3, 3]),
        ([20] * 49 + [60], [1] * 50),
    ]
    for counts, weights in large:
        shares = [weight / sum(weights) for weight in weights]
        result = stats.chisquare(counts, [sum(counts) * share for share in shares])
        degrees = len(counts) - 1
        step = 2 / (sum(counts) * min(shares))
        yield dict(
            method="chi-square",
            counts=counts,
            weights=weights,
            statistic=result.statistic,
            pValue=result.pvalue,
            below=stats.chi2.cdf(result.statistic + step, degrees),
        )


def evenest():
    """Counts that differ by 1 at most: every outcome that does, without the others that make enumeration long."""
    for cells, n in [(3, 3000), (3, 1001), (2, 100_001), (5, 303), (10, 1000)]:
        counts = [n // cells + (1 if i < n % cells else 0) for i in range(cells)]
        ways = math.comb(cells, n % cells) * multinomial_weight(counts, [1] * cells)
        yield dict(counts=counts, below=float(Fraction(ways, cells**n)))


def exact_homogeneity(first, second):
    columns = [a + b for a, b in zip(first, second)]
    weigh = lambda row: math.prod(math.comb(column, count) for column, count in zip(columns, row))
    observed = weigh(first)
    rows = itertools.product(*(range(column + 1) for column in columns))
    at_most = sum(weigh(row) for row in rows if sum(row) == sum(first) and weigh(row) <= observed)
    return float(Fraction(at_most, math.comb(sum(columns), sum(first))))


def homogeneity():
    small = [
        ([10, 0, 0], [3, 4, 3]),
        ([7, 2, 1], [10, 0, 0]),
        ([3, 1], [1, 3]),
        ([15, 11, 14], [13, 20, 7]),
        ([5, 5, 5, 5], [2, 8, 5, 5]),
        ([30, 30, 40], [45, 35, 20]),
        ([2, 0, 9, 1, 3], [3, 4, 0, 2, 2]),
    ]
    for first, second in small:
        result = stats.chi2_contingency([first, second], correction=False)
        p = exact_homogeneity(first, second)
        yield dict(method="exact", first=first, second=second, statistic=result.statistic, pValue=p)
    large = [
        ([320, 290, 290], [280, 320, 300]),
        ([1000, 1000, 1000], [1100, 950, 950]),
        ([300, 0, 1, 0, 600], [100, 100, 200, 400, 100]),
        ([60, 55, 70, 65, 50, 40, 60, 50], [70, 65, 60, 55, 50, 70, 60, 40]),
    ]
    for first, second in large:
        result = stats.chi2_contingency([first, second], correction=False)
        yield dict(method="chi-square", first=first, second=second, statistic=result.statistic, pValue=result.pvalue)


def excess():
    """Exact power of the binomial test of each cell: from the given n on, the least over the next 400."""
    for cells, ratio, n, alpha in [(3, 1.2, 900, 0.007), (3, 1.2, 1200, 7e-4), (2, 1.5, 84, 7e-4), (10, 1.5, 1000, 7e-4)]:
        sizes = numpy.arange(n, n + 400)
        critical = [next(c for c in range(m + 1) if cells * stats.binom.sf(c - 1, m, 1 / cells) <= alpha) for m in sizes]
        powers = stats.binom.sf(numpy.array(critical) - 1, sizes, ratio / cells)
        yield dict(cells=cells, ratio=ratio, n=n, alpha=alpha, power=powers[0], least=powers.min())


def wilson():
    for successes, n, confidence in [(10, 10, 0.95), (0, 10, 0.95), (7, 10, 0.95), (100, 300, 0.999), (1, 3000, 0.9)]:
        interval = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
        yield dict(successes=successes, n=n, confidence=confidence, lower=interval.low, upper=interval.high)


def chiSquare():
    for degrees in [1, 2, 4, 9, 49, 999]:
        for multiple in [0.001, 0.3, 1, 1.5, 4, 40]:
            x = degrees * multiple
            lower, upper = stats.chi2.cdf(x, degrees), stats.chi2.sf(x, degrees)
            yield dict(x=x, degreesOfFreedom=degrees, lower=lower, upper=upper)


def binomial():
    for successes, n, p in [(10, 10, 1 / 3), (360, 900, 1 / 3), (0, 10, 0.5), (1, 10, 0.02), (1100, 3000, 1 / 3), (90, 300, 0.2)]:
        yield dict(successes=successes, n=n, probability=p, upper=stats.binom.sf(successes - 1, n, p))


tables = [goodnessOfFit, evenest, homogeneity, excess, wilson, chiSquare, binomial]
rows = {table.__name__: ",\n".join(json.dumps(row) for row in table()) for table in tables}
print(f'{{"scipy": "{scipy.__version__}", ' + ", ".join(f'"{name}": [\n{text}\n]' for name, text in rows.items()) + "}")
