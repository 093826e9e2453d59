"""Completeness check: the closed list against the files sent, and the list of what is missing with its grounds (п. 10, 15)."""

import streamlit as st

from dashboard import parts, session
from dashboard.views import desk_list
from dashboard.views.desk_case import Sight
from dashboard.views.desk_tabs import size
from infra.wording import _
from models.connection import actions
from models.connection.rules import Paper, papers_wanted
from models.document.tables import Attachment
from models.people.tables import PersonKind

# Ready-made phrases of the notice, which is a Russian paper: (in the list, what, ground, how)
PHRASES: tuple[tuple[str, str, str], ...] = (
    (
        "Копия документа, удостоверяющего личность: не видно фотографии или адреса",
        "пункт 10 Правил",
        "Приложите разворот паспорта с фотографией и страницу с адресом, чтобы читалось каждое слово",
    ),
    (
        "Документ о праве на земельный участок или здание",
        "пункт 10 Правил",
        "Приложите выписку из ЕГРН, договор аренды или другой документ о праве",
    ),
    (
        "Доверенность представителя, который подал заявку",
        "пункт 10 Правил",
        "Приложите доверенность или подпишите заявку сами",
    ),
    (
        "Кадастровый номер участка",
        "пункт 9 Правил",
        "Допишите кадастровый номер или сообщите, что участок не стоит на учёте",
    ),
    (
        "Запрашиваемая максимальная мощность не сходится с перечнем устройств",
        "пункт 9 Правил",
        "Проверьте мощность и перечень устройств, исправьте то, что неверно",
    ),
    (
        "Срок проектирования и ввода энергопринимающих устройств",
        "пункт 9 Правил",
        "Напишите квартал и год, когда устройства будут готовы",
    ),
)
BLANK = {"what": "", "ground": "пункт 10 Правил", "how": ""}


def editor(seen: Sight) -> None:
    """The list of papers, then what to ask for; one button sends the request."""
    wanted = _wanted(seen)
    _closed_list(seen, wanted)
    with st.container(key="card-missing"):
        parts.show(
            parts.h2(_("What is missing")),
            parts.p(
                _(
                    "Only what stands in the closed list may be asked for. Leave it empty and accept the set when it is complete."
                ),
                sub=True,
            ),
        )
        ready = [(what, {"what": what, "ground": ground, "how": how}) for what, ground, how in PHRASES]
        rows = desk_list.edit(f"missing-{seen.id}", _("Items of the notice"), [], _item, ready=ready, blank=BLANK)
        named = [r for r in rows if r["what"].strip()]
        parts.show(
            parts.p(
                _("The applicant has 20 working days from the day of the notice; then the application is annulled."),
                sub=True,
            )
        )
        if st.button(_("Request missing information"), key="request-info", disabled=not named):
            with session.acting() as (db, actor, now):
                actions.request_info(db, seen.id, actor, named, now)
            desk_list.forget(f"missing-{seen.id}")
            parts.done(_("The notice is being made, the applicant gets a letter with it"))


def _item(key: str, row: dict[str, str]) -> dict[str, str]:
    what = st.text_input(_("What is missing"), row["what"], key=f"{key}-what")
    left, right = st.columns([1, 1.6])
    ground = left.text_input(_("Ground"), row["ground"], key=f"{key}-ground")
    how = right.text_input(_("How to correct"), row["how"], key=f"{key}-how")
    return {"what": what, "ground": ground, "how": how}


def _wanted(seen: Sight) -> tuple[Paper, ...]:
    c = seen.case
    kind = c.person.get("kind", PersonKind.INDIVIDUAL)
    represented = bool(c.draft.get("represented"))
    return papers_wanted(kind, represented=represented, social=c.social, generation=c.generation_kw > 0)


def complete(seen: Sight) -> bool:
    """Every required paper of the closed list has a file."""
    sent = {a.kind for a in seen.files}
    return all(p.kind in sent for p in _wanted(seen) if p.required)


def _closed_list(seen: Sight, wanted: tuple[Paper, ...]) -> None:
    columns = [
        parts.Column(_("Paper of the closed list")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Files")),
    ]
    rows = []
    for paper in wanted:
        files = [a for a in seen.files if a.kind == paper.kind]
        rows.append(
            (
                paper.kind,
                [
                    f"<b>{parts.esc(_(paper.title))}</b><small>{parts.esc(_(paper.hint))}</small>",
                    _state(paper, files),
                    _links(files),
                ],
            )
        )
    if replies := [a for a in seen.files if a.kind == "reply"]:
        rows.append(
            (
                "reply",
                [f"<b>{parts.esc(_('Sent after the notice'))}</b>", parts.chip("done", _("sent")), _links(replies)],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("Papers of the closed list"))))


def _state(paper: Paper, files: list[Attachment]) -> str:
    if files:
        return parts.chip("done", _("sent"))
    return parts.chip("late", _("not sent")) if paper.required else parts.chip("next", _("at will"))


def _links(files: list[Attachment]) -> str:
    return (
        parts.esc(_("none"))
        if not files
        else "<br>".join(
            f'<a href="/attachments/{a.id}" target="_blank" rel="noopener">{parts.esc(a.name)}, {parts.esc(size(a.size))}</a>'
            for a in files
        )
    )
