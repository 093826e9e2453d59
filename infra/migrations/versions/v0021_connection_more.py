"""More of the connection: fields of the application, the supplier's account, rules that came later

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
CASE = (
    sa.Column('fias', sa.String(), nullable=False, server_default=''),
    sa.Column('landmark', sa.String(), nullable=False, server_default=''),
    sa.Column('split_kw', JSON, nullable=False, server_default='{}'),
    sa.Column('points', sa.Integer(), nullable=False, server_default='1'),
    sa.Column('design', sa.String(), nullable=False, server_default=''),
    sa.Column('supply', JSON, nullable=False, server_default='{}'),
)

# Rows that came into the reference file after a database was filled, and words that were added to rows it has already.
# New rows are added by `infra.reference.load` at every start; words of old rows come here, and only where nobody has
# changed them: the works take four years when the applicant himself asks for so long (п. 16 б).
RULES = """
update term_rule set alternative = '{"max_by_request": {"GEN": "4y", "GE_670": "4y"}}'::jsonb
 where process = 'connection' and rule = 'TP-12' and coalesce(alternative, '{}'::jsonb) in ('{}'::jsonb, 'null'::jsonb)
   and lengths ? 'GE_670';
"""


def upgrade() -> None:
    for column in CASE:
        op.add_column('connection', column._copy())
    op.add_column('refund', sa.Column('account', JSON, nullable=False, server_default='{}'))
    op.execute(sa.text(RULES.replace(':', '\\:')))


def downgrade() -> None:
    raise RuntimeError("restore from a backup instead")
