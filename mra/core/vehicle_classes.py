"""The classes of cars that are pledged, wished for, lent; and the two products that the association lends.

Passenger cars go out for a month and may be renewed; cargo cars for at most three days, any number of times.
"""

from enum import StrEnum


class VehicleClass(StrEnum):
    """The classes of the allocation contract."""

    KEI_PASSENGER = "kei_passenger"
    PASSENGER = "passenger"
    MINIVAN = "minivan"
    KEI_TRUCK = "kei_truck"
    KEI_VAN = "kei_van"
    VAN_LARGE = "van_large"
    TRUCK_DUMP = "truck_dump"
    WELFARE = "welfare"
    CAMPER = "camper"
    MICROBUS = "microbus"


VEHICLE_CLASS_WORDS = {
    VehicleClass.KEI_PASSENGER: "軽乗用車",
    VehicleClass.PASSENGER: "普通乗用車",
    VehicleClass.MINIVAN: "ミニバン(7〜8人乗り)",
    VehicleClass.KEI_TRUCK: "軽トラック",
    VehicleClass.KEI_VAN: "軽バン",
    VehicleClass.VAN_LARGE: "大型バン",
    VehicleClass.TRUCK_DUMP: "ダンプ",
    VehicleClass.WELFARE: "福祉車両",
    VehicleClass.CAMPER: "キャンピングカー",
    VehicleClass.MICROBUS: "マイクロバス",
}

PASSENGER_CLASSES = (
    VehicleClass.KEI_PASSENGER,
    VehicleClass.PASSENGER,
    VehicleClass.MINIVAN,
    VehicleClass.WELFARE,
)

FEATURE_WORDS = {
    "awd": "4WD",
    "studless": "スタッドレスタイヤ",
    "wheelchair": "車いす対応",
    "power_supply": "外部給電",
    "child_seat": "チャイルドシート",
    "etc": "ETC",
}
