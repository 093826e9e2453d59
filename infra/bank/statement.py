"""Reads a statement in the exchange format of 1С:Предприятие (`1CClientBankExchange`). Pure: bytes in, documents out.

Nothing of the file is believed: every fault names its line, and a file is taken whole or not at all."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.process import typed
from models.process.errors import Invalid

LARGEST = 4 << 20  # bytes
MOST_DOCUMENTS = 20_000
LONGEST_LINE = 2_000  # characters
LARGEST_SUM = Decimal("999999999999.99")
HEAD = "1CClientBankExchange"


class BadStatement(Invalid):
    """`line` is the line of the file, 0 when the whole file is meant."""

    def __init__(self, line: int, template: str, /, **facts: object) -> None:
        super().__init__("file", template, **({"line": line} if line else {}), **facts)
        self.line = line


@dataclass(frozen=True)
class Document:
    """One section «СекцияДокумент». Money in roubles; texts as they stand in the file, without outer spaces."""

    row: int
    kind: str
    number: str
    day: date
    amount: Decimal
    payer: str
    payer_inn: str
    payer_account: str
    payee_account: str
    purpose: str
    came_on: date | None
    left_on: date | None

    @property
    def key(self) -> str:
        """The bank's identity of a document: account of the payer, day, number, sum and account of the payee."""
        told = (self.payer_account, self.day.isoformat(), self.number, f"{self.amount:.2f}", self.payee_account)
        return hashlib.sha256("|".join(told).encode()).hexdigest()


@dataclass(frozen=True)
class Statement:
    account: str
    day_from: date | None
    day_to: date | None
    documents: tuple[Document, ...]
    sha256: str


def read(data: bytes) -> Statement:
    """Raises BadStatement."""
    if len(data) > LARGEST:
        raise BadStatement(
            0, "The file is larger than %(megabytes)s MB: ask the bank for a shorter period", megabytes=4
        )
    lines = list(_lines(_decoded(data)))
    if not lines or lines[0][1] != HEAD:
        raise BadStatement(0, "This is not a statement of the format 1CClientBankExchange: its first line is missing")
    if lines[-1][1] != "КонецФайла":
        raise BadStatement(0, "The file is cut off: its last line «КонецФайла» is missing")
    head, accounts, documents = _sections(lines[1:-1])
    rows = {line.partition("=")[0].strip(): row for row, line in reversed(lines)}
    account = next((a for a in [*accounts, head.get("РасчСчет", "")] if a), "")
    if not account.isascii() or not account.isdigit() or len(account) != 20:
        raise BadStatement(0, "The file does not name the account («РасчСчет», 20 digits)")
    if len(set(accounts)) > 1:
        raise BadStatement(0, "The file holds several accounts: export each account by itself")
    days = [_day_or_none(head.get(name, ""), rows.get(name, 1)) for name in ("ДатаНачала", "ДатаКонца")]
    return Statement(account, days[0], days[1], tuple(documents), hashlib.sha256(data).hexdigest())


def _letters(data: bytes) -> str:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp866" if "Кодировка=DOS".encode("cp866") in data[:2000] else "cp1251"
    return "utf-8-sig"


def _decoded(data: bytes) -> str:
    """By what the file says of itself; UTF-8 wins where the bytes are UTF-8 beyond doubt."""
    if b"\x00" in data:
        raise BadStatement(0, "This is not a text file: export the statement anew as text")
    try:
        return data.decode(_letters(data))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadStatement(
            line, "Line %(line)s: The letters cannot be read: the file is neither Windows-1251 nor UTF-8"
        ) from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise BadStatement(number, "Line %(line)s: The line is longer than %(most)s characters", most=LONGEST_LINE)
        if line.strip():
            yield number, line.strip()


def _sections(lines: list[tuple[int, str]]) -> tuple[dict[str, str], list[str], list[Document]]:
    """(fields of the head, accounts of sections, documents)."""
    head: dict[str, str] = {}
    accounts: list[str] = []
    documents: list[Document] = []
    fields, kind, begun = head, "", 0
    for row, line in lines:
        name, equals, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if name in ("СекцияРасчСчет", "СекцияДокумент"):
            if kind:
                raise BadStatement(
                    row, "Line %(line)s: A section begins inside another one, begun on line %(begun)s", begun=begun
                )
            fields, kind, begun = {"вид": value}, name, row
        elif name in ("КонецРасчСчет", "КонецДокумента"):
            if kind != {"КонецРасчСчет": "СекцияРасчСчет", "КонецДокумента": "СекцияДокумент"}[name]:
                raise BadStatement(row, "Line %(line)s: «%(name)s» without the beginning of its section", name=name)
            _close(kind, fields, begun, accounts, documents)
            fields, kind = head, ""
        elif equals:
            fields.setdefault(name, value)
        else:
            raise BadStatement(row, "Line %(line)s: A field with «=» was expected, there is «%(text)s»", text=line[:40])
    if kind:
        raise BadStatement(begun, "Line %(line)s: The section has no end")
    return head, accounts, documents


def _close(kind: str, fields: dict[str, str], row: int, accounts: list[str], documents: list[Document]) -> None:
    if kind == "СекцияРасчСчет":
        accounts.append(fields.get("РасчСчет", ""))
        return
    if len(documents) >= MOST_DOCUMENTS:
        raise BadStatement(
            row, "Line %(line)s: There are more than %(most)s documents: ask for a shorter period", most=MOST_DOCUMENTS
        )
    documents.append(_document(fields, row))


def _document(fields: dict[str, str], row: int) -> Document:
    day = _day_or_none(fields.get("Дата", ""), row)
    if day is None:
        raise BadStatement(row, "Line %(line)s: The document has no «Дата»")
    if not fields.get("Номер"):
        raise BadStatement(row, "Line %(line)s: The document has no «Номер»")
    purpose = fields.get("НазначениеПлатежа", "")
    more = [fields[f"НазначениеПлатежа{n}"] for n in range(1, 7) if fields.get(f"НазначениеПлатежа{n}")]
    return Document(
        row=row,
        kind=fields["вид"][:60],
        number=fields.get("Номер", "")[:60],
        day=day,
        amount=_sum(fields.get("Сумма", ""), row),
        payer=(fields.get("Плательщик1") or fields.get("Плательщик", ""))[:300],
        payer_inn=fields.get("ПлательщикИНН", "")[:12],
        payer_account=(fields.get("ПлательщикРасчСчет") or fields.get("ПлательщикСчет", ""))[:34],
        payee_account=(fields.get("ПолучательРасчСчет") or fields.get("ПолучательСчет", ""))[:34],
        purpose=(purpose or " ".join(more))[:1000],
        came_on=_day_or_none(fields.get("ДатаПоступило", ""), row),
        left_on=_day_or_none(fields.get("ДатаСписано", ""), row),
    )


def _day_or_none(text: str, row: int) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a day without a time
    except ValueError as error:
        raise BadStatement(row, "Line %(line)s: «%(text)s» is not a day like 20.11.2026", text=text[:20]) from error


def _sum(text: str, row: int) -> Decimal:
    found = typed.number(text, 2)
    if found is None or not 0 < found <= LARGEST_SUM:
        raise BadStatement(row, "Line %(line)s: «%(text)s» is not a sum like 14850.00", text=text[:20])
    return found.quantize(Decimal("0.01"))
