"""Cabinet: what the last round of people and appeals keeps

Revision ID: 0025
Revises: 0024
"""

from alembic import op
import sqlalchemy as sa

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# Who reads the case of another has a power (0015). The second way to it, a right without a paper, had no page and goes.
ONE_WAY = """
drop policy connection_of_customer on connection;
create policy connection_of_customer on connection for select to feeder_customer using (applicant_id = me()
    or id = any((select represented_cases(array['file', 'sign', 'pay', 'correspond', 'withdraw', 'receive']))::bigint[]));
create or replace function closed_to_me(wanted text[]) returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select c.id from representative r
        join connection c on c.applicant_id = r.principal_id and (r.application_id is null or r.application_id = c.id)
        where r.agent_id = me() and r.state = 'active' and r.starts_at <= business_now() and r.until > business_now()
          and c.applicant_id <> me()
        group by c.id having not bool_or(r.acts ?| wanted)) $$;
drop function granted_people();
drop function granted_cases();
drop table access_grant;
"""


# How long something is kept is a dated row. What the company did not set itself was written from memory, and says so.
EDITIONS = """
insert into retention_edition (name, days, basis, confidence, valid_from)
    select name, days, basis, case when basis = 'срок установлен компанией' then '' else 'memory' end, '2020-01-01' from retention_rule;
alter table retention_edition add constraint retention_edition_editions
    exclude using gist (name with =, daterange(valid_from, valid_to, '[]') with &&);
alter table retention_rule drop column days, drop column basis;
grant select on retention_edition to feeder_customer;
"""
# Days before the end are written with a minus, as everywhere: so the page of rules reads and writes them.
REMINDERS = """
update term_rule set reminders = (select jsonb_agg(-abs(d::int)) from jsonb_array_elements_text(reminders) d)
    where process = 'people' and reminders <> '[]'
"""


# Who signs for another sees the documents that the other has registered, while the case is the other's.
SIGNED_FOR = """
drop policy edoc_of_customer on edoc;
create policy edoc_of_customer on edoc for select to feeder_customer using (owner_id = me()
    or (application_id = any((select represented_cases(array['sign']))::bigint[])
        and exists (select 1 from connection c where c.id = application_id and c.applicant_id = owner_id)));
"""


def upgrade() -> None:
    op.execute(ONE_WAY)
    op.execute(SIGNED_FOR)
    _retention()


def _retention() -> None:
    op.create_table('retention_edition',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['name'], ['retention_rule.name']),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute(EDITIONS)
    op.execute(REMINDERS)
    op.create_table('object_removal',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('asked_at', TIME, nullable=False),
    sa.Column('done_at', TIME, nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index('object_removal_open', 'object_removal', ['key'], postgresql_where=sa.text('done_at is null'))


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
