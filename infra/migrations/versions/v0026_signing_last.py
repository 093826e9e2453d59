"""Signing: the journal of an envelope is read in its own branch

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

# In 0014 `subject_id` was taken for the one of `signing`: one envelope whose number was that of its case opened every journal to
# every branch, and without such an envelope no branch read any.
OWN_BRANCH = """
alter policy history_of_staff on history using (
    (select my_branch()) is null or process not in ('connection', 'signing')
    or (process = 'connection' and exists (select 1 from connection c where c.id = history.subject_id))
    or (process = 'signing' and exists (select 1 from signing s where s.id = history.subject_id))
);
"""


def upgrade() -> None:
    op.execute(OWN_BRANCH)
