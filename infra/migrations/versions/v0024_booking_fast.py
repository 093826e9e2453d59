"""Booking: a place is taken in one call

Revision ID: 0024
Revises: 0023

`booking_take` looks for a place, locks it, writes the visit with the alarm of its hold, or, with a visitor, the booked visit with
the first link of its history and its work row (docs/decisions/0024). What it may not decide: who may book. That is the action's.
"""

from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

# The wall as before, in a cheaper tongue: numbers of desks are compared as numbers. Still in words that no query has (decision 0017).
WALL = """
create extension if not exists btree_gist;
alter table booking drop constraint booking_wall;
alter table booking add constraint booking_wall exclude using gist
    ((desk_id + 0) with =, tstzrange(starts_at, busy_until) with &&) where (stage || '' in ('HELD', 'BOOKED', 'CHECKED_IN'));
"""

# The last desk taken at a time is read from the end of this index: the next one is tried first.
INDEXES = """
drop index booking_by_office;
create index booking_by_office on booking (office_id, starts_at, desk_id);
"""

# A booking begins as a hold, or at once as booked with the first link of its history, which must stand before it.
# The check at the commit is the one of every process, written out for this table: a name put together at run time is planned anew.
RULES = """
create or replace function bookings_begin_as_holds() returns trigger language plpgsql as $$
begin
    if new.stage = 'HELD' and new.version = 0 and new.hold_until is not null then
        return new;
    end if;
    if new.stage <> 'BOOKED' or new.version <> 1 or new.hold_until is null or not exists (
        select 1 from history h where h.process = 'booking' and h.subject_id = new.id and h.seq = 1 and h.hash = new.chain
           and h.stage_before = 'HELD' and h.stage_after = 'BOOKED') then
        raise exception 'a booking begins as a hold' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create function booking_needs_history() returns trigger language plpgsql as $$
declare
    kept record;
    newest record;
begin
    select b.stage, b.version, b.chain into kept from booking b where b.id = new.id;
    select h.seq, h.hash, h.stage_after into newest from history h
     where h.process = 'booking' and h.subject_id = new.id order by h.seq desc limit 1;
    if (kept.version, kept.chain, kept.stage) is distinct from (newest.seq, newest.hash, newest.stage_after) then
        raise exception 'the stage of booking % may change through a move only', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$;
drop trigger booking_moves on booking;
create constraint trigger booking_moves after update on booking deferrable initially deferred
    for each row when (old.stage is distinct from new.stage or old.version is distinct from new.version
                       or old.chain is distinct from new.chain)
    execute function booking_needs_history();
"""

# Of the desks above one number and up to another the first that is free: with nobody standing there, serving, laid out long enough. As
# visits at a desk never overlap, the last one that begins before this would end is the only one that can be in the way. The `case`
# keeps the order: most desks of a full hour are left at the first question.
FREE = """
        select p.desk_id into desk from booking_place p
         where p.office_id = wish_office and p.starts_at = wish_start and p.desk_id > low and p.desk_id <= high
           and (wish_desks is null or p.desk_id = any (wish_desks))
           and case when coalesce((select b.busy_until from booking b
                          where b.desk_id = p.desk_id and b.stage in ('HELD', 'BOOKED', 'CHECKED_IN') and b.busy_until > b.starts_at
                            and b.starts_at < busy order by b.starts_at desc limit 1), wish_start) <= wish_start
                    then (select true from booking_desk_service ds where ds.desk_id = p.desk_id and ds.service_id = wish_service)
                     and (p.ends_at >= ends
                          or (select max(q.ends_at) >= ends and sum(q.ends_at - q.starts_at) = max(q.ends_at) - min(q.starts_at)
                                from booking_place q
                               where q.desk_id = p.desk_id and q.starts_at >= wish_start and q.starts_at < ends)) end
         order by p.desk_id limit 1"""

