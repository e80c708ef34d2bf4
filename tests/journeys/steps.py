"""Steps that several journeys take."""

from mra.core import clock

from .conftest import Visitor


def enter_a_car(desk: Visitor, vehicle_class: str, plate: str, chassis_number: str) -> None:
    """A car of a class that nobody else of the story wishes for stands at a base, ready."""
    next_year = f"令和{clock.today().year - 2018 + 1}年12月20日"
    desk.press("車両").press("車両を登録する")
    desk.fill(plate=plate, chassis_number=chassis_number, name="ハイエース")
    # Where another journey opened a support of its own, the list of bases names the support too.
    base = desk.page.locator("main select[name=base] option", has_text="八代拠点").first.inner_text()
    desk.choose(vehicle_class=vehicle_class, base=base)
    desk.fill(seats="４", odometer_km="52,000").tick(transmission="AT", drive="2WD", arrived="到着済")
    desk.fill(inspection_ends_on=next_year, compulsory_ends_on=next_year, voluntary_ends_on=next_year)
    desk.tick(driver_scope="unlimited").press("車両を登録する").sees("使用可")


def admit(desk: Visitor, number: str) -> None:
    """The desk finds the application by the number read out on the phone, and admits it."""
    desk.press("申込").fill(q=number.lower().replace("-", "")).press("探す").sees(number)
    desk.press("受理する").sees("受理")


def offer_what_is_proposed(coordinator: Visitor, vehicle_class: str) -> None:
    """The coordinator lets the system propose, sees the class among it, and offers the cars to their people."""
    coordinator.press("割当")
    coordinator.press("割当案を作る").sees(vehicle_class).press("選んだ方に案内する")


def follow_the_text(person: Visitor, phone: str, path: str, says: str) -> Visitor:
    """Somebody reads on the phone what a text says, and follows the newest link to pages of this path."""
    person.visit("/phone").fill(phone=phone).press("届いた連絡を開く").sees(says)
    link = person.page.locator(f"main a[href*='{path}']").last.get_attribute("href")
    assert link is not None
    return person.visit(link)
