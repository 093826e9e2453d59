"""Fields of the wizard: label, hint, what was typed, and the fault beside it. Values are saved by filing_draft.collect()."""

from collections.abc import Mapping

import streamlit as st

from dashboard import parts
from dashboard.views.filing_draft import Sheet, initial, remember, widget
from dashboard.views.filing_words import Ask, Kind, Part
from infra.wording import _

PAIRED = frozenset(
    {"birth_date", "snils", "inn", "ogrn", "kpp", "passport_series", "passport_number", "passport_issued", "passport_code",
     "temporary_until", "first_kw", "second_kw", "partner_inn", "partner_contract", "supply_contract", "price_category",
     "phone", "email", "bank_bic", "bank_account", "power_kw", "prior_kw", "head", "head_post"}
)  # fmt: skip

STYLE = """<style>
.f-steps{list-style:none;margin:0 0 4px;display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:6px}
.f.f .f-steps li{margin:0;padding:6px 0 0;border-top:4px solid var(--line);color:var(--ink-2);font-size:.88rem;line-height:1.3}
.f.f .f-steps .done{border-color:var(--green)}.f.f .f-steps .now{border-color:var(--ink);color:var(--ink);font-weight:700}
.f-steps .i{margin-right:3px}
[class*="st-key-upload-"] [data-testid="stFileChips"] div:has(>.stFileChip:not([aria-invalid="true"])):not(:has([data-testid="stFileChipIconSpinner"])){display:none}
[data-testid="stFileChips"] button[aria-label="Add files"]{width:auto;min-height:38px;padding:0 12px;border:1px solid var(--edge)}
[data-testid="stFileChips"] button[aria-label="Add files"]>*{display:none}
[data-testid="stFileChips"] button[aria-label="Add files"]:after{content:var(--more);font-weight:700;color:var(--ink)}
.stFileChip[aria-invalid="true"] .stFileChipName+div{font-size:0}.stFileChip[aria-invalid="true"] .stFileChipName+div:after{content:var(--refused);font-size:.8rem;color:var(--red)}
.f-anchor{display:block;scroll-margin-top:90px}[data-testid="stElementContainer"]:has(.f-anchor){margin-bottom:-1rem}
.f-hint,.f-err{font-size:.88rem;line-height:1.35}.f-hint{color:var(--ink-2)}
.f-err{color:var(--red);font-weight:700;display:flex;gap:6px;align-items:baseline}
[data-testid="stElementContainer"]:has(.f-under){margin-top:-.75rem}
[class*="st-key-bad-"] [data-baseweb="input"],[class*="st-key-bad-"] [data-baseweb="select"]>div,[class*="st-key-bad-"] [data-baseweb="textarea"],
[class*="st-key-bad-"] [data-testid="stTextInputRootElement"],[class*="st-key-bad-"] [data-testid="stTextAreaRootElement"]{border-color:var(--red)!important;border-width:2px}
@media(max-width:640px){[data-testid="stHorizontalBlock"]{row-gap:1rem}.f.f .f-steps li{font-size:0;padding:0}.f.f .f-steps .i{display:none}}
</style>"""


def dress() -> None:
    """The sheet of the form. Streamlit's own words beside files stay English unless they are written over."""
    more, refused = _("Add another file"), _("not taken: up to 10 MB a file")
    st.html(STYLE.replace("<style>", f'<style>:root{{--more:"{more}";--refused:"{refused}"}}', 1))


def faulty(text: str) -> str:
    """The fault beside a field."""
    return f'<p class="f-err f-under">{parts.icon("bang")}<span>{parts.esc(text)}</span></p>'


def fault_links(title: str, found: list[tuple[str, str]]) -> str:
    """The summary on top: each line leads to its field on this page."""
    items = "".join(f'<li><a href="#f-{parts.esc(name)}">{parts.esc(said)}</a></li>' for name, said in found)
    return f'<div class="f-error" role="alert"><h2>{parts.esc(title)}</h2><ul>{items}</ul></div>'


def anchor(name: str) -> None:
    """Where a line of the summary leads."""
    parts.show(f'<span id="f-{parts.esc(name)}" class="f-anchor"></span>')


def section(sheet: Sheet, part: Part, tried: bool) -> None:
    """A card of fields; short ones stand in pairs. `tried`: say of empty fields too that they are wanted."""
    if part.folded:
        given = any(sheet.value(a) for a in part.asks)
        with st.expander(_(part.title), expanded=given or any(a.name in sheet.faults for a in part.asks)):
            _fields(sheet, part.asks, tried)
        return
    with st.container(key=f"card-{part.title}".replace(" ", "-")):
        parts.show(parts.h2(_(part.title)), parts.p(_(part.hint), sub=True) if part.hint else "")
        _fields(sheet, part.asks, tried)


def _fields(sheet: Sheet, asks: tuple[Ask, ...], tried: bool) -> None:
    waiting: list[Ask] = []
    for ask in asks:
        if ask.name in PAIRED:
            waiting.append(ask)
            if len(waiting) < 2:
                continue
        _row(sheet, waiting, tried)
        if ask not in waiting:
            one(sheet, ask, tried)
        waiting = []
    _row(sheet, waiting, tried)


def _row(sheet: Sheet, asks: list[Ask], tried: bool) -> None:
    if not asks:
        return
    for column, ask in zip(st.columns(2, gap="medium"), asks, strict=False):
        with column:
            one(sheet, ask, tried)


def fault_of(sheet: Sheet, ask: Ask, tried: bool) -> str:
    """A wrong value is named at once, an empty field after the first try to go on."""
    return sheet.faults.get(ask.name, "") if tried or sheet.value(ask) not in (None, "", False) else ""


def one(sheet: Sheet, ask: Ask, tried: bool) -> None:
    fault = fault_of(sheet, ask, tried)
    label = _(ask.label) + ("*" if ask.required else "")
    key = widget(sheet.id, ask.name)
    with st.container(key=f"{'bad' if fault else 'fine'}-{ask.name}"):
        if fault:
            anchor(ask.name)
        _draw(sheet, ask, label, key)
        if fault:
            parts.show(faulty(fault))
        elif ask.hint:
            parts.show(f'<p class="f-hint f-under">{parts.esc(_(ask.hint))}</p>')


def _draw(sheet: Sheet, ask: Ask, label: str, key: str) -> None:
    fresh = key not in st.session_state
    value = initial(sheet, ask)
    if ask.kind is Kind.TICK:
        now: object = st.checkbox(label, value=bool(sheet.value(ask)), key=key)
    elif ask.kind in (Kind.CHOICE, Kind.SELECT):
        now = _choice(ask, label, key, value)
    elif ask.kind is Kind.AREA:
        now = st.text_area(label, value, key=key, height=90, placeholder=_example(ask))
    else:
        now = st.text_input(label, value, key=key, placeholder=_example(ask))
    if fresh:
        remember(sheet.id, ask, now)


def _choice(ask: Ask, label: str, key: str, value: str) -> str | None:
    options: Mapping[str, str] = (
        dict(ask.options) if value in ask.options or not value else {value: value, **ask.options}
    )
    names = list(options)
    index = names.index(value) if value in names else None
    if ask.kind is Kind.SELECT:
        return st.selectbox(
            label, names, index=index, key=key, format_func=lambda o: _(options[o]), placeholder=_("Choose")
        )
    return st.radio(label, names, index=index, key=key, format_func=lambda o: _(options[o]), horizontal=True)


def _example(ask: Ask) -> str | None:
    return _("for example %(what)s") % {"what": ask.example} if ask.example else None