# The same without locks. Who stands at this very time is read at once, along the index of offices (`coalesce` keeps from that of starts).
PLAIN = FREE.replace(
    'and (wish_desks',
    """and p.desk_id not in (select b.desk_id from booking b
                  where b.office_id = wish_office and b.starts_at = wish_start and b.busy_until > b.starts_at
                    and coalesce(b.stage, '') in ('HELD', 'BOOKED', 'CHECKED_IN'))
           and (wish_desks""",
)

ARGUMENTS = """
    wish_office bigint, wish_service bigint, wish_start timestamptz, wish_desks bigint[], asks text, until timestamptz,
    moment timestamptz, by_channel text, by_way text, chosen text, customer bigint, clerk bigint, after interval,
    visitor jsonb, link jsonb, look text"""
NAMES = """wish_office, wish_service, wish_start, wish_desks, asks, until, moment, by_channel, by_way, chosen, customer, clerk, after,
                visitor, link"""

# The gate is that of models/booking/taking.py: everybody who takes is inside, whoever changes places is alone.
TAKE = f"""
create type booking_taken as (why text, id bigint, desk_id bigint, ends_at timestamptz, busy_until timestamptz, way text);

create function booking_take({ARGUMENTS}) returns booking_taken
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    found_office record;
    ends timestamptz;
    busy timestamptz;
    given text;
    desk bigint;
    low bigint;
    high bigint := 9223372036854775807;
    last bigint;
    none boolean := false;
    freed boolean;
    made bigint;
    placed boolean := false;
    told text;
    proof text;
    again booking_taken;
    waits text := 'passing';
begin
    select o.switched_on, o.lead_minutes, s.active, s.minutes, s.buffer_minutes, s.ways into found_office
      from booking_office o, booking_service s where o.id = wish_office and s.id = wish_service;
    if asks is not null then
        if not coalesce(found_office.active and (found_office.switched_on or asks = 'desk'), false) then
            return row('closed', null, null, null, null, null)::booking_taken;
        elsif wish_start < moment or asks <> 'desk' and wish_start < moment + make_interval(mins => found_office.lead_minutes) then
            return row('near', null, null, null, null, null)::booking_taken;
        end if;
    end if;
    ends := wish_start + make_interval(mins => found_office.minutes);
    busy := ends + make_interval(mins => found_office.buffer_minutes);
    given := coalesce(by_way, case when not jsonb_exists(found_office.ways, 'office') then found_office.ways ->> 0 end, 'office');
    if chosen <> given then
        if not jsonb_exists(found_office.ways, chosen) then
            return row('way', null, null, null, null, null)::booking_taken;
        end if;
        given := chosen;
    end if;
    if not pg_try_advisory_xact_lock_shared(hashtextextended('booking_office:' || wish_office, 0)) then
        perform pg_advisory_xact_lock_shared(hashtextextended('booking_office:' || wish_office, 0));
    end if;

    select b.desk_id into low from booking b where b.office_id = wish_office and b.starts_at = wish_start
     order by b.desk_id desc limit 1;
    low := coalesce(low, 0);
    for turn in 1 .. case low when 0 then 1 else 2 end loop
        if look = 'waiting' then
            {FREE} for update of p;
        else
            {FREE} for update of p skip locked;
        end if;
        exit when desk is not null or turn = 2;
        if look = 'first' and low > 0 then
            -- Most often nothing is left. What others have not committed yet is free in this look: none means that the hour is full.
            high := 9223372036854775807;
            last := low;
            low := 0;
            {PLAIN};
            none := desk is null;
            exit when none;
            low := last;
        end if;
        high := low;
        low := 0;
        desk := null;
    end loop;

    if desk is not null then
        made := nextval('booking_id_seq');
        if visitor is null then
            insert into booking (id, office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain, hold_until,
                channel, way, name, email, phone, account, address, pin_hash, user_id, made_by, created_at, changed_at, notices, reason)
            values (made, wish_office, desk, wish_service, wish_start, ends, busy, 'HELD', 0, repeat('0', 64), until,
                by_channel, given, '', '', '', '', '', '', customer, clerk, moment, moment, 0, '')
            on conflict do nothing;
            placed := found;
        else
            told := replace(replace(link ->> 'told', '"\\u0000id"', made::text), '"\\u0000desk"', desk::text);
            proof := encode(sha256(convert_to(told, 'UTF8')), 'hex');
            begin
                insert into history (process, subject_id, seq, tag, actor_role, actor_id, actor_name, at, stage_before, stage_after,
                    changes, reason, request_id, previous, hash)
                values ('booking', made, 1, link ->> 'tag', link ->> 'role', (link ->> 'id')::bigint, link ->> 'name', moment, 'HELD',
                    'BOOKED', replace(link ->> 'changes', '"\\u0000desk"', desk::text)::jsonb, '', '', repeat('0', 64), proof);
                insert into booking (id, office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain,
                    hold_until, channel, way, remind_by, name, email, phone, account, address, pin_hash, token_hash, sealed, ticket,
                    user_id, made_by, created_at, changed_at, booked_at, consent_at, notices, reason)
                values (made, wish_office, desk, wish_service, wish_start, ends, busy, 'BOOKED', 1, proof, until, by_channel, given,
                    visitor ->> 'remind_by', visitor ->> 'name', visitor ->> 'email', visitor ->> 'phone', visitor ->> 'account',
                    visitor ->> 'address', visitor ->> 'pin_hash', visitor ->> 'token_hash', decode(visitor ->> 'sealed', 'hex'),
                    decode(visitor ->> 'ticket', 'hex'), customer, clerk, moment, moment, moment,
                    (visitor ->> 'consent_at')::timestamptz, 0, '')
                on conflict do nothing;
                if not found then
                    raise exception using errcode = 'FD001';
                end if;
                placed := true;
            exception when sqlstate 'FD001' then
                if exists (select 1 from booking b where b.token_hash = visitor ->> 'token_hash') then
                    raise exception 'this code is taken' using errcode = 'unique_violation';
                end if;
            end;
        end if;
        if placed then
            if after is not null then
                insert into work (process, subject_id, state, run_at, lane, attempt, tries) values ('booking', made, 'due',
                    clock_timestamp() + after, case when after > interval '0' then 1 else 0 end, 0, 0);
            end if;
            return row(null, made, desk, ends, busy, given)::booking_taken;
        end if;
    end if;
    if look <> 'first' then
        return row(case when desk is null then 'full' else 'lost' end, null, null, null, null, null)::booking_taken;
    end if;

    -- The second look. What has lapsed is freed; a try that loses gives its locks back, because waiting with one in the hand would deadlock.
    delete from booking where id in (select b.id from booking b where b.office_id = wish_office and b.stage = 'HELD'
        and b.hold_until <= moment and b.starts_at < wish_start + interval '1 day' and b.busy_until > wish_start
        order by b.id for update);
    freed := found;
    if none and not freed then
        -- While the delete waited for another one's, or since the look, somebody may have freed a place.
        high := 9223372036854775807;
        low := 0;
        {PLAIN};
        if desk is null then
            return row('full', null, null, null, null, null)::booking_taken;
        end if;
    elsif not freed and desk is null then
        waits := 'waiting';
    end if;
    for turn in 1 .. 500 loop
        begin
            again := booking_take({NAMES}, waits);
            if again.why is null or again.why = 'full' and waits = 'waiting' then
                return again;
            end if;
            raise exception using errcode = 'FD001';
        exception when sqlstate 'FD001' then
            waits := case again.why when 'full' then 'waiting' else 'passing' end;
        end;
    end loop;
    return row('full', null, null, null, null, null)::booking_taken;
end $$;
"""  # noqa: S608 - our own constants


def upgrade() -> None:
    op.execute(WALL)
    op.execute(INDEXES)
    op.execute(RULES)
    op.execute(TAKE)


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
