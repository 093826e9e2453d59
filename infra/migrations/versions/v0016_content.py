"""News, answers and surveys: items with editions and dates, one answer a person, walls for readers and for the editor

Revision ID: 0016
Revises: 0015
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# A reader is a customer by his kind, or a visitor (user 0); branches are those of his cases, as his own wall shows them.
WALLS = """
create function my_kind() returns text language sql stable security definer set search_path = public as $$
    select coalesce((select u.kind from app_user u where u.id = me()), 'visitor') $$;
create function content_is_open(item content_item) returns boolean language sql stable as $$
    select item.state = 'published' and item.shown_from <= business_now()
       and (item.shown_until is null or item.shown_until > business_now()) $$;
create trigger content_edition_is_append_only before update or delete on content_edition for each row execute function refuse_change();
create trigger content_edition_is_not_emptied before truncate on content_edition execute function refuse_change();
create trigger survey_answer_stays before update on survey_answer for each row execute function refuse_change();
create function questions_are_fixed() returns trigger language plpgsql as $$
begin
    if old.published_at is not null and (new.questions is distinct from old.questions or new.published_at is null) then
        raise exception 'the questions of a published survey are fixed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger survey_questions before update on content_item for each row execute function questions_are_fixed();
alter table content_item enable row level security;
alter table content_edition enable row level security;
alter table survey_answer enable row level security;
grant select on content_item, survey_answer to feeder_customer;
create policy content_item_of_customer on content_item for select to feeder_customer using (
    content_is_open(content_item)
    and (jsonb_array_length(audience) = 0 or jsonb_exists(audience, (select my_kind())))
    and (jsonb_array_length(branches) = 0 or kind = 'outage' or exists (
        select 1 from connection c where branches @> to_jsonb(c.branch_id))));
create policy survey_answer_of_customer on survey_answer for select to feeder_customer using (user_id = me());
create policy content_item_of_staff on content_item for select to feeder_staff using (
    content_is_open(content_item) or (select my_role()) in ('EDITOR', 'MANAGER', 'ADMIN'));
create policy content_item_of_auditor on content_item for select to feeder_auditor using (true);
create policy content_edition_of_staff on content_edition for select to feeder_staff
    using ((select my_role()) in ('EDITOR', 'MANAGER', 'ADMIN'));
create policy content_edition_of_auditor on content_edition for select to feeder_auditor using (true);
revoke select on survey_answer from feeder_staff, feeder_auditor;
grant select (id, item_id, given_at, given) on survey_answer to feeder_staff, feeder_auditor;
create policy survey_answer_of_staff on survey_answer for select to feeder_staff
    using ((select my_role()) in ('EDITOR', 'MANAGER', 'ADMIN'));
create policy survey_answer_of_auditor on survey_answer for select to feeder_auditor using (true);
"""

# The editor works with what everybody may read: cases, people and papers stay behind a wall of his own.
EDITOR = """
do $$ declare r record; begin
    for r in select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id'
                                                   and not a.attisdropped) as own
               from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity
                and c.relname not in ('content_item', 'content_edition', 'survey_answer', 'setting', 'audit')
    loop
        execute format('create policy %I on %I as restrictive for select to feeder_staff using ((select my_role()) <> ''EDITOR'' %s)',
            r.name || '_not_of_editor', r.name,
            case when r.name = 'app_user' then 'or id = me()' when r.own then 'or user_id = me()' else '' end);
    end loop;
end $$;
create policy audit_not_of_editor on audit as restrictive for select to feeder_staff
    using ((select my_role()) <> 'EDITOR' or user_id = me());
"""


def upgrade() -> None:
    op.create_table('content_item',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('lead', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('audience', postgresql.JSONB(), nullable=False),
    sa.Column('branches', postgresql.JSONB(), nullable=False),
    sa.Column('shown_from', TIME, nullable=True),
    sa.Column('shown_until', TIME, nullable=True),
    sa.Column('begins_at', TIME, nullable=True),
    sa.Column('ends_at', TIME, nullable=True),
    sa.Column('outage', sa.String(), nullable=False),
    sa.Column('places', postgresql.JSONB(), nullable=False),
    sa.Column('questions', postgresql.JSONB(), nullable=False),
    sa.Column('fill', sa.String(), nullable=False),
    sa.Column('file_key', sa.String(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('file_type', sa.String(), nullable=False),
    sa.Column('file_size', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('changed_at', TIME, nullable=False),
    sa.Column('published_at', TIME, nullable=True),
    sa.Column('withdrawn_at', TIME, nullable=True),
    sa.CheckConstraint('shown_until is null or shown_until > shown_from', name='content_item_dates'),
    sa.CheckConstraint('ends_at is null or ends_at > begins_at', name='content_item_outage'),
    sa.CheckConstraint("state <> 'published' or shown_from is not null", name='content_item_published'),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('content_item_shown', 'content_item', ['kind', 'state', 'shown_from', 'id'])
    op.create_table('content_edition',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('remark', sa.String(), nullable=False),
    sa.Column('said', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['content_item.id']),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('item_id', 'version', name='content_edition_once')
    )
    op.create_table('survey_answer',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('given_at', TIME, nullable=False),
    sa.Column('given', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['content_item.id']),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('item_id', 'user_id', name='survey_answer_once')
    )
    op.create_index(op.f('ix_survey_answer_user_id'), 'survey_answer', ['user_id'])
    op.execute(WALLS)
    op.execute(EDITOR)


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
