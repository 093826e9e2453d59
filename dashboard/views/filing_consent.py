"""The step «Consent»: a document of its own with its own tick (152-ФЗ, ст. 9: apart from the application since 01.09.2025).

The text is legal Russian, not gettext. What is kept names its version and its sha256, so that the words can be proved."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts
from dashboard.views.filing_draft import Sheet, save
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.database import database
from infra.wording import _
from models.connection import queries

TITLE = "Согласие на обработку персональных данных"
VERSION = "1 от 01.09.2025"
_TEXT = """Я, {name}, даю {operator} ({address}) согласие на обработку моих персональных данных.
Цель: рассмотрение заявки на технологическое присоединение, подготовка и исполнение договора, связь со мной по заявке.
Данные: фамилия, имя, отчество; дата рождения; паспортные данные; СНИЛС; ИНН; адрес регистрации и почтовый адрес; телефон; адрес электронной почты; сведения об объекте и правах на него.
Действия: сбор, запись, систематизация, хранение, уточнение, использование, передача гарантирующему поставщику копий документов по пункту 107 Правил № 861, удаление. Обработка автоматизированная и без средств автоматизации.
Срок: до прекращения присоединения и ещё пять лет хранения документов.
Отзыв: письмом на {email} или по адресу {operator}. После отзыва обработка продолжается только там, где её требует закон или договор."""


def text_for(name: str, utility: Mapping[str, Any]) -> str:
    """The words this person agrees to."""
    return _TEXT.format(
        name=name or "заявитель",
        operator=utility.get("full_short", ""),
        address=utility.get("address", "") or utility.get("postal", ""),
        email=utility.get("email", ""),
    )


def record(text: str, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """What is kept of a consent: {text, version, at, sha256}."""
    told = hashlib.sha256(text.encode()).hexdigest()
    return {"text": TITLE, "version": VERSION, "at": f"{now.astimezone(zone):%d.%m.%Y %H:%M} (МСК)", "sha256": told}


def body(sheet: Sheet, tried: bool) -> None:
    text = _text(sheet)
    given = sheet.case.draft.get("consent") == "yes"
    with st.container(key="card-consent"):
        lines = "".join(f"<p>{parts.esc(line)}</p>" for line in text.splitlines())
        version = _("Version %(version)s") % {"version": VERSION}
        parts.show(f'<div lang="ru"><h2>{parts.esc(TITLE)}</h2>{lines}</div>', parts.p(version, sub=True))
        ticked = st.checkbox(
            _("I give my consent to process personal data") + "*", value=given, key=f"consent-{sheet.id}"
        )
        if ticked != given:
            consents = [record(text, clock.now(), sheet.zone)] if ticked else []
            save(sheet.id, {"consent": "yes" if ticked else "", "consents": consents})
            st.rerun()
        if tried and not ticked:
            parts.show(faulty(sheet.faults.get("consent", "")))
        if given and (kept := sheet.case.draft.get("consents")):
            parts.show(parts.p(_("Given %(at)s. It is kept with the application.") % {"at": kept[0]["at"]}, sub=True))


def _text(sheet: Sheet) -> str:
    with database().transaction() as db:
        utility = queries.org(db).get("utility", {})
    name = sheet.case.draft.get("head") or sheet.case.draft.get("name") or ""
    return text_for(str(name), utility)
