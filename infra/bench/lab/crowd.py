"""A crowd of applications with what belongs to them, made by SQL: three years of a utility's work, of which the last months are
still open. Plausible Russian data, invented; written past the walls, which only a scratch database allows.

History rows carry no real chain: figures are measured on this crowd, nothing is proved on it."""

from sqlalchemy import text

from infra.database import Database

ENGINEERS = 12
# route: share in percent, stages in their order
ROUTES = {
    "straight": (58, "SUBMITTED CHECKING ENGINEERING APPROVAL OFFER_PLACED CONCLUDED EXECUTION METERING ENERGISED COMPLETED"),
    "asked": (20, "SUBMITTED CHECKING AWAITING_INFO CHECKING ENGINEERING APPROVAL OFFER_PLACED CONCLUDED EXECUTION METERING "
                  "ENERGISED COMPLETED"),
    "unpaid": (9, "SUBMITTED CHECKING ENGINEERING APPROVAL OFFER_PLACED ANNULLED_NO_PAYMENT"),
    "returned": (4, "SUBMITTED CHECKING RETURNED"),
    "silent": (3, "SUBMITTED CHECKING AWAITING_INFO ANNULLED_NO_INFO"),
    "argued": (3, "SUBMITTED CHECKING ENGINEERING APPROVAL OFFER_PLACED DISAGREEMENT ENGINEERING APPROVAL OFFER_PLACED CONCLUDED "
                  "EXECUTION METERING ENERGISED COMPLETED"),
    "left": (2, "SUBMITTED CHECKING WITHDRAWN"),
    "broken": (1, "SUBMITTED CHECKING ENGINEERING APPROVAL OFFER_PLACED CONCLUDED EXECUTION TERMINATED"),
}  # fmt: skip
DAYS = {  # usual calendar days at a stage
    "SUBMITTED": 0.01, "CHECKING": 2.2, "AWAITING_INFO": 12, "ENGINEERING": 7, "APPROVAL": 2.5, "OFFER_PLACED": 5, "DISAGREEMENT": 4,
    "CONCLUDED": 0.01, "EXECUTION": 100, "METERING": 4, "ENERGISED": 1,
}  # fmt: skip
# rule: whose, starts on entering a stage, ends on leaving another, calendar days
TERMS = {
    "TP-01": ("grid", "CHECKING", "CHECKING", 4), "TP-04X": ("grid", "CHECKING", "APPROVAL", 14),
    "TP-02": ("applicant", "AWAITING_INFO", "AWAITING_INFO", 28), "TP-06X": ("applicant", "OFFER_PLACED", "OFFER_PLACED", 7),
    "TP-11": ("grid", "EXECUTION", "METERING", 122), "TU-EXP": ("applicant", "EXECUTION", "ENERGISED", 730),
    "TP-16X": ("grid", "ENERGISED", "ENERGISED", 1),
}  # fmt: skip
WORKERS = {
    "CHECKING": "OPERATOR", "ENGINEERING": "ENGINEER", "APPROVAL": "MANAGER", "EXECUTION": "ENGINEER", "METERING": "METERING",
}  # fmt: skip

