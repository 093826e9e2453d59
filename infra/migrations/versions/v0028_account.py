"""Personal accounts of a retail supplier: what the billing tells, who has bound what, readings of meters

Revision ID: 0028
Revises: 0027
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
MONEY, VOLUME, TARIFF = sa.Numeric(14, 2), sa.Numeric(14, 3), sa.Numeric(12, 4)

# Whose binding has ended sees nothing of the account any more.
MINE = """
create function my_accounts() returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select account_id from account_binding where user_id = me() and ended_at is null) $$;
"""
OF_MINE = 'account_id = any((select my_accounts())::bigint[])'
FOLLOWS = '(select my_branch()) is null or exists (select 1 from account a where a.id = account_id)'
# table: (what a customer sees, what staff see)
POLICIES = {
    'account': ('id = any((select my_accounts())::bigint[])',
                '(select my_branch()) is null or branch_id is null or branch_id = any((select my_branches())::bigint[])'),
    'account_binding': ('user_id = me()', FOLLOWS),
    'account_meter': (OF_MINE, FOLLOWS),
    'account_reading': ('exists (select 1 from account_meter m where m.id = meter_id)',
                        '(select my_branch()) is null or exists (select 1 from account_meter m where m.id = meter_id)'),
    'account_charge': (OF_MINE, FOLLOWS),
    'account_payment': (OF_MINE, FOLLOWS),
    'account_register': (None, "(select my_branch()) is null or loaded_by = me()"),
}


def upgrade() -> None:
    _accounts()
    _meters()
    _money()
    op.execute(MINE)
    for table, (customer, staff) in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        if customer:
            op.execute(f'grant select on {table} to feeder_customer')
            op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({customer})')
        op.execute(f'create policy {table}_of_staff on {table} for select to feeder_staff using ({staff})')
        op.execute(f'create policy {table}_of_auditor on {table} for select to feeder_auditor using (true)')
        op.execute(f"create policy {table}_not_of_editor on {table} as restrictive for select to feeder_staff "
                   "using ((select my_role()) <> 'EDITOR')")


def _accounts() -> None:
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', TIME, nullable=False),
    sa.CheckConstraint("number ~ '^[0-9]{6,20}$'", name='account_number_of_digits'),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_account_branch_id'), 'account', ['branch_id'])
    op.create_table('account_binding',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('bound_at', TIME, nullable=False),
    sa.Column('ended_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id']),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_account_binding_account_id'), 'account_binding', ['account_id'])
    op.create_index(op.f('ix_account_binding_user_id'), 'account_binding', ['user_id'])
    op.create_index('account_binding_one', 'account_binding', ['user_id', 'account_id'], unique=True,
                    postgresql_where=sa.text('ended_at is null'))
    op.create_table('account_register',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('made', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('refused', postgresql.JSONB(), nullable=False),
    sa.Column('refused_count', sa.Integer(), nullable=False),
    sa.Column('loaded_by', sa.BigInteger(), nullable=False),
    sa.Column('loaded_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['loaded_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_account_register_loaded_at'), 'account_register', ['loaded_at'])


def _meters() -> None:
    op.create_table('account_meter',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('digits', sa.Integer(), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('verified_until', sa.Date(), nullable=True),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.CheckConstraint('digits between 3 and 10 and decimals between 0 and 3', name='account_meter_digits'),
    sa.CheckConstraint("kind in ('individual', 'common')", name='account_meter_kind'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'serial', 'zone', name='account_meter_once')
    )
    op.create_index(op.f('ix_account_meter_account_id'), 'account_meter', ['account_id'])
    op.create_table('account_reading',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('meter_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('value', VOLUME, nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', TIME, nullable=False),
    sa.Column('replaced_at', TIME, nullable=True),
    sa.CheckConstraint('value >= 0', name='account_reading_not_negative'),
    sa.CheckConstraint("source in ('cabinet', 'office', 'control')", name='account_reading_source'),
    sa.ForeignKeyConstraint(['meter_id'], ['account_meter.id']),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_account_reading_user_id'), 'account_reading', ['user_id'])
    op.create_index('account_reading_one', 'account_reading', ['meter_id', 'day', 'source'], unique=True,
                    postgresql_where=sa.text('replaced_at is null'))


def _money() -> None:
    op.create_table('account_charge',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('provider_details', sa.String(), nullable=False),
    sa.Column('meters', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('tariff', TARIFF, nullable=False),
    sa.Column('debt', MONEY, nullable=False),
    sa.Column('paid', MONEY, nullable=False),
    sa.Column('volume', VOLUME, nullable=False),
    sa.Column('charged', MONEY, nullable=False),
    sa.Column('recalculated', MONEY, nullable=False),
    sa.CheckConstraint('extract(day from month) = 1', name='account_charge_month'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'month', 'service', name='account_charge_once')
    )
    op.create_table('account_payment',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('amount', MONEY, nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.CheckConstraint('amount > 0', name='account_payment_amount'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('account_id', 'number', name='account_payment_once')
    )
    op.create_index('account_payment_by_day', 'account_payment', ['account_id', 'paid_on'])


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
