"""The number of a signer's СНИЛС stands sealed in the verdict of a signature, and may be turned to a newer key;
limits are read by customers; who signs in by his phone, СНИЛС or ИНН is found by an index

Revision ID: 0029
Revises: 0028
"""

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

# A signature is evidence: beside the second look only the lock of the number may change, and only to a locked one.
WALLS = """
create or replace function signature_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.confirmed_at is null and to_jsonb(new) - 'confirmed_at' - 'confirmed_by'
            = to_jsonb(old) - 'confirmed_at' - 'confirmed_by' then
        return new;
    end if;
    if tg_op = 'UPDATE' and to_jsonb(new) #- '{verdict,certificate,snils}' = to_jsonb(old) #- '{verdict,certificate,snils}'
            and new.verdict #>> '{certificate,snils}' like 'sealed:%' then
        return new;
    end if;
    raise exception 'a signature never changes' using errcode = 'restrict_violation';
end $$;
"""


def upgrade() -> None:
    op.execute(WALLS)
    op.execute('grant select on dated_limit to feeder_customer')
    for name in ('phone', 'snils', 'inn'):  # people sign in by them
        op.create_index(f'ix_app_user_{name}', 'app_user', [name])
