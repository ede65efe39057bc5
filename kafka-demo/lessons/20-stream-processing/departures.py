"""Makes departures.csv: bicycles that left their stations in 20 minutes, in the order in which the reports came in."""

import random
from pathlib import Path

random.seed(20)
START = 1_740_988_800_000  # 2025-03-03, 08:00 UTC
STATIONS = ["harbour", "market", "museum", "park", "station", "university"]

reports = []
for _ in range(1200):
    left = START + random.randrange(20 * 60_000)
    # Most reports come at once, some have to wait for a network, a few of those for long.
    delay = random.choices([random.randrange(2_000), random.randrange(25_000), random.randrange(300_000)], [85, 12, 3])[0]
    reports.append((left + delay, left, random.choice(STATIONS)))

with open(Path(__file__).parent / "departures.csv", "w", newline="\n") as file:
    file.writelines(f"{left},{station}\n" for _, left, station in sorted(reports))
