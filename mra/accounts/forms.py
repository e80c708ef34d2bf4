"""Forms of signing in and of accounts."""

from mra.core.access import READERS
from mra.core.forms import Form

from .queries import is_email_used
from .rules import PASSWORD_MIN_LENGTH


class SignInForm(Form):
    """Address and password; what was typed as a password is never shown again."""

    def read(self) -> None:
        """Both must be there."""
        self.need("email", "メールアドレスを入力してください。")
        self.need("password", "パスワードを入力してください。")

    def next_address(self) -> str | None:
        """Where the person wanted to go: a path of this site only."""
        return self.own_path("next")


class StaffForm(Form):
    """A new account."""

    def read(self) -> None:
        """All fields must be there; the role must be one."""
        self.need("name", "氏名を入力してください。")
        email = self.need("email", "メールアドレスを入力してください。")
        if email and "@" not in email:
            self.wrong("email", "メールアドレスの形が違います。例：sato@example.jp")
        elif is_email_used(email):
            self.wrong("email", "このメールアドレスのアカウントは、すでにあります。")
        if self.text("role") not in {role.value for role in READERS}:
            self.wrong("role", "役割を選んでください。")
        if len(self.text("password")) < PASSWORD_MIN_LENGTH:
            self.wrong("password", "パスワードは10文字以上で入力してください。")
