"""Everything periodic stands here: name, when, what, why. Two schedulers at once do no harm."""

from collections.abc import Callable
from dataclasses import dataclass

from mra.alliance import jobs as alliance_jobs
from mra.allocation import jobs as allocation_jobs
from mra.exchange import jobs as exchange_jobs
from mra.loans import jobs as loans_jobs
from mra.messaging import jobs as messaging_jobs
from mra.recalls import jobs as recalls_jobs
from mra.supply import jobs as supply_jobs
from mra.transport import jobs as transport_jobs
from mra.vehicles import jobs as vehicles_jobs


@dataclass(frozen=True)
class Entry:
    """One periodic job: every `seconds`, on Japan's clock; `why` is for the person who wonders, `words` for the page."""

    name: str
    seconds: int
    job: Callable[[], object]
    why: str
    words: str = ""


def _by_the_worker() -> None:
    """These two open their own transactions; the worker registers them itself."""


# Not among the entries: they are what carries all promised jobs, so they run by themselves (see `worker.keep_time`).
DRAIN = Entry(
    "drain",
    10,
    _by_the_worker,
    "lets a worker keep the promises that are due",
    "送信などの約束した仕事を、期限の順に進めます",
)
SWEEP = Entry("sweep", 30, _by_the_worker, "puts lost promises back", "途中で止まった仕事を見つけ、もう一度並べます")


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "alliance.remind_reviews",
        3600,
        alliance_jobs.remind_reviews,
        "Reminds coordinators 90, 30 and 7 days before an agreement has to be looked at again, in the daytime, once each.",
        "協定の見直し時期が近いことを、調整担当にメールで知らせます",
    ),
    Entry(
        "alliance.ask_pledge_confirmations",
        3600,
        alliance_jobs.ask_pledge_confirmations,
        "Asks members once a year whether what they promised still stands, in the daytime; looked at hourly, so that no day is missed.",
        "年に一度、提供表明が今も有効かを、加盟団体に確認します",
    ),
    Entry(
        "allocation.expire_offers",
        60,
        allocation_jobs.expire_offers,
        "Writes down which offers have run out and tells their people; expiry itself is judged when read.",
        "回答期限を過ぎた案内を「期限切れ」にし、本人に知らせます",
    ),
    Entry(
        "allocation.refresh_forecasts",
        600,
        allocation_jobs.refresh_forecasts,
        "Works out for everybody who waits what they may expect; their pages only look it up.",
        "順番待ちの方に表示する、見通しを計算します",
    ),
    Entry(
        "loans.remind_due",
        3600,
        loans_jobs.remind_due,
        "Reminds borrowers three days before the car is due (the day before, for loans of a few days) and once when it is late, in the daytime.",
        "返却日が近い方と、過ぎた方に知らせます",
    ),
    Entry(
        "supply.remind_calls",
        300,
        supply_jobs.remind_calls,
        "Reminds members that have not answered a call, once, when half of the time until the deadline is over.",
        "提供要請に回答していない加盟団体に、期限の半ばで一度だけ知らせます",
    ),
    Entry(
        "recalls.remind_silent",
        3600,
        recalls_jobs.remind_silent,
        "Reminds lessees who have not answered a recall, once, when half of their days are over.",
        "返却要請に回答していないリースの借り手に、期限の半ばで一度だけ知らせます",
    ),
    Entry(
        "recalls.remind_slots",
        3600,
        recalls_jobs.remind_slots,
        "Reminds lessees of the day and place they chose, the day before, once for each slot.",
        "明日リース車を返却する借り手に、場所と時刻を知らせます",
    ),
    Entry(
        "transport.remind_tomorrow",
        1800,
        transport_jobs.remind_tomorrow,
        "Reminds those who drive a car to its base tomorrow, once, in the daytime.",
        "明日の回送を引き受けた方に、前日に一度知らせます",
    ),
    Entry(
        "vehicles.remind_papers",
        3600,
        vehicles_jobs.remind_papers,
        "Mails coordinators and the desks 60, 30, 14 and 3 days before a paper of a car ends: one mail a day with all of them, once per paper and threshold.",
        "車検や保険の期限が近い車両を、1日1通のメールで担当者に知らせます",
    ),
    Entry(
        "messages-without-answer",
        60,
        messaging_jobs.lose_track_of_stuck,
        "a worker that dies while sending leaves a message of which nobody knows whether it left: a person must decide",
        "送信中に止まった連絡を「不明」にします",
    ),
    Entry(
        "messages-alarm",
        600,
        messaging_jobs.tell_admins,
        "Tells the admins once a day by mail when SMS fail, the account is not in order or the day's money is gone.",
        "送信がうまくいかないとき、管理者にメールで知らせます",
    ),
    Entry(
        "exchange.forget_old",
        24 * 3600,
        exchange_jobs.forget_old,
        "Forgets what people typed into tables a month after it was stored or let go; it may hold names and phone numbers.",
        "読み込みが終わって1か月たった表の、行の内容を消します",
    ),
)


def entry(name: str) -> Entry:
    """The entry of a name."""
    return next(found for found in ENTRIES if found.name == name)
