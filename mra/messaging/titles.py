"""What staff call each text and mail."""

TITLES: dict[str, str] = {
    "admitted": "順番待ちに入った",
    "agreement_review": "協定の見直し時期",
    "application_received": "申込の受付",
    "asked_back": "申込の確認のお願い",
    "bulk_notice": "一斉連絡",
    "call_cancelled": "提供要請の取消し",
    "call_made": "提供要請",
    "call_reminder": "提供要請の回答のお願い",
    "due_soon": "返却日が近い",
    "extension_asked": "延長希望への返事",
    "loan_extended": "貸出の延長",
    "member_invitation": "加盟団体の担当者登録",
    "offer_declined": "案内の辞退を承った",
    "offer_expired": "案内の期限切れ",
    "offer_made": "車の案内",
    "offer_retracted": "案内の取消し",
    "offer_wanted": "「はい」への返事（日時の選択）",
    "overdue": "返却日を過ぎた",
    "pledge_confirmation": "提供表明の確認",
    "reply_to_desk": "窓口で確認する返信への返事",
    "reservation_cancelled": "予約の取消し",
    "reservation_made": "予約の確定",
    "return_announced": "返却の連絡への返事",
    "sending_alarm": "送信の異常（管理者あて）",
    "sms_help": "HELPへの返事",
    "sms_started": "SMSの再開",
    "sms_stopped": "SMSの停止",
    "turned_down": "貸出の条件に合わない",
    "your_page": "本人用リンクの送り直し",
}


def title_of(template: str) -> str:
    """The name of a text for people; a text that has none yet goes by its key."""
    return TITLES.get(template, template)
