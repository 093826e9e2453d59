"""The ordinary path, every category

Revision ID: 0003
Revises: 0002
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)
CASE = (
    sa.Column('path', sa.String(), nullable=False, server_default='X'),
    sa.Column('sources', sa.Integer(), nullable=False, server_default='1'),
    sa.Column('generation_kind', sa.String(), nullable=False, server_default=''),
    sa.Column('temporary', sa.String(), nullable=False, server_default=''),
    sa.Column('temporary_until', sa.Date(), nullable=True),
    sa.Column('partner', JSON, nullable=False, server_default='{}'),
    sa.Column('previous', JSON, nullable=False, server_default='{}'),
    sa.Column('power_stages', JSON, nullable=False, server_default='[]'),
    sa.Column('adjacent', sa.Boolean(), nullable=False, server_default='false'),
    sa.Column('centre_id', sa.BigInteger(), nullable=True),
    sa.Column('tu_act_signed_at', TIME, nullable=True),
    sa.Column('rtn', JSON, nullable=False, server_default='{}'),
)
# table: what a customer may see of it
POLICIES = {
    'approval': 'exists (select 1 from connection c where c.id = application_id)',
    'disagreement': 'exists (select 1 from connection c where c.id = application_id)',
    'contract_change': 'exists (select 1 from connection c where c.id = application_id)',
}


# Rules of a database that stands already get what the second path asks of them; those that people changed stay.
RULES = """
update term_rule set starts_on = '["application.registered", "offer.restarted"]', condition = 'path_x'
 where process = 'connection' and rule = 'TP-04X' and condition = '';
update term_rule set condition = 'path_x'
 where process = 'connection' and rule in ('TP-05', 'TP-05A', 'TP-16X', 'TP-16M', 'TP-19') and condition = '';
update term_rule set condition = 'inspected'
 where process = 'connection' and rule in ('TP-13', 'TP-13R') and condition = 'above_04';
update term_rule set alternative = '{"if": "so", "unit": "wd", "length": 20}'
 where process = 'connection' and rule = 'TP-13' and alternative = '{}';
update term_rule set starts_on = '["act_or_notice.placed", "act.signed"]'
 where process = 'connection' and rule = 'TP-17' and starts_on = '["act_or_notice.placed"]';
update term_rule set lengths = '{"GEN": "1y", "TEMP": "15wd", "MICRO": "1m", "AT_670": "4m", "GE_670": "1y", "IND_15": "4m",
    "LE_150": "4m", "LE_150_670": "4m", "REDISTRIBUTE": "4m", "IND_150_MICRO": "4m"}'::jsonb || lengths
 where process = 'connection' and rule = 'TP-11';
update term_rule set lengths = '{"GEN": "2y", "TEMP": "15wd", "MICRO": "1m", "AT_670": "2y", "GE_670": "2y", "IND_15": "6m",
    "LE_150": "6m", "LE_150_670": "1y", "REDISTRIBUTE": "6m", "IND_150_MICRO": "6m"}'::jsonb || lengths
 where process = 'connection' and rule = 'TP-11I';
update term_rule set lengths = '{"GEN": "2y", "MICRO": "1m", "AT_670": "2y", "GE_670": "2y", "IND_15": "1y",
    "LE_150": "1y", "LE_150_670": "1y", "REDISTRIBUTE": "1y", "IND_150_MICRO": "1y"}'::jsonb || lengths
 where process = 'connection' and rule = 'TP-12';
"""


def upgrade() -> None:
    for column in CASE:
        op.add_column('connection', column._copy())
    for name in ('late_code', 'late_note'):
        op.add_column('term', sa.Column(name, sa.String(), nullable=False, server_default=''))
    op.execute(RULES.replace(':', '\\:'))
    op.create_table('approval',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('conditions_version', sa.Integer(), nullable=False),
    sa.Column('party', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_at', TIME, nullable=False),
    sa.Column('answered_at', TIME, nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['answered_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'conditions_version', 'party')
    )
    op.create_index(op.f('ix_approval_application_id'), 'approval', ['application_id'], unique=False)
    op.create_table('disagreement',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(), nullable=False),
    sa.Column('proposed', sa.String(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('raised_at', TIME, nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('answered_at', TIME, nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['answered_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'round', 'seq')
    )
    op.create_index(op.f('ix_disagreement_application_id'), 'disagreement', ['application_id'], unique=False)
    op.create_table('contract_change',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('values', JSON, nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=False),
    sa.Column('asked_at', TIME, nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', TIME, nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.Column('done_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['asked_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_contract_change_application_id'), 'contract_change', ['application_id'], unique=False)
    op.create_index('contract_change_open', 'contract_change', ['application_id'], unique=True,
                    postgresql_where=sa.text("state in ('asked', 'accepted', 'offered')"))
    op.create_table('term_override',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('term_id', sa.BigInteger(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('due_before', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=False),
    sa.Column('proposed_at', TIME, nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['term_id'], ['term.id']),
    sa.ForeignKeyConstraint(['proposed_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_term_override_application_id'), 'term_override', ['application_id'], unique=False)
    op.create_index('term_override_open', 'term_override', ['application_id'], unique=True,
                    postgresql_where=sa.text("state = 'proposed'"))
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
