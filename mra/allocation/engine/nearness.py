"""Who is near enough to a place, and how far away. The one formula that counts is `distance_km`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mra.allocation.engine.values import EARTH_RADIUS_KM, Request, distance_km

# Arrays of distances may differ in the last digit from the one formula that counts; nearer than this to a limit,
# the formula itself decides.
_DOUBT_KM = 1e-6
# The first sieve compares directions in space. It lets pass whatever lies less than this beyond the limit.
_GENEROSITY_KM = 1.0


class Nearness:
    """The places of the requests, sorted from south to north."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self._requests = requests
        lat = np.radians(np.array([request.lat for request in requests], dtype=np.float64))
        lon = np.radians(np.array([request.lon for request in requests], dtype=np.float64))
        self._max_km = np.array([request.max_distance_km for request in requests], dtype=np.float64)
        self._lat, self._lon, self._cos_lat = lat, lon, np.cos(lat)
        self._from_south = np.argsort(lat, kind="stable")
        self._sorted_lat = lat[self._from_south]
        angle = (self._max_km + _GENEROSITY_KM) / EARTH_RADIUS_KM
        self._widest = float(angle.max(initial=0.0))
        # Beyond half the way round the earth everything is near enough; no cosine is as low as -2.
        self._least_cosine = np.where(angle < np.pi, np.cos(angle), -2.0)[self._from_south]
        self._direction = _direction(lat, lon)[self._from_south]

    def around(self, place: tuple[float, float]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The requests, in rank order, from which this place is not too far, and the distances."""
        lat, lon = np.radians(place)
        low, high = np.searchsorted(self._sorted_lat, (lat - self._widest, lat + self._widest))
        cosine = self._direction[low:high] @ _direction(lat, lon)
        rows = np.sort(self._from_south[low:high][cosine >= self._least_cosine[low:high]])
        half_height = np.sin((self._lat[rows] - lat) / 2)
        half_width = np.sin((self._lon[rows] - lon) / 2)
        chord = half_height**2 + np.cos(lat) * self._cos_lat[rows] * half_width**2
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        self._settle(rows, km, place)
        close = km <= self._max_km[rows]
        return rows[close], km[close]

    def _settle(self, rows: npt.NDArray[np.int64], km: npt.NDArray[np.float64], place: tuple[float, float]) -> None:
        """Where the last digit could decide (the limit, a whole kilometre), ask the formula that counts."""
        whole = np.rint(km)
        doubtful = (np.abs(km - self._max_km[rows]) < _DOUBT_KM) | ((np.abs(km - whole) < _DOUBT_KM) & (whole > 0))
        for index in np.flatnonzero(doubtful).tolist():
            request = self._requests[rows[index]]
            km[index] = distance_km(request.lat, request.lon, *place)


def _direction(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Unit vectors from the middle of the earth."""
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
