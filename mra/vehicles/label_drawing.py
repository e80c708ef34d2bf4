"""Labels as they are printed: ten cars on a sheet of A4, each with a label for the car and one for its key."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from flask import current_app

from mra.core import phone
from mra.vehicles.models import Vehicle

# Medium: a scratch or a drop of mud on the windscreen leaves it readable.
ERROR_CORRECTION = "m"


@dataclass(frozen=True)
class Label:
    """What stands on the labels of one car; nothing on it names a person."""

    plate: str
    car_name: str
    base: str
    phone: str
    qr: str


def label_of(vehicle: Vehicle, public_url: str, help_phone: str) -> Label:
    """The labels of a car: the QR code leads to its own short address, the phone is its support's."""
    support = vehicle.base.activation if vehicle.base else None
    return Label(
        plate=vehicle.plate_text,
        car_name=vehicle.name,
        base=vehicle.base.name if vehicle.base else "",
        phone=phone.grouped(support.help_phone) if support else help_phone,
        qr=qr_image(f"{public_url}/q/{vehicle.label_code}"),
    )


def qr_image(address: str) -> str:
    """A QR code as an image for the page."""
    return segno.make(address, error=ERROR_CORRECTION, micro=False).svg_data_uri(border=4)


def pdf_of(labels: Sequence[Label]) -> bytes:
    """The sheets as a PDF."""
    # Imported here: it takes two seconds and a hundred megabytes, and only the worker needs it.
    from weasyprint import HTML

    # Not render_template: a sheet is no page of the site and has no navigation.
    sheet = current_app.jinja_env.get_template("vehicles/labels/sheet.html").render(labels=labels)
    drawn = HTML(string=sheet).write_pdf()
    assert isinstance(drawn, bytes)
    return drawn
