"""Tools of the desk

Revision ID: 0010
Revises: 0009
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

# Ready-made lines of the notice of missing information, as they stood in the program before they were rows: what, ground, how.
REMARKS = (
    ('Копия документа, удостоверяющего личность: не видно фотографии или адреса', 'пункт 10 Правил',
     'Приложите разворот паспорта с фотографией и страницу с адресом, чтобы читалось каждое слово'),
    ('Документ о праве на земельный участок или здание', 'пункт 10 Правил',
     'Приложите выписку из ЕГРН, договор аренды или другой документ о праве'),
    ('Доверенность представителя, который подал заявку', 'пункт 10 Правил',
     'Приложите доверенность или подпишите заявку сами'),
    ('Кадастровый номер участка', 'пункт 9 Правил',
     'Допишите кадастровый номер или сообщите, что участок не стоит на учёте'),
    ('Запрашиваемая максимальная мощность не сходится с перечнем устройств', 'пункт 9 Правил',
     'Проверьте мощность и перечень устройств, исправьте то, что неверно'),
    ('Срок проектирования и ввода энергопринимающих устройств', 'пункт 9 Правил',
     'Напишите квартал и год, когда устройства будут готовы'),
    ('Однолинейная схема сетей заявителя', 'пункт 10 Правил',
     'Приложите схему с номинальным классом напряжения и присоединяемой мощностью'),
)


def upgrade() -> None:
    made = op.create_table('remark_template',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('how', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.BigInteger(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['changed_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.bulk_insert(made, [{'title': t, 'ground': g, 'how': h, 'active': True} for t, g, h in REMARKS])
    op.create_table('stand_in',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('absent_id', sa.BigInteger(), nullable=False),
    sa.Column('substitute_id', sa.BigInteger(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_by', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('absent_id <> substitute_id', name='stand_in_is_another'),
    sa.CheckConstraint('starts_on <= ends_on', name='stand_in_days'),
    sa.ForeignKeyConstraint(['absent_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['substitute_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['made_by'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['ended_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_stand_in_absent_id'), 'stand_in', ['absent_id'], unique=False)
    op.create_index(op.f('ix_stand_in_substitute_id'), 'stand_in', ['substitute_id'], unique=False)
    op.create_table('case_assignment',
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('made_by', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['made_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('application_id')
    )
    op.create_index(op.f('ix_case_assignment_user_id'), 'case_assignment', ['user_id'], unique=False)
    _calendars()
    _rule_book()


def _calendars() -> None:
    """Secret links of calendar programs; a customer sees his own."""
    op.create_table('calendar_feed',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token')
    )
    op.create_index(op.f('ix_calendar_feed_application_id'), 'calendar_feed', ['application_id'], unique=False)
    op.create_index('calendar_feed_live', 'calendar_feed', ['user_id', sa.literal_column('coalesce(application_id, 0)')], unique=True, postgresql_where=sa.text('revoked_at is null'))
    op.execute('alter table calendar_feed enable row level security')
    op.execute('grant select on calendar_feed to feeder_customer')
    op.execute('create policy calendar_feed_of_customer on calendar_feed for select to feeder_customer using (user_id = me())')


# ------------------------------------------------------------------------------------------------ the rule book
JSON = postgresql.JSONB(astext_type=sa.Text())
# table: what names one rule in it. Two editions of one rule are never valid on the same day.
EDITIONS = {
    'term_rule': ('process', 'rule'),
    'fee_rate': ('code', 'voltage'),
    'payment_schedule': ('template', 'seq'),
    'vat_rate': (),
    'dated_limit': ('name',),
}
LIMITS = """
insert into dated_limit (name, value, basis, valid_from) values
    ('file_mb', 10, 'поставлено с программой', '2020-01-01'), ('files_a_case', 40, 'поставлено с программой', '2020-01-01')
"""
# Clocks that passed a mark before there were marks: nobody is told about them now.
TOLD_ALREADY = """
insert into term_mark (term_id, mark, at)
select t.id, m.mark, now() from term t cross join (values (50), (80), (100)) m (mark)
 where t.whose = 'grid' and not t.is_right and t.done_at is null and t.cancelled_at is null
   and now() >= t.starts_at + (t.due_at - t.starts_at) * m.mark / 100
"""


def _rule_book() -> None:
    op.execute('create extension if not exists btree_gist')
    op.create_table('rule_change',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('values', JSON, nullable=False),
    sa.Column('before', JSON, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.CheckConstraint("state <> 'confirmed' or decided_by <> proposed_by", name='rule_change_four_eyes'),
    sa.ForeignKeyConstraint(['proposed_by'], ['app_user.id']),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('rule_change_open', 'rule_change', ['kind', 'code'], unique=True,
                    postgresql_where=sa.text("state = 'proposed'"))
    op.create_index('rule_change_of_rule', 'rule_change', ['kind', 'code', 'valid_from'], unique=False)
    op.create_table('dated_limit',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute(LIMITS)
    for table, key in EDITIONS.items():
        part = f"partition by {', '.join(key)} " if key else ''
        op.execute(f"""update {table} r set valid_to = n.next - 1 from (select id, lead(valid_from)
            over ({part}order by valid_from) as next from {table}) n
            where n.id = r.id and (r.valid_to is null or r.valid_to >= n.next)""")
        same = ''.join(f'{column} with =, ' for column in key)
        op.execute(f"""alter table {table} add constraint {table}_editions
            exclude using gist ({same}daterange(valid_from, valid_to, '[]') with &&)""")
    op.create_table('term_mark',
    sa.Column('term_id', sa.BigInteger(), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['term_id'], ['term.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('term_id', 'mark')
    )
    op.execute(TOLD_ALREADY)
    op.create_index('term_unfulfilled', 'term', ['process', 'due_on', 'id'], unique=False,
                    postgresql_where=sa.text('done_at is null and cancelled_at is null'))


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
