# What bench/quotes computes by line, with decimal: quotes.py N
import sys
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal as D

seed, cent = 1, D('0.01')


def pick(n):
    global seed
    seed = (seed * 1664525 + 1013904223) % 2 ** 32
    return (seed >> 8) % n


def rounded(x):
    return x.quantize(cent, ROUND_HALF_UP)


def shared(whole, weights):
    total = sum(weights)
    if not total:
        return [whole] + [D(0)] * (len(weights) - 1)
    exact = [whole * w / total for w in weights]
    out = [x.quantize(cent, ROUND_FLOOR) for x in exact]
    left = int((whole - sum(out)) / cent)
    for i in sorted(range(len(out)), key=lambda i: out[i] - exact[i])[:left]:
        out[i] += cent
    return out


def quote():
    amounts, rates = [], []
    for i in range(10):
        quantity = D(1 + pick(3000)).scaleb(-2)
        price = D(pick(100000)).scaleb(-2)
        share = pick(20)
        rates.append(D('0.09975') if pick(2) else D('0.2'))
        amounts.append(rounded(quantity * price * (100 - share) / 100))
    off = rounded(sum(amounts) * 5 / 100)
    nets = [a - s for a, s in zip(amounts, shared(off, amounts))]
    nets.append(D('9.90'))
    rates.append(D('0.2'))
    return sum(nets) + sum(rounded(n * r) for n, r in zip(nets, rates))


print(int(sum(quote() for i in range(int(sys.argv[1]))) * 100))
