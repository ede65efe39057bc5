"""Makes events.ndjson.gz: what the visitors of a shop do in seventy minutes, as it arrives.

10,000 lines. A day has ten minutes here, so that the season has come round several times when the sale begins, which is
the anomaly. Some events come late, a few of them too late, and some lines come twice.
"""

import gzip
import json
from pathlib import Path

import numpy as np

LINES, REPEATED, TOO_LATE = 10_000, 160, 12
START = np.datetime64("2025-03-03T09:00", "ms")
MINUTES, DAY = 70, 10
SALE = range(47, 50)
# The last ones are hostile: to a page, to a table of CSV, to who takes text for ASCII.
PAGES = {
    "/": 20,
    "/pricing": 14,
    "/docs": 10,
    "/docs/install": 8,
    "/search": 12,
    "/blog": 3,
    "/login": 2,
    "/sale": 6,
    "/<b>bold</b>": 6,
    "/<script>document.title='broken'</script>": 6,
    '/a,"b"': 7,
    "/?a=1&amp;b=2": 1,
    "/äöü/日本": 5,
}
SEGMENTS = {"new": 0.5, "returning": 0.35, "member": 0.15}
TARGETS = ["buy", "more", "<img src=x onerror=document.title='broken'>"]
QUERIES = ["shoes", "red shoes", "söckchen", 'size "42"', "' OR 1=1", "<i>hat</i>"]

chance = np.random.default_rng(7)


def weighted(weights, count):
    shares = np.array(list(weights.values()))
    return chance.choice(list(weights), size=count, p=shares / shares.sum())


def moments(count):
    """When things happen, in ms from the start: more of them at noon than at night."""
    minutes = np.arange(MINUTES)
    shares = 1 + 0.5 * np.sin(2 * np.pi * minutes / DAY)
    return chance.choice(minutes, size=count, p=shares / shares.sum()) * 60_000 + chance.integers(60_000, size=count)


count = LINES - REPEATED
sale = 400
at = np.concatenate([moments(count - sale), chance.choice(SALE, sale) * 60_000 + chance.integers(60_000, size=sale)])
page = np.concatenate([weighted(PAGES, count - sale), np.repeat("/sale", sale)])
kind = chance.choice(["page_view", "click"], size=count, p=[0.8, 0.2])
kind[(page == "/search") & (chance.random(count) < 0.7)] = "search"
segment = weighted(SEGMENTS, count)

# Most arrive at once, some within the grace of two minutes, a few when their minute has long been closed.
delay = chance.exponential(400, count)
late = chance.random(count) < 0.03
delay[late] = chance.uniform(10_000, 115_000, late.sum())
often = np.flatnonzero((at < 50 * 60_000) & np.isin(page, ["/", "/pricing", "/docs"]) & ~late)
delay[chance.choice(often, TOO_LATE, replace=False)] = chance.uniform(13, 17, TOO_LATE) * 60_000

arrives = at + delay
# Sent again: by a client that has waited for a while, and by one that was away for twenty minutes.
again = chance.choice(np.flatnonzero(delay < 5_000), REPEATED, replace=False)
waits = np.where(np.arange(REPEATED) < REPEATED - 5, chance.uniform(0, 60_000, REPEATED), 20 * 60_000)
order = np.argsort(np.concatenate([arrives, arrives[again] + waits]), kind="stable")
order = np.concatenate([np.arange(count), again])[order]

lines = []
user = chance.integers(1, 400, size=count)
identity = chance.bytes(6 * count).hex()
for event in range(count):
    fields = {
        "id": identity[12 * event : 12 * event + 12],
        "kind": str(kind[event]),
        "at": f"{START + at[event]}Z",
        "user": f"u{user[event]}",
        "segment": str(segment[event]),
        "page": str(page[event]),
    }
    if fields["kind"] == "search":
        fields["query"] = str(chance.choice(QUERIES))
    if fields["kind"] == "click":
        fields["target"] = str(chance.choice(TARGETS))
    lines.append(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))

text = "".join(lines[event] + "\n" for event in order)
Path(__file__).with_name("events.ndjson.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
