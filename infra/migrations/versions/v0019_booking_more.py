"""More of the booking of visits

Revision ID: 0019
Revises: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Desks of an office are tried in order without sorting them; a visit longer than a day would not be seen by the look for a free one.
PLACES = """
drop index booking_place_by_office;
create index booking_place_by_office on booking_place (office_id, starts_at, desk_id);
alter table booking_service add constraint booking_service_within_a_day check (minutes + buffer_minutes <= 1440);
alter table booking add column remind_by varchar not null default 'email';
alter table booking_service add column ways jsonb not null default '["office"]';
alter table booking_office add column video_link varchar not null default '';
"""


def upgrade() -> None:
    op.execute(PLACES)


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
