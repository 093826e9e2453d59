"""Doors for programs: health, metrics, files, call-backs; headers and limits of all doors."""

from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import text
from sqlmodel import select

from dashboard.api.files import disposition
from dashboard.gate import SMALL, UPLOAD
from dashboard.parts import make_config
from infra.bank.protocol import checksum
from infra.settings import settings
from infra.storage import FolderStorage
from models.document.actions import check_file
from models.document.queries import attachments
from models.payment.tables import PaymentOrder
from models.people.tables import Audit
from models.process.errors import Invalid
from tests.dashboard.conftest import PDF, Site


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/no-such-page", "/mailbox", "/static/none.js"])
def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    headers = site.visitor().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


def test_an_oversized_form_is_refused_by_its_claim_and_by_its_body(site: Site) -> None:
    big = b"login=" + b"x" * SMALL
    kind = {"content-type": "application/x-www-form-urlencoded"}
    told = site.visitor().post("/sign-in", content=big, headers=kind)
    assert (told.status_code, "Отправлено слишком много сразу" in told.text) == (413, True), (
        "a page of ours, with a way on"
    )
    pieces = (big[i : i + 8192] for i in range(0, len(big), 8192))
    assert site.visitor().post("/sign-in", content=pieces, headers=kind).status_code == 413


def test_the_process_says_that_it_is_alive(site: Site) -> None:
    assert site.visitor().get("/healthz").text == "ok"


def test_ready_only_when_every_part_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.health.checks", lambda: {"database": "ok", "mail": "ok"})
    assert site.visitor().get("/readyz").status_code == 200
    monkeypatch.setattr("infra.health.checks", lambda: {"database": "ok", "mail": "does not answer"})
    answer = site.visitor().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "mail": "does not answer"})


def test_metrics_count_requests_by_pattern_and_rows_by_state(site: Site) -> None:
    site.visitor().get(f"/s/{site.case.status_token}")
    text = site.visitor().get("/metrics").text
    assert 'route="/s/{token}"' in text
    assert site.case.status_token not in text
    assert 'feeder_work_rows{state="due"}' in text
    assert "feeder_work_oldest_seconds" in text


def test_metrics_are_not_for_strangers_behind_the_proxy(site: Site) -> None:
    assert site.visitor().get("/metrics", headers={"x-forwarded-for": "203.0.113.5"}).status_code == 404


# ------------------------------------------------------------------------------------------------ files
@pytest.mark.rows("G-30", "D-18")
def test_the_applicant_opens_his_paper_and_its_name_is_russian(site: Site) -> None:
    answer = site.sign_in(site.applicant.login).get(f"/files/{site.paper.id}")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    named = unquote(answer.headers["content-disposition"].split("UTF-8''")[1])
    assert named == "Технические условия 000123-26-ТУ.pdf"


def test_a_stranger_cannot_open_it_and_is_not_told_that_it_exists(site: Site) -> None:
    stranger = site.sign_in(site.stranger.login)
    assert stranger.get(f"/files/{site.paper.id}").status_code == 404
    assert stranger.get("/files/424242").status_code == 404


def test_a_visitor_is_asked_to_sign_in_first(site: Site) -> None:
    answer = site.visitor().get(f"/files/{site.paper.id}")
    assert answer.headers["location"] == f"/sign-in?next=%2Ffiles%2F{site.paper.id}"


def test_the_seal_is_for_both_and_the_draft_in_word_for_staff(site: Site) -> None:
    address = f"/files/{site.paper.id}"
    applicant, staff = site.sign_in(site.applicant.login), site.sign_in("engineer")
    assert applicant.get(address, params={"form": "seal"}).status_code == 200
    assert applicant.get(address, params={"form": "docx"}).status_code == 404
    assert staff.get(address, params={"form": "docx"}).status_code == 200


def test_staff_who_open_a_paper_leave_an_audit_row_and_the_owner_does_not(site: Site) -> None:
    site.sign_in(site.applicant.login).get(f"/files/{site.paper.id}")
    site.sign_in("engineer").get(f"/files/{site.paper.id}")
    with site.database.transaction() as session:
        rows = session.exec(select(Audit).where(Audit.tag == "files:document:read")).all()
        assert [(r.user_name, r.subject_id) for r in rows] == [("Сотрудник Engineer Петрович", site.case.id)]


def test_an_attachment_is_a_download_for_its_owner_and_staff_only(site: Site, tmp_path: Path) -> None:
    body = f"identity {site.case.id}".encode()
    FolderStorage(tmp_path).put(body)
    with site.database.transaction() as session:
        address = f"/attachments/{attachments(session, site.case.id or 0)[0].id}"
    answer = site.sign_in(site.applicant.login).get(address)
    assert answer.content == body
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert site.sign_in("operator").get(address).content == body
    assert site.sign_in(site.stranger.login).get(address).status_code == 404


@pytest.mark.parametrize("name", ['a"b.pdf', "a\r\nSet-Cookie: x.pdf", "Счёт № 1/26.pdf", ""])
def test_a_file_name_cannot_break_out_of_its_header(name: str) -> None:
    header = disposition(name, inline=False)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


# ------------------------------------------------------------------------------------------------ the bank
def _callback(number: str, **more: str) -> dict[str, str]:
    said = {"mdOrder": "b-1", "orderNumber": number, "operation": "deposited", "status": "1"} | more
    return said | {"checksum": checksum(said, settings().bank_secret)}


def _order(site: Site) -> str:
    user = site.applicant.id or 0
    order = PaymentOrder(
        application_id=site.case.id or 0,
        number="ТП-1",
        amount=Decimal(100),
        bank_id="b-1",
        created_by=user,
        created_at=site.case.created_at,
    )
    with site.database.transaction() as session:
        session.add(order)
    return "ТП-1"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_genuine_call_back_is_noted_once_however_often_it_comes(site: Site, method: str) -> None:
    said = _callback(_order(site))
    sent = {"params": said} if method == "GET" else {"data": said}
    answers = [site.visitor().request(method, "/hooks/bank", **sent) for _ in range(3)]  # type: ignore[arg-type]
    assert [a.status_code for a in answers] == [200, 200, 200]
    with site.database.transaction() as session:
        assert session.execute(text("select calls from bank_event")).scalars().all() == [3]


def test_a_forged_call_back_changes_nothing(site: Site) -> None:
    said = _callback(_order(site)) | {"status": "0"}
    assert site.visitor().get("/hooks/bank", params=said).status_code == 403
    with site.database.transaction() as session:
        assert session.execute(text("select count(*) from bank_event")).scalar_one() == 0


def test_an_order_of_somebody_else_is_not_ours(site: Site) -> None:
    assert site.visitor().get("/hooks/bank", params=_callback("ТП-404")).status_code == 404


def test_the_largest_upload_is_the_largest_file_the_rules_allow(site: Site) -> None:
    largest = make_config.LARGEST_UPLOAD << 20
    check_file("a.pdf", "application/pdf", largest, 0)
    with pytest.raises(Invalid):
        check_file("a.pdf", "application/pdf", largest + 1, 0)
    assert largest < UPLOAD
