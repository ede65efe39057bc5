"""Makes metrics.csv: the processor load of four hosts, every 5 seconds for half an hour."""

import random
from pathlib import Path

random.seed(19)
START = 1_740_996_000  # 2025-03-03, 10:00 UTC
CALM, BUSY, OVERLOADED = (10, 60), (76, 88), (92, 100)


def load(host, minute):
    if host == "db-1":  # overloaded, a little better for two minutes, overloaded again, then calm
        return OVERLOADED if 6 <= minute < 11 or 13 <= minute < 16 else BUSY if 11 <= minute < 13 else CALM
    if host == "web-1":  # two peaks, each too short for an alert
        return OVERLOADED if minute in (4, 5, 20, 21) else CALM
    if host == "cache-1":  # goes up at the end, and stays there
        return OVERLOADED if minute >= 25 else CALM
    return CALM


with open(Path(__file__).parent / "metrics.csv", "w", newline="\n") as file:
    for second in range(0, 30 * 60, 5):
        for host in ["cache-1", "db-1", "web-1", "web-2"]:
            percent = random.randint(*load(host, second // 60))
            file.write(f"{START + second},{host},{percent}\n")
