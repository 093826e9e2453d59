"""The walls: append-only history, stages only through moves, what a customer may see

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

APPEND_ONLY = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger history_is_append_only before update or delete on history for each row execute function refuse_change();
create trigger history_is_not_emptied before truncate on history execute function refuse_change();
create trigger audit_is_append_only before update or delete on audit for each row execute function refuse_change();
create trigger audit_is_not_emptied before truncate on audit execute function refuse_change();
"""

# At commit the newest history row of a case must be the one the case remembers: a stage set outside a move cannot commit.
MOVES_ONLY = """
create function stage_needs_history() returns trigger language plpgsql as $$
declare kept record;
declare newest record;
begin
    execute format('select stage, version, chain from %I where id = $1', tg_table_name) into kept using new.id;
    select h.seq, h.hash, h.stage_after into newest from history h
     where h.process = tg_argv[0] and h.subject_id = new.id order by h.seq desc limit 1;
    if (kept.version, kept.chain, kept.stage) is distinct from (newest.seq, newest.hash, newest.stage_after) then
        raise exception 'the stage of % % may change through a move only', tg_argv[0], new.id
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger connection_moves after update on connection deferrable initially deferred
    for each row when (old.stage is distinct from new.stage or old.version is distinct from new.version
                       or old.chain is distinct from new.chain)
    execute function stage_needs_history('connection');

create function cases_begin_as_drafts() returns trigger language plpgsql as $$
begin
    if new.stage <> 'DRAFT' or new.version <> 0 then
        raise exception 'a case begins as a draft' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger connection_begins before insert on connection for each row execute function cases_begin_as_drafts();
create function cases_stay() returns trigger language plpgsql as $$
begin
    if old.stage <> 'DRAFT' or old.version <> 0 then
        raise exception 'a case with a history is never deleted' using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger connection_stays before delete on connection for each row execute function cases_stay();
"""

CUSTOMERS = """
do $$ begin
    if not exists (select 1 from pg_roles where rolname = 'feeder_customer') then create role feeder_customer nologin; end if;
    execute format('grant feeder_customer to %I', current_user);
end $$;
create function me() returns bigint language sql stable as
    $$ select nullif(current_setting('feeder.user_id', true), '')::bigint $$;
grant usage on schema public to feeder_customer;
grant select on branch, calendar_override, term_rule, fee_rate, vat_rate, payment_schedule, clock_shift to feeder_customer;
"""

# table: what a customer may see of it
POLICIES = {
    'connection': 'applicant_id = me()',
    'app_user': 'id = me()',
    'notice': 'user_id = me()',
    'setting': "name = 'org'",
    'document': "placed_at is not null and exists (select 1 from connection c where c.id = application_id)",
    'attachment': 'exists (select 1 from connection c where c.id = application_id)',
    'message': 'exists (select 1 from connection c where c.id = application_id)',
    'invoice': 'exists (select 1 from connection c where c.id = application_id)',
    'payment_order': 'exists (select 1 from connection c where c.id = application_id)',
    'instalment': 'exists (select 1 from invoice i where i.id = invoice_id)',
    'term': "process = 'connection' and exists (select 1 from connection c where c.id = subject_id)",
    'history': "process = 'connection' and exists (select 1 from connection c where c.id = subject_id)",
}


def upgrade() -> None:
    op.execute("alter table work set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500)")
    op.execute('create sequence payment_number')
    op.execute("insert into clock_shift (id, seconds) values (1, 0)")
    for script in (APPEND_ONLY, MOVES_ONLY, CUSTOMERS):
        op.execute(script)
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')


def downgrade() -> None:
    raise RuntimeError('the walls are not taken down: restore a backup instead')
