"""Appeals: kinds, the appeals themselves with talk, files and promised calls, and their walls

Revision ID: 0022
Revises: 0021

v0011 was kept free for this and landed empty: databases have passed it, so the tables come here.
"""

from alembic import op
import sqlalchemy as sa

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PROMISED = sa.text("state = 'promised'")
OPEN = sa.text("stage in ('REGISTERED', 'REVIEWED', 'IN_WORK', 'ASKED')")

MOVES_ONLY = """
create constraint trigger appeal_moves after update on appeal deferrable initially deferred
    for each row when (old.stage is distinct from new.stage or old.version is distinct from new.version
                       or old.chain is distinct from new.chain)
    execute function stage_needs_history('appeal');
create function appeals_begin_registered() returns trigger language plpgsql as $$
begin
    if new.stage <> 'REGISTERED' or new.version <> 0 then
        raise exception 'an appeal begins as registered' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger appeal_begins before insert on appeal for each row execute function appeals_begin_registered();
create function appeals_stay() returns trigger language plpgsql as $$
begin
    raise exception 'an appeal is never deleted' using errcode = 'restrict_violation';
end $$;
create trigger appeal_stays before delete on appeal for each row execute function appeals_stay();
"""

OWN = "exists (select 1 from appeal a where a.id = {column})"
BRANCH = '(select my_branch()) is null or branch_id is null or branch_id = any((select my_branches())::bigint[])'
FOLLOWS = "(select my_branch()) is null or " + OWN
# table: (what its author sees, what staff see)
POLICIES = {
    'appeal': ('author_id = me()', BRANCH),
    'appeal_line': (OWN.format(column='appeal_id'), FOLLOWS.format(column='appeal_id')),
    'appeal_file': (OWN.format(column='appeal_id'), FOLLOWS.format(column='appeal_id')),
    'appeal_call': (OWN.format(column='appeal_id'), FOLLOWS.format(column='appeal_id')),
}
# terms and history of an appeal: its author sees his own; of other branches staff see nothing
SHARED = """
create policy {table}_of_author on {table} for select to feeder_customer
    using (process = 'appeal' and exists (select 1 from appeal a where a.id = subject_id));
create policy {table}_of_appeals on {table} as restrictive for select to feeder_staff
    using (process <> 'appeal' or (select my_branch()) is null or exists (select 1 from appeal a where a.id = subject_id));
"""


def upgrade() -> None:
    _appeals()
    _parts()
    op.execute(MOVES_ONLY)
    op.execute('grant select on appeal_kind to feeder_customer')
    for table, (author, staff) in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({author})')
        op.execute(f'create policy {table}_of_staff on {table} for select to feeder_staff using ({staff})')
        op.execute(f'create policy {table}_of_auditor on {table} for select to feeder_auditor using (true)')
        op.execute(f"create policy {table}_not_of_editor on {table} as restrictive for select to feeder_staff "
                   "using ((select my_role()) <> 'EDITOR')")
    for table in ('term', 'history'):
        op.execute(SHARED.format(table=table))


def _appeals() -> None:
    op.create_table('appeal_kind',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('hint', sa.String(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Boolean(), nullable=False),
    sa.Column('on_site', sa.Boolean(), nullable=False),
    sa.Column('about_case', sa.Boolean(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_table('appeal',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('branch_id', sa.BigInteger(), nullable=True),
    sa.Column('contract', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('status_token', sa.String(), nullable=False),
    sa.Column('made_by', sa.BigInteger(), nullable=True),
    sa.Column('assignee_id', sa.BigInteger(), nullable=True),
    sa.Column('registered_at', TIME, nullable=False),
    sa.Column('changed_at', TIME, nullable=False),
    sa.Column('reviewed_at', TIME, nullable=True),
    sa.Column('answered_at', TIME, nullable=True),
    sa.Column('reopen_until', TIME, nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=True),
    sa.Column('mark_comment', sa.String(), nullable=False),
    sa.Column('marked_at', TIME, nullable=True),
    sa.Column('redirected_to', sa.String(), nullable=False),
    sa.CheckConstraint('mark between 1 and 5', name='appeal_mark'),
    sa.CheckConstraint("channel in ('cabinet', 'site', 'phone', 'office')", name='appeal_channel'),
    sa.ForeignKeyConstraint(['kind'], ['appeal_kind.code']),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id']),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id']),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id']),
    sa.ForeignKeyConstraint(['made_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['assignee_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number'),
    sa.UniqueConstraint('status_token')
    )
    op.create_index('appeal_open', 'appeal', ['stage', 'id'], postgresql_where=OPEN)
    op.create_index('appeal_by_time', 'appeal', ['registered_at', 'id'])
    for column in ('author_id', 'application_id', 'assignee_id'):
        op.create_index(op.f(f'ix_appeal_{column}'), 'appeal', [column])


def _parts() -> None:
    op.create_table('appeal_line',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('appeal_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('from_staff', sa.Boolean(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id']),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('appeal_file',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('appeal_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=True),
    sa.Column('from_staff', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('uploaded_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id']),
    sa.ForeignKeyConstraint(['line_id'], ['appeal_line.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('appeal_call',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('appeal_id', sa.BigInteger(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('hours', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('promised_at', TIME, nullable=False),
    sa.Column('caller_id', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', TIME, nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("state in ('promised', 'done', 'not_reached', 'cancelled')", name='appeal_call_state'),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id']),
    sa.ForeignKeyConstraint(['caller_id'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    for table in ('appeal_line', 'appeal_file', 'appeal_call'):
        op.create_index(op.f(f'ix_{table}_appeal_id'), table, ['appeal_id'])
    op.create_index('appeal_call_one', 'appeal_call', ['appeal_id'], unique=True, postgresql_where=PROMISED)
    op.create_index('appeal_call_by_day', 'appeal_call', ['on', 'hours'])


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
