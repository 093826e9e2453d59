"""Who may what: rights given to others, staff changes by two, retention, wishes; walls for staff and the auditor

Revision ID: 0014
Revises: 0013
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

WALLS = """
do $$ declare r text; begin
    foreach r in array array['feeder_staff', 'feeder_auditor'] loop
        if not exists (select 1 from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
        execute format('grant %I to %I', r, current_user);
    end loop;
end $$;
create function my_role() returns text language sql stable as $$ select coalesce(current_setting('feeder.role', true), '') $$;
create function my_branch() returns bigint language sql stable as
    $$ select nullif(current_setting('feeder.branch_id', true), '')::bigint $$;
create function business_now() returns timestamptz language sql stable security definer set search_path = public as
    $$ select statement_timestamp() + make_interval(secs => coalesce((select seconds from clock_shift where id = 1), 0)::float8) $$;
-- a branch without a desk of its own is served by everybody's
create function my_branches() returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select b.id from branch b where b.id = my_branch() or not exists
        (select 1 from app_user u where u.branch_id = b.id and u.active and u.role = 'OPERATOR')) $$;
create function granted_people() returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select principal_id from access_grant where agent_id = me() and application_id is null
        and ended_at is null and until > business_now()) $$;
create function granted_cases() returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select g.application_id from access_grant g join connection c on c.id = g.application_id
        and c.applicant_id = g.principal_id where g.agent_id = me() and g.ended_at is null and g.until > business_now()) $$;
drop policy connection_of_customer on connection;
create policy connection_of_customer on connection for select to feeder_customer using (
    applicant_id = me() or applicant_id = any((select granted_people())::bigint[])
    or id = any((select granted_cases())::bigint[]));
grant usage on schema public to feeder_staff, feeder_auditor;
grant select on all tables in schema public to feeder_staff, feeder_auditor;
alter default privileges in schema public grant select on tables to feeder_staff, feeder_auditor;
revoke select on proof, simple_code, spare_code from feeder_staff, feeder_auditor;
grant insert on audit to feeder_staff, feeder_auditor;
grant usage on sequence audit_id_seq to feeder_staff, feeder_auditor;
alter table access_grant enable row level security;
alter table data_request enable row level security;
alter table page_wish enable row level security;
alter table notice_wish enable row level security;
alter table notice_hours enable row level security;
alter table sign_in enable row level security;
alter table second_factor enable row level security;
alter table audit enable row level security;
grant select on access_grant, data_request, page_wish, notice_wish, notice_hours, retention_rule to feeder_customer;
create policy access_grant_of_customer on access_grant for select to feeder_customer
    using (principal_id = me() or agent_id = me());
