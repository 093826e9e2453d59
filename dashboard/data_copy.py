"""The copy of a person's data as one .zip: tables as JSON, papers and files as they are. A lost object is named, not hidden."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from infra.storage import Missing, Storage

_README = "Копия ваших данных. Таблицы - в формате JSON, документы - папка documents, ваши файлы - папка files.\n"


def archive(
    tables: Mapping[str, Sequence[Mapping[str, Any]]], files: Sequence[tuple[str, str]], store: Storage
) -> bytes:
    """`files`: (name in the archive, key in the store)."""
    made = io.BytesIO()
    lost = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, rows in tables.items():
            box.writestr(f"{name}.json", json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
        for name, key in files:
            try:
                box.writestr(name, store.get(key))
            except Missing:
                lost.append(name)
        missing = "".join(f"Нет в хранилище: {name}\n" for name in lost)
        box.writestr("ПРОЧТИТЕ.txt", _README + missing)
    return made.getvalue()
