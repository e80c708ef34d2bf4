"""Forms of what comes back."""

from mra.core.forms import Form

LONGEST_REPLY = 300


class ReplyForm(Form):
    """What a visitor of the demo answers as the owner of a phone."""

    def read(self) -> None:
        """Any text, as a person would type it."""
        said = self.need("body", "返信の内容を入力してください。")
        if len(said) > LONGEST_REPLY:
            self.wrong("body", f"返信は{LONGEST_REPLY}文字までで入力してください。")
        self.clean["body"] = said
