"""Feeding centres and reserved capacity; lines of the search; stays of cases at their stages

Revision ID: 0009
Revises: 0008
"""

from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

POWER = sa.Numeric(precision=12, scale=2)

# Power is counted by the database: whoever writes a reservation has changed the centre, in the same transaction and under its row lock.
COUNTING = """
create function count_power() returns trigger language plpgsql as $$
declare
    held numeric := 0;
    settled numeric := 0;
begin
    if tg_op = 'UPDATE' and (old.centre_id, old.application_id, old.kw) is distinct from (new.centre_id, new.application_id, new.kw) then
        raise exception 'a reservation is ended and made anew, never changed' using errcode = 'restrict_violation';
    end if;
    if tg_op <> 'DELETE' then
        held := held + case when new.state = 'held' then new.kw else 0 end;
        settled := settled + case when new.state = 'settled' then new.kw else 0 end;
    end if;
    if tg_op <> 'INSERT' then
        held := held - case when old.state = 'held' then old.kw else 0 end;
        settled := settled - case when old.state = 'settled' then old.kw else 0 end;
    end if;
    update centre set reserved_kw = reserved_kw + held, connected_kw = connected_kw + settled
     where id = coalesce(new.centre_id, old.centre_id);
    return null;
end $$;
create trigger power_is_counted after insert or update or delete on power_reservation
    for each row execute function count_power();

create function only_reservations_reserve() returns trigger language plpgsql as $$
begin
    if (tg_op = 'INSERT' and new.reserved_kw <> 0) or (tg_op = 'UPDATE' and new.reserved_kw <> old.reserved_kw and pg_trigger_depth() < 2) then
        raise exception 'reserved power is counted from the reservations' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger reserved_is_counted before insert or update on centre for each row execute function only_reservations_reserve();
"""

# Lines of the search: one short text a case, kept by the database, so that nothing a desk looks for is read from wide rows.
SEARCH = """
create extension if not exists pg_trgm;
create function search_plain(given text) returns text language sql immutable parallel safe as $$
    select trim(regexp_replace(translate(lower(coalesce(given, '')), 'ё', 'е'), '[^0-9a-zа-я:/-]+', ' ', 'g')) $$;
create function address_key(given text) returns text language sql immutable parallel safe as $$
    select trim(regexp_replace(regexp_replace(search_plain(given),
        '\\m(рф|россия|обл|область|р-н|район|г|город|пос|поселок|п|дер|деревня|с|село|снт|днт|ул|улица|пер|переулок|наб|набережная|пр|проспект|ш|шоссе|пл|площадь|д|дом|уч|участок|корп|стр|кв|квартира)\\M',
        ' ', 'g'), ' +', ' ', 'g')) $$;
create function index_search(case_id bigint) returns void language sql as $$
    insert into connection_search (application_id, words, address, cadastre, inn, phone)
    select c.id, ' ' || search_plain(concat_ws(' ', c.number, c.person ->> 'name', c.object_address, c.person ->> 'inn', c.cadastre,
               right(regexp_replace(coalesce(c.person ->> 'phone', ''), '[^0-9]', '', 'g'), 10))) || ' ',
           address_key(c.object_address), trim(c.cadastre), coalesce(c.person ->> 'inn', ''),
           right(regexp_replace(coalesce(c.person ->> 'phone', ''), '[^0-9]', '', 'g'), 10)
      from connection c where c.id = case_id and c.stage <> 'DRAFT'
    on conflict (application_id) do update set words = excluded.words, address = excluded.address,
           cadastre = excluded.cadastre, inn = excluded.inn, phone = excluded.phone $$;
create function search_follows() returns trigger language plpgsql as $$
begin
    perform index_search(new.id);
    return null;
end $$;
create trigger connection_is_searched after update on connection for each row
    when (new.stage <> 'DRAFT' and (old.stage = 'DRAFT' or (old.number, old.person, old.object_address, old.cadastre)
          is distinct from (new.number, new.person, new.object_address, new.cadastre)))
    execute function search_follows();
create index connection_search_words on connection_search using gin (words gin_trgm_ops);
select index_search(id) from connection where stage <> 'DRAFT';
"""

