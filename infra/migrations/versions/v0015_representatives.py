"""Representatives of a customer: powers with limits and term, and the walls that keep to them

Revision ID: 0015
Revises: 0014
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# A representative reaches a case by a power that is in force now and covers the case; of its rows he sees what his acts need.
REACH = """
create function my_contacts() returns text[] language sql stable security definer set search_path = public as $$
    select array_remove(array[u.registration_number,
        case when u.email_confirmed_at is not null then nullif(lower(u.email), '') end,
        case when u.phone_confirmed_at is not null then nullif(u.phone, '') end], null) from app_user u where u.id = me() $$;
create function represented_cases(wanted text[]) returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select distinct c.id from representative r
        join connection c on c.applicant_id = r.principal_id and (r.application_id is null or r.application_id = c.id)
        where r.agent_id = me() and r.state = 'active' and r.starts_at <= business_now() and r.until > business_now()
          and r.acts ?| wanted) $$;
-- a customer without a filed case belongs to no branch yet: every desk serves him
create function has_case(wanted bigint) returns boolean language sql stable security definer set search_path = public as
    $$ select exists (select 1 from connection c where c.applicant_id = wanted and c.stage <> 'DRAFT') $$;
create function closed_to_me(wanted text[]) returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select c.id from representative r
        join connection c on c.applicant_id = r.principal_id and (r.application_id is null or r.application_id = c.id)
        where r.agent_id = me() and r.state = 'active' and r.starts_at <= business_now() and r.until > business_now()
          and c.applicant_id <> me() and c.applicant_id <> all(granted_people()) and c.id <> all(granted_cases())
        group by c.id having not bool_or(r.acts ?| wanted)) $$;
"""
ANY = "array['file', 'sign', 'pay', 'correspond', 'withdraw', 'receive']"
CLOSED = "<> all((select closed_to_me(array[{acts}]))::bigint[])"


def _outside(column: str, *acts: str) -> str:
    return f"{column} " + CLOSED.format(acts=", ".join(f"'{a}'" for a in acts))


# table: what its rows have to be for a representative, besides belonging to a case that he reaches
LIMITS = {
    'connection': f"stage <> 'DRAFT' or {_outside('id', 'file')}",
    'message': _outside('application_id', 'correspond'),
    'document': f"{_outside('application_id', 'receive', 'sign')} "
                f"or (kind = 'invoice' and {_outside('application_id', 'receive', 'sign', 'pay')})",
    'attachment': _outside('application_id', 'file', 'correspond', 'receive'),
    'invoice': _outside('application_id', 'pay'),
    'payment_order': _outside('application_id', 'pay'),
    'receipt': _outside('application_id', 'pay'),
    'refund': _outside('application_id', 'pay'),
    'disagreement': _outside('application_id', 'sign', 'receive'),
    'contract_change': _outside('application_id', 'sign', 'receive'),
    'signing': f"signs(id) or {_outside('application_id', 'sign')}",
}  # fmt: skip


def upgrade() -> None:
    _table()
    op.execute(REACH)
    op.execute('drop policy connection_of_customer on connection')
    op.execute(f"""create policy connection_of_customer on connection for select to feeder_customer using (
        applicant_id = me() or applicant_id = any((select granted_people())::bigint[])
        or id = any((select granted_cases())::bigint[]) or id = any((select represented_cases({ANY}))::bigint[]))""")
    for table, rule in LIMITS.items():
        op.execute(f'create policy {table}_within_the_power on {table} as restrictive for select to feeder_customer using ({rule})')
    op.execute('create policy signing_signature_of_agent on signing_signature for select to feeder_customer using (user_id = me())')
    op.execute('alter table representative enable row level security')
    op.execute('grant select on representative to feeder_customer')
    op.execute("""create policy representative_of_customer on representative for select to feeder_customer using (
        principal_id = me() or agent_id = me()
        or (agent_id is null and state = 'offered' and contact = any((select my_contacts())::text[])))""")
    op.execute("""create policy representative_of_staff on representative for select to feeder_staff using (
        (select my_branch()) is null or exists (select 1 from connection c where c.applicant_id = principal_id)
        or not has_case(principal_id))""")
    op.execute('create policy representative_of_auditor on representative for select to feeder_auditor using (true)')


def _table() -> None:
    op.create_table('representative',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('principal_id', sa.BigInteger(), nullable=False),
    sa.Column('principal_name', sa.String(), nullable=False),
    sa.Column('agent_id', sa.BigInteger(), nullable=True),
    sa.Column('agent_name', sa.String(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('notary', sa.String(), nullable=False),
    sa.Column('acts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('starts_at', TIME, nullable=False),
    sa.Column('until', TIME, nullable=False),
    sa.Column('scan_key', sa.String(), nullable=False),
    sa.Column('scan_name', sa.String(), nullable=False),
    sa.Column('scan_type', sa.String(), nullable=False),
    sa.Column('scan_size', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('offered_at', TIME, nullable=False),
    sa.Column('accepted_at', TIME, nullable=True),
    sa.Column('checked_at', TIME, nullable=True),
    sa.Column('checked_by', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('ended_by', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.CheckConstraint('principal_id <> agent_id', name='representative_is_another'),
    sa.CheckConstraint('starts_at < until', name='representative_has_a_term'),
    sa.CheckConstraint('jsonb_array_length(acts) > 0', name='representative_may_something'),
    sa.CheckConstraint("state in ('offered', 'active', 'refused', 'revoked', 'expired')", name='representative_states'),
    sa.CheckConstraint("state <> 'active' or (agent_id is not null and accepted_at is not null and checked_at is not null)",
                       name='representative_active_is_whole'),
    sa.ForeignKeyConstraint(['principal_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['agent_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['checked_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['ended_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_representative_principal_id'), 'representative', ['principal_id'])
    op.create_index(op.f('ix_representative_application_id'), 'representative', ['application_id'])
    op.create_index('representative_live', 'representative', ['agent_id'], postgresql_where=sa.text("state = 'active'"))
    op.create_index('representative_offers', 'representative', ['contact'], postgresql_where=sa.text("state = 'offered'"))
    op.create_index('representative_ends', 'representative', ['until'], postgresql_where=sa.text("state in ('offered', 'active')"))


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
