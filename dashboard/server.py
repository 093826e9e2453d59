"""One ASGI process for all doors: public pages, programs, and Streamlit behind its gate. `uvicorn dashboard.server:app`"""

import logging
from pathlib import Path

import streamlit as st
from fastapi import FastAPI
from starlette.types import ASGIApp
from streamlit import config

from dashboard import gate
from dashboard.api import appeal_files, files, health, hooks, metrics, represent, unread
from dashboard.api.v1.app import mounted
from dashboard.assets import StreamlitFiles
from dashboard.faults import on_script_error
from dashboard.public import (
    booking,
    booking_cancel,
    booking_data,
    booking_end,
    booking_feeds,
    booking_move,
    booking_time,
    booking_visit,
    booking_waiting,
    calculator,
    calendar,
    captcha,
    check,
    check_file,
    confirm,
    consents,
    disclosure,
    doors,
    errors,
    faq,
    manual,
    news,
    passkeys,
    reception,
    reception_status,
    recovery,
    registration,
    registration_end,
    sign_in,
    status,
    step,
)

ROUTERS = (
    news.router,
    faq.router,
    manual.router,
    disclosure.router,
    doors.router,
    sign_in.router,
    step.router,
    passkeys.router,
    registration_end.router,
    registration.router,
    recovery.router,
    confirm.router,
    captcha.router,
    consents.router,
    status.router,
    calendar.router,
    check_file.router,
    check.router,
    calculator.router,
    booking.router,
    booking_time.router,
    booking_data.router,
    booking_end.router,
    booking_move.router,
    booking_visit.router,
    booking_cancel.router,
    booking_waiting.router,
    booking_feeds.router,
    unread.router,
    files.router,
    appeal_files.router,
    reception.router,
    reception_status.router,
    represent.router,
    health.router,
    metrics.router,
    hooks.router,
)


def make() -> ASGIApp:
    """Everything in its order; the first wrapper named last stands outermost."""
    ui = st.App(Path(__file__).parent / "app.py", on_script_error=on_script_error)
    _check_config()
    _keep_addresses_out_of_the_log()
    web = FastAPI(lifespan=ui.lifespan(), docs_url=None, redoc_url=None, openapi_url=None)
    errors.install(web)
    for router in ROUTERS:
        web.include_router(router)
    web.router.routes.append(mounted())
    web.mount("/", StreamlitFiles(gate.Gate(ui, errors.refuse)))  # last: everything else is Streamlit
    return gate.SecurityHeaders(
        metrics.Counted(gate.Language(gate.Head(gate.Home(gate.SizeLimit(web, errors.refuse)))))
    )


def _check_config() -> None:
    """Streamlit looks for .streamlit/config.toml in the folder it was started from: without it, it is slow and bare."""
    if config.get_option("runner.postScriptGC") is not False:
        raise RuntimeError("Start from the project's folder: .streamlit/config.toml was not found")


def _keep_addresses_out_of_the_log() -> None:
    """Addresses hold one-time links and what people search for. Streamlit switches the log of requests on again, whatever
    uvicorn was told: it is figures that count requests (dashboard/api/metrics.py)."""
    logging.getLogger("uvicorn.access").disabled = True


app = make()