# A stay opens and closes with its history row. The open one knows the nearest clock of its case.
STAYS = """
create function hurry_stay(case_id bigint) returns void language sql as $$
    update stay s set rule = coalesce(n.rule, ''), starts_at = n.starts_at, due_on = coalesce(n.due_on, '9999-12-31'),
           due_at = n.due_at, ours_rule = coalesce(o.rule, ''), ours_starts_at = o.starts_at, ours_due_at = o.due_at
      from (select 1) one
      left join lateral (select t.rule, t.starts_at, t.due_on, case when t.paused_at is null then t.due_at end as due_at from term t
             where t.process = 'connection' and t.subject_id = case_id and t.whose in ('grid', 'applicant') and not t.is_right
               and t.rule <> 'TU-EXP' and t.done_at is null and t.cancelled_at is null
             order by t.due_on, t.id limit 1) n on true
      left join lateral (select t.rule, t.starts_at, t.due_at from term t
             where t.process = 'connection' and t.subject_id = case_id and t.whose = 'grid' and not t.is_right
               and t.rule <> 'TU-EXP' and t.done_at is null and t.cancelled_at is null and t.paused_at is null
             order by t.due_at, t.id limit 1) o on true
     where s.application_id = case_id and s.left_at is null $$;

create function stays_follow_history() returns trigger language plpgsql as $$
begin
    update stay set left_at = new.at, stage_after = new.stage_after, actor_id = new.actor_id, actor_role = new.actor_role,
           rule = '', starts_at = null, due_on = '9999-12-31', due_at = null, ours_rule = '', ours_starts_at = null, ours_due_at = null
     where application_id = new.subject_id and left_at is null;
    insert into stay (application_id, stage, entered_at, stage_after, branch_id, category, actor_role, kept, broken, rule,
                      due_on, ours_rule)
    select c.id, new.stage_after, new.at, '', c.branch_id, coalesce(c.category, ''), '', 0, 0, '', '9999-12-31', ''
      from connection c where c.id = new.subject_id;
    perform hurry_stay(new.subject_id);
    return null;
end $$;
create trigger history_makes_stays after insert on history for each row
    when (new.process = 'connection' and new.stage_before <> new.stage_after) execute function stays_follow_history();

create function stays_follow_terms() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.done_at is null and new.done_at is not null and new.whose = 'grid' and not new.is_right
       and new.rule <> 'TU-EXP' then
        update stay set kept = kept + (new.done_at <= new.due_at)::int, broken = broken + (new.done_at > new.due_at)::int
         where id = (select s.id from stay s where s.application_id = new.subject_id and s.entered_at <= new.done_at
                        and (s.left_at is null or s.left_at >= new.done_at) order by s.entered_at, s.id limit 1);
    end if;
    perform hurry_stay(coalesce(new.subject_id, old.subject_id));
    return null;
end $$;
create trigger terms_hurry_stays after insert or update on term for each row when (new.process = 'connection')
    execute function stays_follow_terms();
create trigger gone_terms_hurry_stays after delete on term for each row when (old.process = 'connection')
    execute function stays_follow_terms();

create function stays_follow_cases() returns trigger language plpgsql as $$
begin
    update stay set branch_id = new.branch_id, category = coalesce(new.category, '')
     where application_id = new.id and left_at is null;
    return null;
end $$;
create trigger cases_move_stays after update on connection for each row
    when ((old.branch_id, old.category) is distinct from (new.branch_id, new.category)) execute function stays_follow_cases();

create function rebuild_stays() returns void language sql as $$
    delete from stay;
    insert into stay (application_id, stage, entered_at, left_at, stage_after, branch_id, category, actor_id, actor_role,
                      kept, broken, rule, due_on, ours_rule)
    select h.subject_id, h.stage_after, h.at, lead(h.at) over w, coalesce(lead(h.stage_after) over w, ''), c.branch_id,
           coalesce(c.category, ''), lead(h.actor_id) over w, coalesce(lead(h.actor_role) over w, ''), 0, 0, '', '9999-12-31', ''
      from history h join connection c on c.id = h.subject_id
     where h.process = 'connection' and h.stage_before <> h.stage_after
    window w as (partition by h.subject_id order by h.seq);
    update stay s set kept = k.kept, broken = k.broken
      from (select p.id, count(*) filter (where t.done_at <= t.due_at) as kept, count(*) filter (where t.done_at > t.due_at) as broken
              from term t cross join lateral (select p.id from stay p where p.application_id = t.subject_id and p.entered_at <= t.done_at
                      and (p.left_at is null or p.left_at >= t.done_at) order by p.entered_at, p.id limit 1) p
             where t.process = 'connection' and t.done_at is not null and t.whose = 'grid' and not t.is_right and t.rule <> 'TU-EXP'
             group by p.id) k
     where s.id = k.id;
    select count(hurry_stay(s.application_id)) from stay s where s.left_at is null
       and exists (select 1 from term t where t.process = 'connection' and t.subject_id = s.application_id and t.done_at is null);
$$;
select rebuild_stays();
"""


