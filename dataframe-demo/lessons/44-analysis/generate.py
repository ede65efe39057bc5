"""Makes the tables of this lesson: python generate.py [FOLDER]

Two years of a bicycle hire that does not exist, with the dirt that such tables have. The same numbers come out
every time: of random only random() is used, whose sequence Python keeps from version to version.
"""

import csv
import gzip
import io
import math
import random
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 44
FIRST, DAYS = date(2024, 1, 1), 731
STATIONS = {
    "Central Station": ("Centre", 48, 10),
    "Town Hall": ("Centre", 30, 7),
    "Cathedral Square": ("Centre", 24, 6),
    "Opera": ("Centre", 20, 3),
    "Harbour": ("North", 36, 8),
    "Fish Market": ("North", 24, 4),
    "North Beach": ("North", 40, 5),
    "University": ("East", 44, 9),
    "Library": ("East", 18, 4),
    "East Gate Station": ("East", 22, 5),
    "Old Mill": ("South", 16, 2),
    "Zoo": ("South", 28, 4),
}
NOTHING = ["", "", "NA", "n/a", "-", "?"]
NOTES = [
    "flat tyre, walked back",
    'said "brakes are soft"',
    "lost the key",
    "paid twice, refund asked",
    "light broken",
]
# Rides by hour, on working days and on weekends.
WORKING = [1, 1, 0, 0, 1, 3, 9, 22, 26, 13, 8, 9, 12, 11, 10, 13, 22, 29, 22, 13, 8, 6, 4, 2]
WEEKEND = [3, 2, 1, 1, 0, 1, 2, 4, 8, 13, 18, 21, 22, 23, 23, 22, 20, 17, 13, 10, 8, 6, 5, 4]

chance = random.Random(SEED).random


def normal():
    return sum(chance() for _ in range(12)) - 6


def exponential(mean):
    return -mean * math.log(1 - chance())


def choice(items):
    return items[int(chance() * len(items))]


def weighted(weights):
    """The place of one weight, by chance."""
    left = chance() * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def weather():
    """One row a day: temperature, rain, wind, humidity, sunshine."""
    warmer, wet = 0.0, False
    for day in range(DAYS):
        season = math.sin(2 * math.pi * (day - 105) / 365.25)
        warmer = 0.8 * warmer + 1.6 * normal()
        wet = chance() < (0.6 if wet else 0.25)
        rain = round(0.1 + exponential(5.0), 1) if wet else 0.0
        clouds = min(1, max(0, (0.75 if wet else 0.4) + 0.2 * normal()))
        sunshine = round((12 + 4.3 * season) * (1 - clouds), 1)
        temperature = round(10.5 + 8.5 * season + warmer + 0.25 * (sunshine - 6), 1)
        wind = round(1.2 + exponential(1.1) + exponential(1.1 if wet else 0.7), 1)
        humidity = round(min(99, max(35, 88 - 1.6 * sunshine + (6 if wet else 0) + 4 * normal())))
        yield FIRST + timedelta(day), temperature, rain, wind, humidity, sunshine


def rides(sky):
    """One row a ride, clean."""
    names = list(STATIONS)
    number = 100_000
    for day, temperature, rain, *_ in sky:
        weekend = day.weekday() >= 5
        wanted = 84 + 16 * (day - FIRST).days / DAYS
        wanted *= min(1.5, max(0.35, 0.55 + 0.04 * temperature))
        wanted *= (1 - min(0.6, 0.07 * rain)) * (0.85 if weekend else 1)
        starts = []
        for _ in range(max(4, round(wanted * (1 + 0.1 * normal())))):
            starts.append(weighted(WEEKEND if weekend else WORKING) * 60 + int(chance() * 60))
        for start in sorted(starts):
            number += 1
            electric, member = chance() < 0.35, chance() < (0.5 if weekend else 0.7)
            minutes = 4 + int(exponential(11 if member else 21))
            metres = round(minutes * (265 if electric else 205) * (0.75 + 0.5 * chance()), -1)
            paid = round((0 if member else 1) + minutes * (0.15 if electric else 0.08), 2)
            station = names[weighted([weight for _, _, weight in STATIONS.values()])]
            moment = datetime(day.year, day.month, day.day) + timedelta(minutes=start)
            yield [number, moment, minutes, int(metres), station, electric, member, paid]


def written(ride):
    """A ride as one of several terminals writes it."""
    number, moment, minutes, metres, station, electric, member, paid = ride
    style = weighted([70, 18, 12])
    started = moment.strftime(["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p"][style])
    if chance() < 0.004:
        minutes = choice(NOTHING)
    elif chance() < 0.001:
        minutes = choice([-1, 0, 99999])
    metres = f"{metres:,}" if style == 2 else str(metres)
    if chance() < 0.01:
        metres = choice(NOTHING)
    if chance() < 0.0006:
        station = "Workshop"
    if chance() < 0.04:
        station = choice([station.lower(), station.upper(), station + " ", station.replace(" ", "  ")])
    if style == 1:
        station = station.replace("Station", "Stn")
    bike = choice(["e-bike", "E-Bike", "ebike"]) if electric else choice(["classic", "classic", "Classic "])
    rider = ["casual", "guest"][style == 2] if not member else ["member", "Member"][style == 1]
    paid = [f"{paid:.2f}", f"{paid:.2f}".replace(".", ","), f"EUR {paid:.2f}"][style]
    note = choice(NOTES) if chance() < 0.003 else ""
    return [f"R{number}", started, minutes, metres, station, bike, rider, paid, note]


def table(head, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def all_rides(sky):
    """With some that were sent twice, the second time perhaps with a blank more, and some cut off at the end."""
    rows = []
    for ride in rides(sky):
        row = written(ride)
        rows.append(row)
        if chance() < 0.015:
            rows.append(row if chance() < 0.7 else row[:5] + [row[5] + " "] + row[6:])
        if chance() < 0.0005:
            rows[-1] = row[:8]
    return rows


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    sky = list(weather())
    stations = [(name, district, docks) for name, (district, docks, _) in STATIONS.items()]
    head = ["ride", "started", "minutes", "metres", "station", "bike", "rider", "paid", "note"]
    compressed = gzip.compress(table(head, all_rides(sky)).encode(), mtime=0)
    (folder / "rides.csv.gz").write_bytes(compressed)
    (folder / "stations.csv").write_text(table(["station", "district", "docks"], stations))
    head = ["date", "temperature", "rain", "wind", "humidity", "sunshine"]
    (folder / "weather.csv").write_text(table(head, sky))