_PEOPLE = """
insert into app_user (login, role, kind, name, post, email, phone, branch_id, password_hash, active, created_at, snils, inn, ogrn,
                      kpp, address, head, head_post, authority, bank_account, bank_bic)
select 'crowd-' || g, 'APPLICANT', 'individual',
       (array['Смирнова','Иванова','Кузнецова','Соколова','Попова','Лебедева','Козлова','Новикова','Морозова','Петрова','Волкова',
              'Соловьёва','Васильева','Зайцева','Павлова','Семёнова','Голубева','Виноградова','Богданова','Воробьёва','Фёдорова',
              'Михайлова','Беляева','Тарасова','Белова','Комарова','Орлова','Киселёва','Макарова','Андреева'])[1 + abs(hashint8(g)) % 30]
       || ' ' || (array['Анна','Мария','Елена','Ольга','Наталья','Татьяна','Ирина','Светлана','Юлия','Вера'])[1 + abs(hashint8(g + 1)) % 10]
       || ' ' || (array['Викторовна','Петровна','Ильинична','Сергеевна','Андреевна','Николаевна','Олеговна'])[1 + abs(hashint8(g + 2)) % 7],
       '', 'a' || g || '@pochta.example', '+7921' || lpad((g * 104729 % 10000000)::text, 7, '0'), null, '', true, now(),
       lpad((10000000000 + g)::text, 11, '0'), lpad((470000000000 + g * 37)::text, 12, '0'), '', '', '', '', '', '', '', ''
  from generate_series(cast(1 as bigint), greatest(:count * 2 / 3, 1)) g;
"""
_STAFF = """
insert into app_user (login, role, name, post, email, phone, branch_id, password_hash, active, created_at, snils, inn, ogrn, kpp,
                      address, head, head_post, authority, bank_account, bank_bic)
select 'engineer-' || g, 'ENGINEER', 'Инженер ' || g, '', '', '', b.id, '', true, now(), '', '', '', '', '', '', '', '', '', ''
  from generate_series(1, :engineers) g join (select id, row_number() over (order by id) - 1 as n, count(*) over () as all from branch) b
    on b.n = g % b.all;
insert into app_user (login, role, name, post, email, phone, branch_id, password_hash, active, created_at, snils, inn, ogrn, kpp,
                      address, head, head_post, authority, bank_account, bank_bic)
select 'operator-' || id, 'OPERATOR', 'Оператор', '', '', '', id, '', true, now(), '', '', '', '', '', '', '', '', '', '' from branch;
"""
_PLAN = """
create temporary table plan on commit drop as
select g as id, cast(:now as timestamptz) - interval '1095 days' * (1 - g / cast(:count as float)) as at from generate_series(cast(1 as bigint), :count) g;
"""
_CASES = """
insert into connection (id, stage, version, chain, number, applicant_id, branch_id, created_at, changed_at, status_token, draft, person,
    signature, category, reason, object_name, object_address, cadastre, devices, purpose, power_kw, prior_kw, generation_kw,
    voltage_kv, phases, reliability, commissioning, supplier, procurement_law, social, town, land_relations, investment_works,
    missing, suspension_reason, end_reason, submitted_at, registered_at, ended_at, offer_placed_at, concluded_at, papers_placed_at)
select c.g, l.stage, l.seq, repeat('0', 64), 'ТП-' || lpad(g::text, 6, '0') || '/' || to_char(c.at, 'YY'), u.id, b.id, c.at, l.at, 'crowd-' || g,
       '{}', jsonb_build_object('kind', u.kind, 'name', u.name, 'phone', u.phone, 'email', u.email, 'inn', u.inn, 'snils', u.snils),
       '{}', case when g % 5 = 0 then 'LE_150' else 'IND_15' end, 'new', case when g % 5 = 0 then 'Магазин' else 'Садовый дом' end,
       'Ленинградская обл., ' || b.name || ', ' || (array['ул. Парусная','ул. Маячная','Кленовый пер.','ул. Песчаная','ул. Сосновая',
           'ул. Боровая','Ягодный пер.','ул. Лесхозная','ул. Карьерная','ул. Новая','ул. Мостовая','ул. Луговая','СНТ «Берёзка»',
           'СНТ «Опушка»','СНТ «Заря»'])[1 + g % 15] || case when g % 3 = 0 then ', уч. ' else ', д. ' end || 1 + g * 17 % 400,
       '47:03:' || lpad((301005 + g % 90)::text, 7, '0') || ':' || 1 + g * 31 % 4000, 'электроплита, водонагреватель, освещение',
       'Бытовые нужды', 5 + g % 11, 0, 0, 0.4, 3, 'III', 'II квартал 2027', 'ООО «Озёрная сбытовая компания»', false, false,
       g % 3 = 0, false, false, '[]', '', case when l.stage = 'RETURNED' then 'Нет полномочий' else '' end, c.at, c.at,
       case when l.stage in ('COMPLETED','RETURNED','WITHDRAWN','TERMINATED','ANNULLED_NO_INFO','ANNULLED_NO_PAYMENT') then l.at end,
       l.offered, l.concluded, case when l.stage = 'COMPLETED' then l.at end
  from (select id as g, at from plan) c
  join (select id, max(seq) as seq, max(at) as at, (array_agg(stage order by seq desc))[1] as stage, max(at) filter (where stage = 'OFFER_PLACED') as offered,
               max(at) filter (where stage = 'CONCLUDED') as concluded from walk group by id) l on l.id = c.g
  join (select id, kind, name, phone, email, inn, snils, row_number() over (order by id) - 1 as n from app_user where role = 'APPLICANT') u
    on u.n = (c.g * 7) % greatest(:count * 2 / 3, 1)
  join (select id, name, row_number() over (order by id) - 1 as n, count(*) over () as all from branch) b on b.n = c.g % b.all;
select setval(pg_get_serial_sequence('connection', 'id'), :count);
"""
_HISTORY = """
create temporary table way (route text, share_from int, share_to int, seq int, stage text, days float, role text) on commit drop;
insert into way select * from jsonb_to_recordset(cast(:way as jsonb))
    as w(route text, share_from int, share_to int, seq int, stage text, days float, role text);
create temporary table walk on commit drop as
select c.id, w.seq, w.stage, w.role, c.at + interval '1 day' * coalesce(
           sum(w.days * (0.3 + 1.9 * random() * random())) over (partition by c.id order by w.seq rows between unbounded preceding and 1 preceding), 0) as at
  from plan c join way w on abs(hashint8(c.id)) % 100 >= w.share_from and abs(hashint8(c.id)) % 100 < w.share_to;
delete from walk where at > :now;
create index on walk (id, seq);
analyze walk;
insert into history (process, subject_id, seq, tag, actor_role, actor_id, actor_name, at, stage_before, stage_after, changes, reason,
                     request_id, previous, hash)
select 'connection', k.id, k.seq, 'bench:connection:' || lower(k.stage), coalesce(lag(k.role) over w, 'SYSTEM'),
       case when lag(k.role) over w = 'ENGINEER' then e.id end, '', k.at, coalesce(lag(k.stage) over w, 'DRAFT'), k.stage, '{}',
       case when k.stage in ('RETURNED', 'TERMINATED') then (array['Нет полномочий у подписавшего','Не та сетевая организация',
            'Повторная заявка','Отказ собственника участка'])[1 + k.id % 4] else '' end, '', repeat('0', 64), md5(k.id || ':' || k.seq)
  from walk k join (select id, row_number() over (order by id) - 1 as n from app_user where role = 'ENGINEER') e on e.n = k.id % :engineers
window w as (partition by k.id order by k.seq);
"""
_TERMS = """
insert into term (process, subject_id, rule, ref, title, whose, on_lapse, is_right, basis, starts_at, due_on, due_at, acts_at, unit,
                  reminders, done_at, lapsed_at)
select 'connection', s.id, r.rule, '', 'Срок ' || r.rule, r.whose, 'escalate', false, 'ПП 861', s.at, (s.at + interval '1 day' * r.days)::date,
       (s.at + interval '1 day' * r.days)::date + interval '21 hours', (s.at + interval '1 day' * r.days)::date + interval '21 hours', 'd', '[]',
       e.at, case when e.at is null and s.at + interval '1 day' * r.days < :now then s.at + interval '1 day' * r.days end
  from jsonb_to_recordset(cast(:rules as jsonb)) as r(rule text, whose text, begins text, ends text, days int)
  join (select distinct on (id, stage) id, seq, stage, at from walk order by id, stage, seq) s on s.stage = r.begins
  left join lateral (select n.at from walk f join walk n on n.id = f.id and n.seq = f.seq + 1
                      where f.id = s.id and f.stage = r.ends and f.seq >= s.seq order by f.seq limit 1) e on true;
analyze term;
update term t set cancelled_at = c.ended_at from connection c where t.process = 'connection' and c.id = t.subject_id and t.done_at is null and c.ended_at is not null;
insert into conditions (application_id, version, state, "values", author_id, saved_at, remark)
select k.id, 1, 'approved', '{"grid_works": []}', e.id, k.at, '' from walk k
  join (select id, row_number() over (order by id) - 1 as n from app_user where role = 'ENGINEER') e on e.n = k.id % :engineers
 where k.stage = 'APPROVAL' and not exists (select 1 from walk o where o.id = k.id and o.stage = 'APPROVAL' and o.seq < k.seq);
insert into invoice (application_id, version, number, issued_on, template, total, vat, vat_percent, calculation)
select k.id, 1, 'crowd-' || k.id, k.at::date, 'PAY-X25', 15000 + k.id % 90000, 0, 20, '{}' from walk k
 where k.stage = 'OFFER_PLACED' and not exists (select 1 from walk o where o.id = k.id and o.stage = 'OFFER_PLACED' and o.seq < k.seq);
insert into instalment (invoice_id, seq, percent, amount, vat, due_words)
select i.id, n, 25, round(i.total / 4, 2), 0, '' from invoice i, generate_series(1, 4) n;
insert into document (application_id, kind, number, version, title, state, data, template_version, issued_on, ordered_at, stored_at, placed_at,
                      pdf_key, pdf_sha256, pdf_size, docx_size, sealed_by, check_token)
select k.id, d.kind, k.id || d.kind, 1, 'Документ', 'placed', '{}', '1', k.at::date, k.at, k.at, k.at, 'x', 'x', 61000, 20000, 'АО «ПЭС»',
       'crowd-' || d.kind || k.id
  from walk k join (values ('SUBMITTED', 'application'), ('OFFER_PLACED', 'contract'), ('OFFER_PLACED', 'conditions'), ('OFFER_PLACED', 'invoice')) d(stage, kind)
    on d.stage = k.stage where not exists (select 1 from walk o where o.id = k.id and o.stage = k.stage and o.seq < k.seq);
insert into letter (key, application_id, kind, recipient, data, documents, subject, body, message_id, state, tries, ordered_at, sent_at, error_class, error)
select 'crowd-' || k.id || '-' || k.seq, k.id, 'registered', 'a@pochta.example', '{}', '[]', 'О заявке', 'Текст', 'crowd-' || k.id || '-' || k.seq, 'sent', 1,
       k.at, k.at, '', '' from walk k where k.stage in ('CHECKING', 'OFFER_PLACED', 'COMPLETED');
"""
_INDEXES = ("analyze", "select rebuild_stays()", "select count(index_search(id)) from connection")


def fill(db: Database, count: int) -> None:
    """`count` applications into an empty migrated database; then what triggers would have kept, and statistics for the planner."""
    import json

    given = {"count": count, "engineers": ENGINEERS, "way": json.dumps(_way()), "rules": json.dumps(_rules())}
    with db.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))
        given["now"] = session.execute(text("select now()")).scalar_one()
        for script in (_PEOPLE, _STAFF, _PLAN, _HISTORY, _CASES, _TERMS):
            for command in script.split(";\n"):
                if command.strip():
                    session.execute(text(command), {k: v for k, v in given.items() if f":{k}" in command})
        for command in _INDEXES:
            session.execute(text(command))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _way() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    begins = 0
    for name, (share, stages) in ROUTES.items():
        for seq, stage in enumerate(stages.split(), 1):
            row = {"route": name, "share_from": begins, "share_to": begins + share, "seq": seq, "stage": stage}
            found.append(row | {"days": DAYS.get(stage, 0), "role": WORKERS.get(stage, "SYSTEM")})
        begins += share
    return found


def _rules() -> list[dict[str, object]]:
    names = ("whose", "begins", "ends", "days")
    return [{"rule": rule, **dict(zip(names, told, strict=True))} for rule, told in TERMS.items()]