create policy data_request_of_customer on data_request for select to feeder_customer using (user_id = me());
create policy page_wish_of_customer on page_wish for select to feeder_customer using (user_id = me());
create policy notice_wish_of_customer on notice_wish for select to feeder_customer using (user_id = me());
create policy notice_hours_of_customer on notice_hours for select to feeder_customer using (user_id = me());
create policy audit_by_staff on audit for insert to feeder_staff, feeder_auditor with check (user_id = me());
"""

CASE = "(select my_branch()) is null or {column} is null or exists (select 1 from connection c where c.id = {column})"
OWN = 'user_id = me()'
# table: what staff see of it; a table of a case follows its case; the auditor sees all of both
STAFF_POLICIES = {
    'connection': '(select my_branch()) is null or branch_id = any((select my_branches())::bigint[])',
    'app_user': "(select my_branch()) is null or role <> 'APPLICANT' "
                "or exists (select 1 from connection c where c.applicant_id = app_user.id)",
    'instalment': '(select my_branch()) is null or exists (select 1 from invoice i where i.id = invoice_id)',
    'term': "process <> 'connection' or " + CASE.format(column='subject_id'),
    'history': "(select my_branch()) is null or process not in ('connection', 'signing') "
               "or (process = 'connection' and exists (select 1 from connection c where c.id = subject_id)) "
               "or (process = 'signing' and exists (select 1 from signing s where s.id = subject_id))",
    'notice': OWN,
    'page_wish': OWN,
    'notice_wish': OWN,
    'notice_hours': OWN,
    'second_factor': OWN,
    'sign_in': f"{OWN} or (select my_role()) = 'ADMIN'",
    'consent': f"{OWN} or (select my_role()) in ('MANAGER', 'ADMIN')",
    'audit': f"{OWN} or process = 'connection' or (select my_role()) in ('MANAGER', 'ADMIN', 'OPERATOR')",
    'data_request': "(select my_role()) in ('OPERATOR', 'MANAGER', 'ADMIN')",
}
AUDITOR_OWN = ('page_wish', 'notice_wish', 'notice_hours', 'second_factor', 'notice')

RETENTION = (
    ('draft', 'Черновики заявок, которые никто не подал', 90, 'срок установлен компанией', True),
    ('annulled', 'Персональные данные аннулированных и возвращённых заявок', 3 * 365, 'срок исковой давности, ГК РФ, ст. 196', False),
    ('contract', 'Договоры, акты и заявки, по которым они заключены', 5 * 365, 'приказ Росархива № 236, ПП РФ 861', False),
    ('connection_act', 'Акты об осуществлении присоединения', None, 'хранятся постоянно: ПП РФ 861', False),
    ('billing', 'Счета и платежи', 5 * 365, '402-ФЗ, ст. 29', False),
    ('booking', 'Записи на приём', 365, 'срок установлен компанией', True),
    ('log', 'Журнал входов и просмотров', 3 * 365, '152-ФЗ, ст. 19; журнал не изменяется', False),
    ('notice', 'Уведомления, которые вы удалили', 30, 'срок установлен компанией', True),
    ('cabinet', 'Данные кабинета после просьбы об удалении', 30, '152-ФЗ, ст. 21, ч. 5', True),
)


def upgrade() -> None:
    _access()
    _data()
    _wishes()
    op.execute(WALLS)
    _staff_walls()


def _access() -> None:
    op.create_table('access_grant',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('principal_id', sa.BigInteger(), nullable=False),
    sa.Column('agent_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('given_at', TIME, nullable=False),
    sa.Column('until', TIME, nullable=False),
    sa.Column('ended_at', TIME, nullable=True),
    sa.CheckConstraint('principal_id <> agent_id', name='access_grant_to_another'),
    sa.ForeignKeyConstraint(['principal_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['agent_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_access_grant_principal_id'), 'access_grant', ['principal_id'])
    op.create_index(op.f('ix_access_grant_application_id'), 'access_grant', ['application_id'])
    op.create_index('access_grant_live', 'access_grant', ['agent_id'], postgresql_where=sa.text('ended_at is null'))
    op.create_table('staff_change',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=False),
    sa.Column('asked_at', TIME, nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', TIME, nullable=True),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.CheckConstraint('decided_by is null or decided_by <> asked_by', name='staff_change_four_eyes'),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['asked_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_staff_change_user_id'), 'staff_change', ['user_id'])
    op.create_index('staff_change_open', 'staff_change', ['user_id'], unique=True, postgresql_where=sa.text('decided_at is null'))


def _data() -> None:
    op.create_table('data_request',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('asked_at', TIME, nullable=False),
    sa.Column('due_at', TIME, nullable=False),
    sa.Column('answered_at', TIME, nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['answered_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_data_request_user_id'), 'data_request', ['user_id'])
    op.create_index('data_request_open', 'data_request', ['due_at'], postgresql_where=sa.text('answered_at is null'))
    made = op.create_table('retention_rule',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('deletes', sa.Boolean(), nullable=False),
    sa.Column('last_run_at', TIME, nullable=True),
    sa.Column('last_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    names = ('name', 'title', 'days', 'basis', 'deletes')
    op.bulk_insert(made, [dict(zip(names, row, strict=True)) | {'last_count': 0} for row in RETENTION])
    op.add_column('app_user', sa.Column('erased_at', TIME, nullable=True))


def _wishes() -> None:
    op.create_table('page_wish',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('facts', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('user_id', 'name')
    )
    op.create_table('notice_wish',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('theme', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('user_id', 'theme', 'channel')
    )
    op.create_table('notice_hours',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_to', sa.Integer(), nullable=True),
    sa.Column('digest_hour', sa.Integer(), nullable=True),
    sa.CheckConstraint('(quiet_from is null) = (quiet_to is null)', name='notice_hours_both'),
    sa.CheckConstraint('quiet_from between 0 and 23 and quiet_to between 0 and 23 and digest_hour between 0 and 23', name='notice_hours_of_day'),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('user_id')
    )
    op.add_column('notice', sa.Column('deleted_at', TIME, nullable=True))


def _staff_walls() -> None:
    """Every table that has a wall, and every table that hangs on a case, gets a door for staff and one for the auditor."""
    found = op.get_bind().execute(sa.text("""
        select c.relname as name, c.relrowsecurity as walled, has_table_privilege('feeder_customer', c.oid, 'select') as customers,
               exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'application_id') as of_case
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1""")).all()
    for row in found:
        if not row.walled and row.of_case and not row.customers:
            op.execute(f'alter table {row.name} enable row level security')
        elif not row.walled:
            continue
        rule = STAFF_POLICIES.get(row.name) or (CASE.format(column='application_id') if row.of_case else 'true')
        op.execute(f'create policy {row.name}_of_staff on {row.name} for select to feeder_staff using ({rule})')
        seen = OWN if row.name in AUDITOR_OWN else 'true'
        op.execute(f'create policy {row.name}_of_auditor on {row.name} for select to feeder_auditor using ({seen})')


def downgrade() -> None:
    raise RuntimeError('the walls are not taken down: restore a backup instead')
