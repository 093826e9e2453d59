"""Templates of papers and the register

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# What was published is evidence: papers were issued from it.
PUBLISHED_STAYS = """
create function published_template_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a published template is never deleted' using errcode = 'restrict_violation';
    end if;
    if (new.kind, new.version, new.text, new.effective_from, new.author_id, new.approver_id)
       is distinct from (old.kind, old.version, old.text, old.effective_from, old.author_id, old.approver_id)
       or new.state not in ('published', 'retired') then
        raise exception 'a published template is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger paper_template_changes before update on paper_template for each row
    when (old.state in ('published', 'retired')) execute function published_template_stays();
create trigger paper_template_deletes before delete on paper_template for each row
    when (old.state in ('published', 'retired')) execute function published_template_stays();
"""


def upgrade() -> None:
    op.create_table('paper_template',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=True),
    sa.Column('author_id', sa.BigInteger(), nullable=False),
    sa.Column('approver_id', sa.BigInteger(), nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('approver_id <> author_id', name='paper_template_two_people'),
    sa.CheckConstraint(
        "state in ('draft', 'submitted') or (approver_id is not null and effective_from is not null)",
        name='paper_template_published_whole',
    ),
    sa.ForeignKeyConstraint(['approver_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kind', 'version')
    )
    op.create_index(
        'paper_template_one_open', 'paper_template', ['kind'], unique=True,
        postgresql_where=sa.text("state in ('draft', 'submitted')"),
    )
    op.create_index('document_register', 'document', ['issued_on', 'id'], unique=False)
    op.execute(PUBLISHED_STAYS)


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
