"""Pages for everybody: light, in our look, nothing personal."""

import gzip
import re
from typing import Any

import pytest

from dashboard import assets
from infra import clock
from models.document import actions as documents
from tests.dashboard.conftest import PDF, Site

LIMIT = 60 * 1024
SUM = "0" * 64


def _pages(site: Site) -> list[str]:
    return [
        "/", "/sign-in", "/status", "/status?link=x", "/check", f"/check/{site.paper.check_token}?sha256={SUM}",
        f"/s/{site.case.status_token}", "/no-such-page",
    ]  # fmt: skip


def test_a_first_visit_of_every_page_weighs_at_most_60_kb_uncompressed(site: Site) -> None:
    for path in _pages(site):
        text = site.visitor().get(path).text
        linked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', text)
        weight = len(text.encode()) + sum(len(site.visitor().get(a).content) for a in linked)
        assert linked
        assert weight < LIMIT, f"{path}: {weight}"
        assert "<script" not in text


@pytest.mark.parametrize(("path", "status"), [("/no-such-page", 404), ("/files/1000000", 404), ("/news", 200)])
def test_who_is_signed_in_is_shown_the_way_to_his_cabinet_and_others_the_way_in(
    site: Site, path: str, status: int
) -> None:
    inside, outside = site.sign_in(site.applicant.login).get(path), site.visitor().get(path)
    assert inside.status_code == status
    assert re.findall(r'<a class="btn quiet" href="([^"]+)">([^<]+)</a>', inside.text) == [("/", "В кабинет")]
    if path != "/files/1000000":  # a visitor is asked to sign in
        assert re.findall(r'<a class="btn quiet" href="([^"]+)">([^<]+)</a>', outside.text) == [("/sign-in", "Войти")]


def test_pages_need_no_inline_style_or_script(site: Site) -> None:
    for path in _pages(site):
        answer = site.visitor().get(path)
        assert "style=" not in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_status_page_hides_the_name_and_the_street(site: Site) -> None:
    text = site.visitor().get(f"/s/{site.case.status_token}").text
    assert "С***ва А. В." in text
    assert "Смирнова" not in text
    assert "Лесное" in text
    for personal in ("Берёзка", "уч. 47", "pochta.example", "555", site.applicant.login):
        assert personal not in text.replace("8 800 555-01-47", "").replace("88005550147", "")


@pytest.mark.rows("D-17")
def test_the_status_page_says_whose_turn_it_is_and_until_when(site: Site) -> None:
    text = site.visitor().get(f"/s/{site.case.status_token}").text
    assert "Наш ход" in text
    assert "До какого дня" in text
    assert 'aria-current="step"' in text


def test_an_unknown_link_says_what_to_do(site: Site) -> None:
    answer = site.visitor().get("/s/nothing-of-the-kind")
    assert answer.status_code == 404
    assert "Скопируйте ссылку из письма целиком" in answer.text


@pytest.mark.parametrize("pasted", ["http://testserver/s/{token}", " https://x.example/s/{token} ", "{token}"])
def test_a_pasted_link_leads_to_the_application(site: Site, pasted: str) -> None:
    answer = site.visitor().get("/status", params={"link": pasted.format(token=site.case.status_token)})
    assert answer.headers["location"] == f"/s/{site.case.status_token}"


def test_links_cannot_be_guessed_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("models.people.actions", fromlist=["LIMITS"]).LIMITS, "status", (2, 15))
    codes = [site.visitor().get(f"/s/{n}").status_code for n in range(3)]
    assert codes == [404, 404, 429]


def test_a_valid_document_is_said_to_be_valid(site: Site) -> None:
    text = site.visitor().get(f"/check/{site.paper.check_token}").text
    assert "Документ выпустили мы, он действует" in text
    assert "000123/26-ТУ" in text
    assert "Смирнова" not in text


def test_a_document_is_found_by_its_number(site: Site) -> None:
    assert "он действует" in site.visitor().get("/check", params={"number": " 000123/26-ТУ "}).text
    assert site.visitor().get("/check", params={"number": "000999/26-ТУ"}).status_code == 404


def test_annulled_and_replaced_documents_are_told_apart(site: Site) -> None:
    address = f"/check/{site.paper.check_token}"
    with site.database.transaction() as session:
        documents.annul(session, site.case.id or 0, {"conditions"}, clock.now())
    assert "аннулирован" in site.visitor().get(address).text
    assert "он действует" not in site.visitor().get(address).text


def test_sums_are_compared_whatever_their_spaces_and_capitals(site: Site) -> None:
    address = f"/check/{site.paper.check_token}"
    kept = str(site.paper.pdf_sha256)
    spaced = " ".join(re.findall(".{8}", kept.upper()))
    assert "Суммы совпали" in site.visitor().get(address, params={"sha256": spaced}).text
    assert "Суммы разные" in site.visitor().get(address, params={"sha256": SUM}).text
    assert len(PDF) > 0


@pytest.mark.parametrize("path", ["/no-such-page", "/check/none", "/files/99999999999999999999", "/language/xx"])
def test_a_missing_page_is_404_in_our_look(site: Site, path: str) -> None:
    answer = site.visitor().get(path)
    assert answer.status_code == 404
    assert "На главную страницу" in answer.text


def test_a_fault_shows_a_number_and_nothing_of_the_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("dashboard.public.check.queries.check_by_number", broken)
    answer = site.visitor().get("/check?number=1")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    number = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.text)
    assert number
    assert number[0] in caplog.text
    assert "secret of the house" in caplog.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_english_is_one_link_away_and_stays(site: Site) -> None:
    client = site.visitor()
    answer = client.get("/language/en", headers={"referer": "http://testserver/check"})
    assert answer.headers["location"] == "/check"
    assert "Check a document" in client.get("/check").text
    assert '<html lang="en">' in client.get("/check").text


def test_the_language_link_never_leads_to_another_site(site: Site) -> None:
    answer = site.visitor().get("/language/en", headers={"referer": "https://evil.example/check"})
    assert answer.headers["location"] == "/"


def test_our_files_are_cached_for_good_under_the_name_of_their_content(site: Site) -> None:
    address = assets.address("feeder.css")
    answer = site.visitor().get(address, headers={"accept-encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert site.visitor().get("/assets/feeder.000000000000.css").status_code == 404


def test_files_of_streamlit_come_compressed_and_nothing_beside_them(site: Site) -> None:
    script = re.search(rb'src="(/static/js/index[^"]+)"', assets.index("ru"))
    assert script
    answer = site.visitor().get(script[1].decode(), headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(answer.content, 9))
    assert "immutable" in answer.headers["cache-control"]
    for path in ("/static/../index.html", "/static/%2e%2e/index.html", "/static/js/none.js"):
        assert site.visitor().get(path).status_code == 404


def test_head_is_get_without_the_body(site: Site) -> None:
    answer = site.visitor().head("/")
    assert (answer.status_code, answer.content) == (200, b"")
