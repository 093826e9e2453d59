"""Connection: papers made anew and indices of the wall

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

# a change that is being made in a standing database has one paper: the newest of its kind
PAPERS = """
update contract_change x set document_id = (
    select max(d.id) from document d where d.application_id = x.application_id and d.state in ('ordered', 'stored', 'placed')
       and d.kind = case x.kind when 'termination' then 'termination' else 'supplement' end)
 where x.state in ('accepted', 'offered');
"""


# hidden faults by a signed contract have rules of their own now: the row of п. 110 speaks of the cabinet alone, where nobody
# has changed it
FAULTS = """
update term_rule set condition = 'path_x' where process = 'connection' and rule = 'TP-21' and condition = '';
"""


def upgrade() -> None:
    op.add_column('contract_change', sa.Column('document_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key('contract_change_document_id_fkey', 'contract_change', 'document', ['document_id'], ['id'])
    op.execute(PAPERS)
    op.execute(FAULTS)
    _indices()


def _indices() -> None:
    """Behind the wall of staff a query is answered from an index alone only if the index has the case's id too."""
    op.create_index('term_unexplained', 'term', ['due_on', 'id'], postgresql_where=sa.text(
        "process = 'connection' and whose = 'grid' and not is_right and lapsed_at is not null and late_code = ''"))
    op.drop_index('stay_left', 'stay')
    op.create_index('stay_left', 'stay', ['left_at'], postgresql_include=[
        'entered_at', 'stage', 'stage_after', 'branch_id', 'category', 'kept', 'broken', 'actor_id', 'actor_role',
        'application_id'], postgresql_where=sa.text('left_at is not null'))
    op.drop_index('ix_connection_branch_id', 'connection')
    op.create_index('connection_of_branch', 'connection', ['branch_id', 'id'])


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
