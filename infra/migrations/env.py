"""Alembic's entry: runs the revisions on the connection that infra.migrations gives it."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

import models.account.tables
import models.appeal.tables
import models.booking.register
import models.booking.tables
import models.connection.escalation
import models.connection.feeds
import models.connection.search
import models.connection.stays
import models.connection.tables
import models.content.tables
import models.delivery.tables
import models.desk.tables
import models.document.tables
import models.edoc.tables
import models.integration.tables
import models.network.tables
import models.payment.ledger_tables
import models.payment.tables
import models.people.access_tables
import models.people.proof_tables
import models.people.represent_tables
import models.people.tables
import models.process.tables
import models.rulebook.tables
import models.signing.identity_tables
import models.signing.tables
import models.trust.tables
import models.visit.tables  # noqa: F401

connection = context.config.attributes["connection"]
connection.execute(text("set lock_timeout = '10s'"))
connection.commit()
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
