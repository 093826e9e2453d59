"""Money: schedules, interest, statements, returns

Revision ID: 0004
Revises: 0003
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=14, scale=2)
PERCENT = sa.Numeric(precision=5, scale=2)
TIME = sa.DateTime(timezone=True)

# what a customer may see; statements and estimates are the utility's own
POLICIES = {
    'receipt': 'reversed_at is null and exists (select 1 from connection c where c.id = application_id)',
    'refund': 'exists (select 1 from connection c where c.id = application_id)',
    'interest': 'exists (select 1 from invoice i where i.id = invoice_id)',
}


def upgrade() -> None:
    _new_columns()
    _tables()
    op.create_index('receipt_of_line', 'receipt', ['line_id'], unique=True, postgresql_where=sa.text('reversed_at is null'))
    op.create_check_constraint('receipt_has_a_source', 'receipt', 'amount > 0 and num_nonnulls(order_id, line_id) = 1')
    op.create_check_constraint('refund_is_money', 'refund', 'amount > 0')
    _take_over()
    op.execute('grant select on key_rate to feeder_customer')
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')


def _take_over() -> None:
    """Payments of the first days become receipts: every paid order is one; its parts count as covered."""
    op.execute("""insert into receipt (application_id, amount, order_id, paid_at, credited_at, reason)
        select application_id, amount, id, paid_at, paid_at, '' from payment_order where state = 'paid' and paid_at is not null""")
    op.execute('update instalment set covered = amount where credited_at is not null')
    op.execute("""update instalment set due_event = 'act_or_notice.placed', due_offset = 10
        where due_on is null and due_event = ''""")
    op.execute("""update instalment set due_event = 'invoice.placed' where due_event = ''""")


def _new_columns() -> None:
    op.add_column('payment_schedule', sa.Column('repeat', sa.Integer(), server_default='1', nullable=False))
    op.add_column('payment_schedule', sa.Column('not_later', sa.String(), server_default='', nullable=False))
    op.add_column('payment_schedule', sa.Column('bears_interest', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('invoice', sa.Column('interest_from', sa.Date(), nullable=True))
    op.add_column('instalment', sa.Column('due_event', sa.String(), server_default='', nullable=False))
    op.add_column('instalment', sa.Column('due_offset', sa.Integer(), server_default='0', nullable=False))
    op.add_column('instalment', sa.Column('due_unit', sa.String(), server_default='d', nullable=False))
    op.add_column('instalment', sa.Column('not_later', sa.String(), server_default='', nullable=False))
    op.add_column('instalment', sa.Column('bears_interest', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('instalment', sa.Column('interest', MONEY, server_default='0', nullable=False))
    op.add_column('instalment', sa.Column('covered', MONEY, server_default='0', nullable=False))


def _tables() -> None:
    op.create_table('key_rate',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('percent', PERCENT, nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('valid_from'),
    )
    op.create_table('interest',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('invoice_id', sa.BigInteger(), nullable=False),
    sa.Column('instalment_id', sa.BigInteger(), nullable=False),
    sa.Column('day_from', sa.Date(), nullable=False),
    sa.Column('day_to', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('principal', MONEY, nullable=False),
    sa.Column('percent', PERCENT, nullable=False),
    sa.Column('amount', MONEY, nullable=False),
    sa.ForeignKeyConstraint(['instalment_id'], ['instalment.id']),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('invoice_id', 'day_from'),
    )
    op.create_index('ix_interest_instalment_id', 'interest', ['instalment_id'], unique=False)
    op.create_index('ix_interest_invoice_id', 'interest', ['invoice_id'], unique=False)
    op.create_table('bank_statement',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('day_from', sa.Date(), nullable=True),
    sa.Column('day_to', sa.Date(), nullable=True),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('imported_by', sa.BigInteger(), nullable=False),
    sa.Column('imported_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['imported_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('sha256'),
    )
    op.create_index('ix_bank_statement_imported_by', 'bank_statement', ['imported_by'], unique=False)
    op.create_table('bank_line',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('statement_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('amount', MONEY, nullable=False),
    sa.Column('payer', sa.String(), nullable=False),
    sa.Column('payer_inn', sa.String(), nullable=False),
    sa.Column('payer_account', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['statement_id'], ['bank_statement.id']),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key'),
    )
    op.create_index('bank_line_waiting', 'bank_line', ['state', 'id'], unique=False)
    op.create_index('ix_bank_line_application_id', 'bank_line', ['application_id'], unique=False)
    op.create_index('ix_bank_line_decided_by', 'bank_line', ['decided_by'], unique=False)
    op.create_index('ix_bank_line_statement_id', 'bank_line', ['statement_id'], unique=False)
    op.create_table('receipt',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('amount', MONEY, nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=True),
    sa.Column('line_id', sa.BigInteger(), nullable=True),
    sa.Column('paid_at', TIME, nullable=False),
    sa.Column('credited_at', TIME, nullable=False),
    sa.Column('reversed_at', TIME, nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('order_id'),
    )
    op.create_index('ix_receipt_application_id', 'receipt', ['application_id'], unique=False)
    op.create_index('ix_receipt_line_id', 'receipt', ['line_id'], unique=False)
    op.create_table('refund',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=True),
    sa.Column('amount', MONEY, nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('paper', sa.String(), nullable=False),
    sa.Column('ordered_by', sa.BigInteger(), nullable=True),
    sa.Column('approved_by', sa.BigInteger(), nullable=True),
    sa.Column('ordered_at', TIME, nullable=False),
    sa.Column('done_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['ordered_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['order_id'], ['payment_order.id']),
    sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_refund_application_id', 'refund', ['application_id'], unique=False)
    op.create_index('ix_refund_approved_by', 'refund', ['approved_by'], unique=False)
    op.create_index('ix_refund_order_id', 'refund', ['order_id'], unique=False)
    op.create_index('ix_refund_ordered_by', 'refund', ['ordered_by'], unique=False)
    op.create_table('estimate',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('total', MONEY, nullable=False),
    sa.Column('made_at', TIME, nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token'),
    )
    op.create_index('ix_estimate_made_at', 'estimate', ['made_at'], unique=False)


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
