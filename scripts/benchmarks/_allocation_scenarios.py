"""Benchmark scenarios for the allocation engine: any size, the same for the same seed.

python scripts/benchmarks/_allocation_scenarios.py REQUESTS VEHICLES [SEED] > scenario.json
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, timedelta, timezone
from math import cos, radians
from random import Random
from typing import Any

# class: (share of the vehicles in per cent, seats)
CLASSES = {
    "kei_passenger": (30, 4),
    "passenger": (18, 5),
    "minivan": (8, 8),
    "kei_truck": (18, 2),
    "kei_van": (14, 4),
    "van_large": (4, 10),
    "truck_dump": (3, 3),
    "welfare": (5, 6),
}
SHORT_LOANS = ("kei_truck", "kei_van", "truck_dump")
SOUTH_WEST = (33.0, 131.0)
KM_PER_DEGREE = 111.195
FIRST_DAY = date(2026, 7, 1)
JAPAN = timezone(timedelta(hours=9))

_Point = tuple[float, float]  # kilometres east and north of the south-west corner


def benchmark_scenario(requests: int, vehicles: int, seed: int = 1) -> dict[str, Any]:
    """The document of one scenario."""
    random = Random(seed)
    count = max(3, vehicles // 100)
    width, height = (600, 200) if count > 50 else (60, 60)
    bases = [(random.uniform(0, width), random.uniform(0, height)) for _ in range(count)]
    return {
        "weights": {"class_rank": 1000, "km": 10, "spare_seat": 50, "unneeded_feature": 200},
        "vehicles": [_vehicle(random, f"V{number:06}", random.choice(bases)) for number in range(vehicles)],
        "requests": [_request(random, f"A{number:06}", random.choice(bases)) for number in range(requests)],
    }


def _place(point: _Point) -> dict[str, float]:
    lat = SOUTH_WEST[0] + point[1] / KM_PER_DEGREE
    lon = SOUTH_WEST[1] + point[0] / (KM_PER_DEGREE * cos(radians(SOUTH_WEST[0])))
    return {"lat": round(lat, 6), "lon": round(lon, 6)}


def _drawn(random: Random, percents: dict[str, int]) -> list[str]:
    return [word for word, percent in percents.items() if random.random() * 100 < percent]


def _vehicle(random: Random, id_: str, base: _Point) -> dict[str, Any]:
    name = random.choices(list(CLASSES), [share for share, _ in CLASSES.values()])[0]
    features = _drawn(random, {"awd": 40, "studless": 30, "power_supply": 8})
    if name == "welfare":
        features.append("wheelchair")
    days = random.choice((20, 45, 90, 200, 400))
    return {
        "id": id_,
        "vehicle_class": name,
        "seats": CLASSES[name][1],
        "transmission": "MT" if random.random() < 0.15 else "AT",
        "features": features,
        **_place(base),
        "available_from": FIRST_DAY.isoformat(),
        "available_until": (FIRST_DAY + timedelta(days=days)).isoformat(),
    }


def _request(random: Random, id_: str, base: _Point) -> dict[str, Any]:
    choice = list(CLASSES)[: 5 if random.random() < 0.9 else 8]
    classes = random.sample(choice, random.choice((1, 1, 2, 3)))
    from_on = FIRST_DAY + timedelta(days=random.randrange(3))
    days = 3 if classes[0] in SHORT_LOANS else 30
    submitted_at = datetime(2026, 6, 20, 9, tzinfo=JAPAN) + timedelta(seconds=random.randrange(10 * 24 * 3600))
    return {
        "id": id_,
        "tier": random.choices((1, 2, 3), (10, 30, 60))[0],
        "submitted_at": submitted_at.isoformat(),
        "classes": classes,
        "seats": random.choice((1, 1, 2, 2, 3, 4, 5)),
        "can_drive_manual": random.random() < 0.4,
        "required_features": _drawn(random, {"awd": 8, "studless": 5, "wheelchair": 3, "power_supply": 1}),
        **_place((random.gauss(base[0], 15), random.gauss(base[1], 15))),
        "max_distance_km": random.choice((10, 20, 30, 60)),
        "from": from_on.isoformat(),
        "until": (from_on + timedelta(days=days - 1)).isoformat(),
    }


if __name__ == "__main__":
    json.dump(benchmark_scenario(*(int(word) for word in sys.argv[1:])), sys.stdout)
