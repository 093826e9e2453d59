"""Booking: how whoever waits wants to be received and told, and whose wish it is

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

WISHES = """
alter table booking_waiting add column way varchar not null default 'office';
alter table booking_waiting add column tell_by varchar not null default 'email';
alter table booking_waiting add column user_id bigint references app_user (id);
create index ix_booking_waiting_user_id on booking_waiting (user_id);
grant select on booking_waiting to feeder_customer;
alter table booking_waiting enable row level security;
create policy booking_waiting_of_customer on booking_waiting for select to feeder_customer using (user_id = me());
create policy booking_waiting_of_staff on booking_waiting for select to feeder_staff using (true);
create policy booking_waiting_of_auditor on booking_waiting for select to feeder_auditor using (true);
create policy booking_waiting_not_of_editor on booking_waiting as restrictive for select to feeder_staff
    using ((select my_role()) <> 'EDITOR');
"""


def upgrade() -> None:
    op.execute(WISHES)


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
