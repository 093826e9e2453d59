"""Appeals, orders and content

Revision ID: 0011
Revises: 0010
"""


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: landed empty, the tables came with 0022."""


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
