"""What a resident chooses behind the private link."""

from datetime import datetime

from mra.core.clock import JAPAN
from mra.core.forms import Form

CODE = "%Y-%m-%dT%H:%M"


def slot_code(moment: datetime) -> str:
    """A moment as it stands in an address: Japan's clock, to the minute."""
    return moment.astimezone(JAPAN).strftime(CODE)


class HandoverForm(Form):
    """The moment at which the car is to be fetched."""

    def read(self) -> None:
        """One moment on Japan's clock; whether it is free is the service's question."""
        try:
            chosen = datetime.strptime(self.text("handover_at"), CODE).replace(tzinfo=JAPAN)
        except ValueError:
            self.wrong("handover_at", "受け取る日時を選んでください。")
            return
        self.clean["handover_at"] = chosen
