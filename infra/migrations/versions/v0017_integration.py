"""Keys and webhooks of the open interface

Revision ID: 0017
Revises: 0016
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
# A customer sees his own; staff and the auditor see none of it: making and revoking stand in the audit.
WALLS = """
alter table api_key enable row level security;
alter table api_answer enable row level security;
alter table webhook enable row level security;
alter table webhook_call enable row level security;
alter table webhook_try enable row level security;
revoke all on api_key, api_answer, webhook, webhook_call, webhook_try from feeder_staff, feeder_auditor;
grant select on api_key, webhook, webhook_call, webhook_try to feeder_customer;
create policy api_key_of_customer on api_key for select to feeder_customer using (user_id = me());
create policy webhook_of_customer on webhook for select to feeder_customer using (user_id = me());
create policy webhook_call_of_customer on webhook_call for select to feeder_customer
    using (exists (select 1 from webhook w where w.id = webhook_id));
create policy webhook_try_of_customer on webhook_try for select to feeder_customer
    using (exists (select 1 from webhook_call c where c.id = call_id));
"""


def upgrade() -> None:
    op.create_table('api_key',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('prefix', sa.String(), nullable=False),
    sa.Column('key_hash', sa.String(), nullable=False),
    sa.Column('scopes', postgresql.JSONB(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('expires_at', TIME, nullable=False),
    sa.Column('revoked_at', TIME, nullable=True),
    sa.Column('last_used_at', TIME, nullable=True),
    sa.Column('last_address', sa.String(), nullable=False),
    sa.Column('window_at', TIME, nullable=True),
    sa.Column('window_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key_hash'),
    sa.UniqueConstraint('prefix')
    )
    op.create_index(op.f('ix_api_key_user_id'), 'api_key', ['user_id'])
    op.create_table('api_answer',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('location', sa.String(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'key')
    )
    op.create_index(op.f('ix_api_answer_at'), 'api_answer', ['at'])
    op.create_table('webhook',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('events', postgresql.JSONB(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('off_reason', sa.String(), nullable=False),
    sa.Column('failing_since', TIME, nullable=True),
    sa.Column('last_ok_at', TIME, nullable=True),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('removed_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_webhook_user_id'), 'webhook', ['user_id'])
    op.create_table('webhook_call',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('webhook_id', sa.BigInteger(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('ordered_at', TIME, nullable=False),
    sa.Column('first_try_at', TIME, nullable=True),
    sa.Column('next_at', TIME, nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index(op.f('ix_webhook_call_webhook_id'), 'webhook_call', ['webhook_id'])
    op.create_index('webhook_call_open', 'webhook_call', ['state', 'ordered_at'],
                    postgresql_where=sa.text("state in ('ordered', 'calling', 'retrying')"))
    op.create_table('webhook_try',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('call_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started_at', TIME, nullable=False),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['webhook_call.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('call_id', 'number')
    )
    op.create_index(op.f('ix_webhook_try_call_id'), 'webhook_try', ['call_id'])
    op.execute(WALLS)


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
