"""More of signing: a paper that is being replaced, where an agreement was given up, passport data confirmed by a signature

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
# A confirmation is evidence: the lock of its data may be turned to a newer key, the data may go with the person, nothing else.
WALLS = """
create function identity_signature_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'sealed' = to_jsonb(old) - 'sealed' then
        return new;
    end if;
    raise exception 'a confirmation never changes' using errcode = 'restrict_violation';
end $$;
create trigger identity_signature_stays before update or delete on identity_signature
    for each row execute function identity_signature_stays();
create trigger identity_signature_is_not_emptied before truncate on identity_signature
    for each statement execute function refuse_change();
alter table identity_signature enable row level security;
revoke all on identity_signature from feeder_staff, feeder_auditor;
grant select on identity_signature to feeder_customer;
create policy identity_signature_of_customer on identity_signature for select to feeder_customer using (user_id = me());
"""


def upgrade() -> None:
    op.add_column('signing_document', sa.Column('successor_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key('signing_document_successor_id_fkey', 'signing_document', 'document', ['successor_id'], ['id'])
    op.add_column('signing_acceptance', sa.Column('revoked_address', sa.String(), server_default='', nullable=False))
    op.add_column('signing_acceptance', sa.Column('revoked_agent', sa.String(), server_default='', nullable=False))
    op.create_table('identity_signature',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('agreement', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=True),
    sa.Column('code_sent_at', TIME, nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('sign_in_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_identity_signature_user_id'), 'identity_signature', ['user_id'])
    op.execute(WALLS)


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