def upgrade() -> None:
    op.create_table('connection_search',
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('cadastre', sa.String(), nullable=False),
    sa.Column('inn', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.PrimaryKeyConstraint('application_id')
    )
    for column in ('address', 'cadastre', 'inn', 'phone'):
        op.create_index(f'connection_search_{column}', 'connection_search', [column], postgresql_where=sa.text(f"{column} <> ''"))
    op.execute(SEARCH)
    _stays()
    _centres()


def _stays() -> None:
    op.create_table('stay',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stage_after', sa.String(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_role', sa.String(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('broken', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ours_rule', sa.String(), nullable=False),
    sa.Column('ours_starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ours_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    open_only = sa.text('left_at is null')
    op.create_index('stay_open', 'stay', ['application_id'], unique=True, postgresql_where=open_only)
    op.create_index('stay_queue', 'stay', ['stage', 'branch_id', 'due_on', 'application_id'], postgresql_where=open_only)
    op.create_index('stay_path', 'stay', ['application_id', 'entered_at'])
    op.create_index('stay_left', 'stay', ['left_at'], postgresql_where=sa.text('left_at is not null'), postgresql_include=[
        'entered_at', 'stage', 'stage_after', 'branch_id', 'category', 'kept', 'broken', 'actor_id', 'actor_role'])
    op.execute(STAYS)


def _centres() -> None:
    op.create_table('centre',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('voltage', sa.String(), nullable=False),
    sa.Column('installed_kw', POWER, nullable=False),
    sa.Column('connected_kw', POWER, nullable=False),
    sa.Column('reserved_kw', POWER, nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('location', sa.String(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('connected_kw >= 0 and reserved_kw >= 0 and installed_kw >= 0', name='centre_is_not_negative'),
    sa.CheckConstraint('connected_kw + reserved_kw <= installed_kw', name='centre_is_not_oversold'),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_index(op.f('ix_centre_branch_id'), 'centre', ['branch_id'], unique=False)
    op.create_table('power_reservation',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('centre_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kw', POWER, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('kw > 0'),
    sa.CheckConstraint("state in ('held', 'settled', 'released')"),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['centre_id'], ['centre.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_power_reservation_application_id'), 'power_reservation', ['application_id'], unique=False)
    op.create_index(op.f('ix_power_reservation_centre_id'), 'power_reservation', ['centre_id'], unique=False)
    op.create_index('reservation_held_once', 'power_reservation', ['application_id'], unique=True, postgresql_where=sa.text("state = 'held'"))
    op.execute(COUNTING)


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
