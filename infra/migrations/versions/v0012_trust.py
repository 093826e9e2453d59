"""Trust, certificates of customers, powers of attorney, own documents

Revision ID: 0012
Revises: 0011
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)

# a centre that was proposed keeps its bytes and fingerprint whatever becomes of it
WALLS = """
create function trust_centre_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.der, new.sha256, new.place, new.proposed_by) is not distinct from (old.der, old.sha256, old.place, old.proposed_by) then
        return new;
    end if;
    raise exception 'a centre keeps its certificate' using errcode = 'restrict_violation';
end $$;
create trigger trust_centre_stays before update or delete on trust_centre for each row execute function trust_centre_stays();
"""

# table: what a customer may see of it
POLICIES = {
    'user_certificate': 'user_id = me()',
    'power_of_attorney': 'user_id = me()',
    'edoc': 'owner_id = me()',
}
CLOSED = ('trust_centre', 'trust_list')


def _key(name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [target])


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table('trust_centre',
    sa.Column('id', sa.BigInteger(), nullable=False),
    *_text('sha256', 'place', 'owner', 'issuer', 'number'),
    sa.Column('not_before', TIME, nullable=False),
    sa.Column('not_after', TIME, nullable=False),
    sa.Column('der', sa.LargeBinary(), nullable=False),
    *_text('state'),
    sa.Column('proposed_by', sa.BigInteger(), nullable=False),
    sa.Column('proposed_at', TIME, nullable=False),
    sa.Column('confirmed_by', sa.BigInteger(), nullable=True),
    sa.Column('confirmed_at', TIME, nullable=True),
    sa.Column('withdrawn_by', sa.BigInteger(), nullable=True),
    sa.Column('withdrawn_at', TIME, nullable=True),
    *_text('reason'),
    sa.CheckConstraint("state in ('proposed', 'trusted', 'withdrawn')"),
    sa.CheckConstraint("place in ('root', 'between')"),
    sa.CheckConstraint("state <> 'trusted' or confirmed_by is not null", name='trust_centre_second_look'),
    sa.CheckConstraint('confirmed_by <> proposed_by', name='trust_centre_two_people'),
    _key('proposed_by', 'app_user.id'), _key('confirmed_by', 'app_user.id'), _key('withdrawn_by', 'app_user.id'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('trust_centre_once', 'trust_centre', ['sha256'], unique=True, postgresql_where=sa.text("state <> 'withdrawn'"))
    op.create_table('trust_list',
    sa.Column('id', sa.BigInteger(), nullable=False),
    *_text('address', 'issuer'),
    sa.Column('der', sa.LargeBinary(), nullable=True),
    *_text('sha256'),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('this_update', TIME, nullable=True),
    sa.Column('next_update', TIME, nullable=True),
    sa.Column('added_by', sa.BigInteger(), nullable=True),
    sa.Column('added_at', TIME, nullable=False),
    sa.Column('tried_at', TIME, nullable=True),
    sa.Column('fetched_at', TIME, nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    *_text('error'),
    sa.Column('removed_at', TIME, nullable=True),
    _key('added_by', 'app_user.id'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('trust_list_once', 'trust_list', ['address'], unique=True, postgresql_where=sa.text("removed_at is null and address <> ''"))
    op.create_table('user_certificate',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    *_text('sha256', 'owner', 'organisation', 'inn', 'inn_legal', 'ogrn', 'snils', 'number', 'issuer'),
    sa.Column('not_before', TIME, nullable=False),
    sa.Column('not_after', TIME, nullable=False),
    sa.Column('qualified', sa.Boolean(), nullable=False),
    sa.Column('der', sa.LargeBinary(), nullable=False),
    *_text('source', 'doubt'),
    sa.Column('registered_at', TIME, nullable=False),
    sa.Column('warned', JSON, nullable=False),
    sa.Column('removed_at', TIME, nullable=True),
    _key('user_id', 'app_user.id'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_user_certificate_user_id'), 'user_certificate', ['user_id'], unique=False)
    op.create_index('user_certificate_once', 'user_certificate', ['user_id', 'sha256'], unique=True, postgresql_where=sa.text('removed_at is null'))
    op.create_table('power_of_attorney',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    *_text('number', 'principal', 'principal_inn'),
    sa.Column('representatives', JSON, nullable=False),
    sa.Column('powers', JSON, nullable=False),
    sa.Column('issued', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    *_text('parent', 'xml_key', 'signature_key', 'status'),
    sa.Column('report', JSON, nullable=False),
    sa.Column('registered_at', TIME, nullable=False),
    sa.Column('read_by', sa.BigInteger(), nullable=True),
    sa.Column('read_at', TIME, nullable=True),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', TIME, nullable=True),
    sa.Column('revoked_at', TIME, nullable=True),
    *_text('revoked_why'),
    sa.Column('withdrawn_at', TIME, nullable=True),
    _key('user_id', 'app_user.id'), _key('read_by', 'app_user.id'), _key('asked_by', 'app_user.id'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_power_of_attorney_number'), 'power_of_attorney', ['number'], unique=False)
    op.create_index(op.f('ix_power_of_attorney_user_id'), 'power_of_attorney', ['user_id'], unique=False)
    op.create_index('power_once', 'power_of_attorney', ['user_id', 'number'], unique=True, postgresql_where=sa.text('withdrawn_at is null'))
    op.create_table('edoc',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    *_text('kind', 'state'),
    sa.Column('registered_at', TIME, nullable=False),
    sa.Column('sent_at', TIME, nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('counter_by', sa.BigInteger(), nullable=True),
    sa.Column('counter_at', TIME, nullable=True),
    *_text('error'),
    sa.Column('deleted_at', TIME, nullable=True),
    sa.CheckConstraint("state in ('registered', 'signing', 'signed', 'returned', 'deleted')"),
    _key('owner_id', 'app_user.id'), _key('application_id', 'connection.id'), _key('document_id', 'document.id'), _key('counter_by', 'app_user.id'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('document_id')
    )
    op.create_index(op.f('ix_edoc_owner_id'), 'edoc', ['owner_id'], unique=False)
    op.create_index(op.f('ix_edoc_application_id'), 'edoc', ['application_id'], unique=False)
    op.create_index('edoc_to_counter', 'edoc', ['id'], unique=False, postgresql_where=sa.text("state = 'signing'"))

    op.create_index('document_by_sum', 'document', ['pdf_sha256'], unique=False)
    op.execute(WALLS)
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')
    for table in CLOSED:
        op.execute(f'alter table {table} enable row level security')


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
