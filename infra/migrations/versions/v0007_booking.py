"""Booking of visits: registers, places, bookings behind their wall, the waiting list

Revision ID: 0007
Revises: 0006
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# Two bookings that take a place never overlap at one desk, holds included. Desk and stage stand there in words that no query has,
# so that none can read through this index, neither by its expressions nor by its predicate (docs/decisions/0017).
WALL = """
alter table booking add constraint booking_wall exclude using gist
    (int8range(desk_id, desk_id, '[]') with &&, tstzrange(starts_at, busy_until) with &&)
    where (stage || '' in ('HELD', 'BOOKED', 'CHECKED_IN'))
"""

# A booking changes through moves only, begins as a hold, and is deleted only while it is one.
MOVES_ONLY = """
create constraint trigger booking_moves after update on booking deferrable initially deferred
    for each row when (old.stage is distinct from new.stage or old.version is distinct from new.version
                       or old.chain is distinct from new.chain)
    execute function stage_needs_history('booking');

create function bookings_begin_as_holds() returns trigger language plpgsql as $$
begin
    if new.stage <> 'HELD' or new.version <> 0 or new.hold_until is null then
        raise exception 'a booking begins as a hold' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger booking_begins before insert on booking for each row execute function bookings_begin_as_holds();
create function bookings_stay() returns trigger language plpgsql as $$
begin
    if old.stage <> 'HELD' or old.version <> 0 then
        raise exception 'a booking with a history is never deleted' using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger booking_stays before delete on booking for each row execute function bookings_stay();
"""
OPEN_REGISTERS = 'booking_region, booking_office, booking_desk, booking_service, booking_desk_service'


def upgrade() -> None:
    op.create_table('booking_region',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('booking_service',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('buffer_minutes', sa.Integer(), nullable=False),
    sa.Column('papers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('minutes > 0 and buffer_minutes >= 0'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('booking_office',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.Column('switched_on', sa.Boolean(), nullable=False),
    sa.Column('step_minutes', sa.Integer(), nullable=False),
    sa.Column('lead_minutes', sa.Integer(), nullable=False),
    sa.Column('horizon_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('step_minutes between 5 and 240'),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], ),
    sa.ForeignKeyConstraint(['region_id'], ['booking_region.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('address')
    )
    op.create_table('booking_desk',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('office_id', 'name')
    )
    op.create_index(op.f('ix_booking_desk_office_id'), 'booking_desk', ['office_id'], unique=False)
    op.create_table('booking',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('service_id', sa.BigInteger(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('hold_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('pin_hash', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('ticket', sa.LargeBinary(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('displaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notices', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['booking_desk.id'], ),
    sa.ForeignKeyConstraint(['made_by'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.ForeignKeyConstraint(['service_id'], ['booking_service.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('booking_by_email', 'booking', ['email'], unique=False, postgresql_where=sa.text("stage = 'BOOKED'"))
    op.create_index('booking_by_office', 'booking', ['office_id', 'starts_at'], unique=False)
    op.create_index('booking_open', 'booking', ['stage', 'hold_until'], unique=False, postgresql_where=sa.text("stage in ('HELD', 'BOOKED')"))
    op.create_index(op.f('ix_booking_user_id'), 'booking', ['user_id'], unique=False)
    op.create_table('booking_closure',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at'),
    sa.ForeignKeyConstraint(['desk_id'], ['booking_desk.id'], ),
    sa.ForeignKeyConstraint(['made_by'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_booking_closure_office_id'), 'booking_closure', ['office_id'], unique=False)
    op.create_table('booking_desk_service',
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('service_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['booking_desk.id'], ),
    sa.ForeignKeyConstraint(['service_id'], ['booking_service.id'], ),
    sa.PrimaryKeyConstraint('desk_id', 'service_id')
    )
    op.create_index(op.f('ix_booking_desk_service_service_id'), 'booking_desk_service', ['service_id'], unique=False)
    op.create_table('booking_place',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['desk_id'], ['booking_desk.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('desk_id', 'starts_at')
    )
    op.create_index('booking_place_by_office', 'booking_place', ['office_id', 'starts_at'], unique=False)
    op.create_table('booking_plan',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('desk_id', sa.BigInteger(), nullable=True),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.String(), nullable=False),
    sa.Column('closes', sa.String(), nullable=False),
    sa.Column('breaks', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('opens < closes'),
    sa.CheckConstraint('weekday between 0 and 6'),
    sa.ForeignKeyConstraint(['desk_id'], ['booking_desk.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_booking_plan_office_id'), 'booking_plan', ['office_id'], unique=False)
    op.create_table('booking_waiting',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('service_id', sa.BigInteger(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('ticket', sa.LargeBinary(), nullable=True),
    sa.Column('booking_id', sa.BigInteger(), nullable=True),
    sa.Column('offers', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.ForeignKeyConstraint(['service_id'], ['booking_service.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('booking_waiting_open', 'booking_waiting', ['office_id', 'service_id', 'id'], unique=False, postgresql_where=sa.text("state = 'WAITING'"))
    op.create_index(op.f('ix_booking_waiting_booking_id'), 'booking_waiting', ['booking_id'], unique=False)
    op.create_table('booking_wizard',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('region_id', sa.BigInteger(), nullable=True),
    sa.Column('office_id', sa.BigInteger(), nullable=True),
    sa.Column('service_id', sa.BigInteger(), nullable=True),
    sa.Column('wanted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('booking_id', sa.BigInteger(), nullable=True),
    sa.Column('typed', sa.LargeBinary(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['booking_office.id'], ),
    sa.ForeignKeyConstraint(['region_id'], ['booking_region.id'], ),
    sa.ForeignKeyConstraint(['service_id'], ['booking_service.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index(op.f('ix_booking_wizard_touched_at'), 'booking_wizard', ['touched_at'], unique=False)
    op.execute(WALL)
    op.create_index('booking_one_start', 'booking', ['desk_id', 'starts_at'], unique=True, postgresql_where=sa.text("stage in ('HELD', 'BOOKED', 'CHECKED_IN')"))
    op.execute(MOVES_ONLY)
    op.execute(f'grant select on {OPEN_REGISTERS} to feeder_customer')
    op.execute('alter table booking enable row level security')
    op.execute('grant select on booking to feeder_customer')
    op.execute('create policy booking_of_customer on booking for select to feeder_customer using (user_id = me())')


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
