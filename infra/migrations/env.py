"""Alembic's entry: runs the revisions on the connection that infra.migrations gives it."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

import models.connection.tables
import models.delivery.tables
import models.document.tables
import models.payment.tables
import models.people.tables
import models.process.tables  # noqa: F401

connection = context.config.attributes["connection"]
connection.execute(text("set lock_timeout = '10s'"))
connection.commit()
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
