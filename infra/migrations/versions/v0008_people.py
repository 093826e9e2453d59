"""Registration, sign-in, roles, consents

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# table: what a customer may see of it
POLICIES = {
    'consent': 'user_id = me()',
}
WALLS = """
grant select on consent_text to feeder_customer;
create sequence registration_number;
create function consent_text_stays() returns trigger language plpgsql as $$
begin
    raise exception 'a text people agreed to is never changed' using errcode = 'restrict_violation';
end $$;
create trigger consent_text_is_append_only before update or delete on consent_text
    for each row execute function consent_text_stays();
"""


def upgrade() -> None:
    _columns()
    _proofs()
    _consents()
    _factors()
    op.execute(WALLS)
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')


def _columns() -> None:
    op.add_column('app_user', sa.Column('city', sa.String(), nullable=False, server_default=''))
    for name in ('email_confirmed_at', 'phone_confirmed_at', 'password_changed_at', 'temporary_until'):
        op.add_column('app_user', sa.Column(name, TIME, nullable=True))
    op.add_column('sign_in', sa.Column('waits_for', sa.String(), nullable=False, server_default=''))


def _proofs() -> None:
    op.create_table('proof',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('handle_hash', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('expires_at', TIME, nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('proved_at', TIME, nullable=True),
    sa.Column('used_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('handle_hash'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('proof_by_contact', 'proof', ['purpose', 'contact', 'created_at'])
    op.create_index(op.f('ix_proof_user_id'), 'proof', ['user_id'])


def _consents() -> None:
    op.create_table('consent_text',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('since', TIME, nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kind', 'sha256')
    )
    op.create_table('consent',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('text_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('given_at', TIME, nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('withdrawn_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['text_id'], ['consent_text.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('consent_by_user', 'consent', ['user_id', 'kind'])
    op.create_index(op.f('ix_consent_text_id'), 'consent', ['text_id'])


def _factors() -> None:
    op.create_table('second_factor',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('confirmed_at', TIME, nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('user_id')
    )
    op.create_table('spare_code',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('used_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'code_hash')
    )
    op.create_index(op.f('ix_spare_code_user_id'), 'spare_code', ['user_id'])


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
