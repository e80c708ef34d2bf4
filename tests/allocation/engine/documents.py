"""The contract's example, as a document that tests may spoil."""

from __future__ import annotations

from typing import Any


def example() -> dict[str, Any]:
    """A fresh copy of the scenario in the contract."""
    return {
        "weights": {"class_rank": 1000, "km": 10, "spare_seat": 50, "unneeded_feature": 200},
        "vehicles": [
            {
                "id": "V1",
                "vehicle_class": "kei_van",
                "seats": 4,
                "transmission": "AT",
                "features": ["awd"],
                "lat": 37.04,
                "lon": 136.96,
                "available_from": "2026-07-01",
                "available_until": "2026-12-31",
            }
        ],
        "requests": [
            {
                "id": "A1",
                "tier": 2,
                "submitted_at": "2026-06-20T10:00:00+09:00",
                "classes": ["kei_van", "kei_truck"],
                "seats": 2,
                "can_drive_manual": False,
                "required_features": [],
                "lat": 37.05,
                "lon": 136.90,
                "max_distance_km": 30,
                "from": "2026-07-01",
                "until": "2026-07-04",
            }
        ],
    }
