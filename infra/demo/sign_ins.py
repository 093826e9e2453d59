"""What `feeder up` prints at its end: who can sign in to look around. Imports nothing, so that it costs nothing."""

PASSWORD = "feeder-demo"  # noqa: S105 - of everybody here; the demonstration is never in production

SIGN_INS: list[tuple[str, str, str]] = [
    ("Заявитель: ждём оплату счёта", "anna@demo.example", PASSWORD),
    ("Заявитель: организация", "firma@demo.example", PASSWORD),
    ("Заявитель: не хватает сведений", "petr@demo.example", PASSWORD),
    ("Оператор", "operator", PASSWORD),
    ("Инженер", "engineer", PASSWORD),
    ("Руководитель", "manager", PASSWORD),
    ("Инспектор", "inspector", PASSWORD),
    ("Редактор новостей", "editor", PASSWORD),
    ("Юрист", "lawyer", PASSWORD),
]
