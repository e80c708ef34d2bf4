"""The reason of a decision."""

from mra.core.forms import Form

LONGEST_REASON = 500


class DecisionForm(Form):
    """Why staff ask back, turn down, admit without proof, or withdraw."""

    def read(self) -> None:
        """A reason must be there, and short enough to be read."""
        self.values["reason"] = "\n".join("".join(s for s in row if s.isprintable()) for row in self.rows())
        reason = self.need("reason", "理由を入力してください。")
        if len(reason) > LONGEST_REASON:
            self.wrong("reason", f"理由は{LONGEST_REASON}文字以内で入力してください。")
        self.clean["reason"] = reason

    def rows(self) -> list[str]:
        """The lines as typed."""
        return self.text("reason").splitlines()
