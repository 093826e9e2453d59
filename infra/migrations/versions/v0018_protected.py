"""Branch walls of writing, passkeys, terms of requests about personal data. Sealed columns keep their types: `feeder keys
rotate` seals what lies there plainly

Revision ID: 0018
Revises: 0017
"""

from alembic import op
import sqlalchemy as sa

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# Who writes for a branch says so in his transaction (feeder.branch_id); a head and the engine say nothing.
BRANCHES = """
create function branch_writes_its_own() returns trigger language plpgsql as $$
declare owner bigint;
begin
    if my_branch() is null or new.actor_role in ('SYSTEM', 'APPLICANT') then
        return new;
    end if;
    if new.process = 'connection' then
        select branch_id into owner from connection where id = new.subject_id;
    elsif new.process = 'signing' then
        select c.branch_id into owner from signing s join connection c on c.id = s.subject_id
         where s.id = new.subject_id and s.process = 'connection';
    elsif new.process = 'booking' and new.tag <> 'desk:booking:book' and new.tag <> 'desk:booking:hold' then
        select o.branch_id into owner from booking b join booking_office o on o.id = b.office_id where b.id = new.subject_id;
    end if;
    if owner is not null and not owner = any (my_branches()) then
        raise exception '% % belongs to another branch', new.process, new.subject_id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger history_of_own_branch before insert on history for each row execute function branch_writes_its_own();
"""


# A key is its owner's alone; who has a second factor at all is told to whoever administers staff.
KEYS = """
revoke select on passkey_ask from feeder_staff, feeder_auditor;
alter table passkey enable row level security;
grant select on passkey to feeder_customer;
create policy passkey_of_customer on passkey for select to feeder_customer using (user_id = me());
create policy passkey_of_staff on passkey for select to feeder_staff using (user_id = me());
create policy passkey_of_auditor on passkey for select to feeder_auditor using (user_id = me());
create function people_with_factor() returns bigint[] language sql stable security definer set search_path = public as $$
    select array(select user_id from second_factor where confirmed_at is not null
                 union select user_id from passkey where ended_at is null) $$;
"""


# How long we have to answer a person about his data: the days of 152-ФЗ as it stands since 1 September 2022 (266-ФЗ).
TERMS = """
insert into term_rule (process, rule, title, starts_on, length, unit, lengths, alternative, whose, condition, on_lapse, reminders,
                       grace, is_right, basis, confidence, contested, enabled, valid_from)
values ('people', 'PD-01', 'Ответ человеку о его персональных данных', '["data.tell"]', 10, 'wd', '{}', '{}', 'grid', '', 'escalate',
        '[2]', 0, false, '152-ФЗ, ст. 20, ч. 1', 'confirmed', '', true, '2022-09-01'),
       ('people', 'PD-02', 'Исправление персональных данных', '["data.correct"]', 7, 'wd', '{}', '{}', 'grid', '', 'escalate',
        '[2]', 0, false, '152-ФЗ, ст. 20, ч. 3', 'confirmed', '', true, '2022-09-01'),
       ('people', 'PD-03', 'Удаление персональных данных', '["data.delete"]', 30, 'd', '{}', '{}', 'grid', '', 'escalate',
        '[5]', 0, false, '152-ФЗ, ст. 21, ч. 5', 'confirmed', '', true, '2022-09-01');
"""


def upgrade() -> None:
    op.execute(BRANCHES)
    _keys()
    op.execute(TERMS)


def _keys() -> None:
    op.create_table('passkey',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('credential', sa.String(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('used_count', sa.BigInteger(), nullable=False),
    sa.Column('added_at', TIME, nullable=False),
    sa.Column('used_at', TIME, nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('credential')
    )
    op.create_index(op.f('ix_passkey_user_id'), 'passkey', ['user_id'])
    op.create_table('passkey_ask',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('handle_hash', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('handle_hash')
    )
    op.create_index(op.f('ix_passkey_ask_user_id'), 'passkey_ask', ['user_id'])
    op.create_index(op.f('ix_passkey_ask_expires_at'), 'passkey_ask', ['expires_at'])
    op.execute(KEYS)


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
