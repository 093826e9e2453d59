"""Visits and sheets of the field

Revision ID: 0013
Revises: 0012
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('visit',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('inspector_id', sa.BigInteger(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('hours', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('route', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.CheckConstraint('place between 1 and 4', name='visit_places'),
    sa.CheckConstraint("hours in ('09-12', '12-15', '15-18')", name='visit_hours'),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['inspector_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['proposed_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_visit_application_id'), 'visit', ['application_id'], unique=False)
    alive = sa.text("state in ('proposed', 'agreed')")
    op.create_index('visit_one_place', 'visit', ['inspector_id', 'on', 'hours', 'place'], unique=True, postgresql_where=alive)
    op.create_index('visit_one_of_case', 'visit', ['application_id', 'kind'], unique=True, postgresql_where=alive)
    op.create_table('field_sheet',
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('saved_by', sa.BigInteger(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['saved_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('application_id', 'kind')
    )
    op.execute('alter table visit enable row level security')
    op.execute('grant select on visit to feeder_customer')
    op.execute('create policy visit_of_customer on visit for select to feeder_customer '
               'using (exists (select 1 from connection c where c.id = application_id))')


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
