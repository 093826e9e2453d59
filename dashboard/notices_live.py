"""The number of unread notices beside «Уведомления» in the menu, live (J-039): a small script asks, no page runs again for it."""

from functools import cache
from typing import Any

import streamlit as st

from dashboard import session
from infra.wording import _
from models.delivery import queries

EVERY = 10  # seconds; and at once when the window is looked at again
_HTML = '<style></style><span role="status" class="f-hide"></span>'
# React may draw the menu anew at any time: a rule of style reaches whatever stands there
_JS = """export default ({parentElement, data}) => {
  const sheet = parentElement.querySelector('style'), said = parentElement.querySelector('[role=status]');
  const links = ['stTopNavLink', 'stSidebarNavLink'].map(n => `[data-testid="${n}"][href$="/notices"]::after`).join(',');
  const show = count => {
    const rule = `${links}{content:"${count}";margin-left:6px;padding:0 7px;border-radius:999px;font-size:.8rem;` +
      'font-weight:700;line-height:1.5;background:var(--copper);color:light-dark(#fff,#0f161d)}';
    const text = count ? data.words.replace('%', count) : '';
    if (sheet.textContent !== (count ? rule : '')) sheet.textContent = count ? rule : '';
    if (said.textContent !== text) said.textContent = text;
  };
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch('/notices/unread', {cache: 'no-store'}).catch(() => null);
    if (answer && answer.ok) show((await answer.json()).unread);
    else if (answer && answer.status === 401) clearInterval(parentElement.feederTimer);
  };
  show(data.unread);
  if (!parentElement.feederTimer) {
    parentElement.feederTimer = setInterval(look, data.every * 1000);
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
  }
  return () => {
    clearInterval(parentElement.feederTimer);
    parentElement.feederTimer = 0;
    removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };
}"""


@cache
def _component() -> Any:
    return st.components.v2.component("feeder_unread", html=_HTML, isolate_styles=False, js=_JS)


def show(who: session.Who) -> None:
    """Once a page, above everything. Takes no room."""
    with session.reading(who) as db:
        count = queries.unread(db, who.id)
    _component()(
        data={"unread": count, "every": EVERY, "words": _("New notices: %(count)s") % {"count": "%"}}, key="unread"
    )
