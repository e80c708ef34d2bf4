"""A fleet as large as it may become: a spreadsheet of it, and the loans that its cars have behind them."""

from collections.abc import Iterator
from io import BytesIO

from sqlalchemy import select, text

from mra.core.db import db
from mra.core.spreadsheets.layout import Layout
from mra.core.spreadsheets.template import typed_columns
from mra.core.spreadsheets.writing import write_workbook
from mra.disasters.models import Base
from mra.exchange.tables.vehicle_layout import COLUMNS, LAYOUT

KANA = "われ"
AREAS = ("熊本", "福岡", "大分", "鹿児島", "宮崎", "佐賀", "長崎")
SERIALS = 9_000
# Every car has been out so often, a month each, two months apart.
LOANS = """
    INSERT INTO loans (activation_id, request_id, vehicle_id, base_id, terms_version_id, status, handover_at, due_at,
                       handed_over_at, odometer_out_km, fuel_out_eighths, returned_at, odometer_in_km, fuel_in_eighths,
                       is_odometer_confirmed, damage_note, cancel_reason)
    SELECT base.activation_id, request.id, vehicle.id, base.id, terms.id, 'returned', began, began + interval '30 days',
           began, 40000 - nth * 1000, 8, began + interval '29 days', 40500 - nth * 1000, 8, false, '', ''
    FROM vehicles AS vehicle
    JOIN bases AS base ON base.id = vehicle.base_id
    CROSS JOIN generate_series(1, :each) AS nth
    CROSS JOIN LATERAL (SELECT now() - nth * interval '60 days' AS began) AS time
    CROSS JOIN LATERAL (SELECT min(id) AS id FROM requests WHERE activation_id = base.activation_id) AS request
    CROSS JOIN LATERAL (SELECT max(id) AS id FROM terms_versions WHERE activation_id = base.activation_id) AS terms
    WHERE vehicle.chassis_number LIKE 'BENCH%'
"""


def spreadsheet(cars: int) -> bytes:
    """The list of a secretariat that has so many cars, in the form that it downloaded."""
    stream = BytesIO()
    layout = Layout(tuple(typed_columns(LAYOUT)), LAYOUT.identity)
    write_workbook(stream, "車両", layout, _rows(cars))
    return stream.getvalue()


def _rows(cars: int) -> Iterator[list[str]]:
    bases = list(db.session.scalars(select(Base.name).order_by(Base.id)))
    known = {column.name for column in COLUMNS}
    for number in range(cars):
        serial, group = number % SERIALS + 1_000, number // SERIALS
        area, kana = AREAS[group % len(AREAS)], KANA[group // len(AREAS) % len(KANA)]
        cells = {
            "plate": f"{area} 580 {kana} {serial // 100}-{serial % 100:02}",
            "chassis_number": f"BENCH-{100000 + number}",
            "name": "アルト",
            "vehicle_class": "軽乗用車",
            "seats": "4",
            "transmission": "AT",
            "drive": "2WD",
            "odometer_km": "４２，０００",
            "features": "ETC、スタッドレスタイヤ",
            "base": bases[number % len(bases)],
            "arrived": "到着済",
            "inspection_ends_on": f"令和{10 + number % 2}年{1 + number % 12}月1日",
            "compulsory_ends_on": f"{2028 + number % 2}/{1 + number % 12}/15",
            "voluntary_ends_on": "R11.3.31",
            "driver_scope": "限定なし",
            "remarks": "鍵は2本",
        }
        assert cells.keys() <= known
        yield [cells.get(column.name, "") for column in typed_columns(LAYOUT)]


def lend(each: int) -> int:
    """So many loans behind every car; returns how many that are."""
    lent = db.session.execute(text(LOANS), {"each": each}).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return int(lent)
