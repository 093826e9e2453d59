"""Envelopes and signatures

Revision ID: 0006
Revises: 0005
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

AGREEMENT = """1. Соглашение определяет, как вы подписываете документы в личном кабинете простой электронной подписью (статьи 6 и 9 Федерального закона № 63-ФЗ «Об электронной подписи»).

2. Ключ подписи: вход в личный кабинет под вашим логином и одноразовый код из шести цифр. Код приходит на подтверждённый адрес электронной почты из вашего профиля, действует 10 минут и связан с содержанием документов: если документ изменился, код не подойдёт.

3. Кто подписал, определяется по логину, под которым введён код. Время, адрес в сети и отпечатки документов записываются в журнал.

4. Документ, подписанный так, равнозначен документу на бумаге с собственноручной подписью. Это договор, дополнительные соглашения, акты и заявления по технологическому присоединению.

5. Вы храните пароль и коды в тайне и никому их не сообщаете. Сотрудники сетевой организации код не спрашивают. Если доступ к почте или кабинету получил кто-то другой, сразу сообщите нам: мы закроем доступ.

6. Отказаться от соглашения можно в любой день обращением в сетевую организацию. Документы, подписанные раньше, сохраняют силу; дальше документы подписываются на бумаге или квалифицированной подписью.
"""

# Evidence stays: a try and a published agreement never change, a signature takes the second look and nothing else.
WALLS = """
create trigger signing_try_is_append_only before update or delete on signing_try for each row execute function refuse_change();
create trigger signing_try_is_not_emptied before truncate on signing_try execute function refuse_change();
create trigger signing_agreement_stays before update or delete on signing_agreement for each row execute function refuse_change();
create trigger signing_agreement_is_not_emptied before truncate on signing_agreement execute function refuse_change();
create trigger signing_signature_is_not_emptied before truncate on signing_signature execute function refuse_change();

create function signature_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.confirmed_at is null and to_jsonb(new) - 'confirmed_at' - 'confirmed_by'
            = to_jsonb(old) - 'confirmed_at' - 'confirmed_by' then
        return new;
    end if;
    raise exception 'a signature never changes' using errcode = 'restrict_violation';
end $$;
create trigger signing_signature_stays before update or delete on signing_signature for each row execute function signature_stays();

create constraint trigger signing_moves after insert or update on signing deferrable initially deferred
    for each row execute function stage_needs_history('signing');

create function signs(envelope bigint) returns boolean language sql stable security definer set search_path = public as
    $$ select exists (select 1 from signing_party p where p.envelope_id = envelope and p.user_id = me()) $$;
"""

# table: what a customer may see of it; evidence of others and tries are for staff only
POLICIES = {
    'signing': 'signs(id) or exists (select 1 from connection c where c.id = application_id)',
    'signing_party': 'exists (select 1 from signing s where s.id = envelope_id)',
    'signing_document': 'exists (select 1 from signing s where s.id = envelope_id)',
    'signing_signature': 'exists (select 1 from signing_party p where p.id = party_id and p.user_id = me())',
    'signing_acceptance': 'user_id = me()',
    'signing_agreement': 'true',
}


def upgrade() -> None:
    op.create_table('signing_agreement',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('version')
    )
    op.create_table('signing_acceptance',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('agreement_id', sa.BigInteger(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('sign_in_id', sa.BigInteger(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['signing_agreement.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('signing_accepted_once', 'signing_acceptance', ['user_id', 'agreement_id'], unique=True, postgresql_where=sa.text('revoked_at is null'))
    op.create_table('signing',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('ordered', sa.Boolean(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('bound_to', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('protocol_id', sa.BigInteger(), nullable=True),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("stage in ('OPEN', 'COMPLETED', 'DECLINED', 'EXPIRED', 'CANCELLED')"),
    sa.CheckConstraint('needed > 0'),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['protocol_id'], ['document.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_signing_application_id'), 'signing', ['application_id'], unique=False)
    op.create_index('signing_of_subject', 'signing', ['process', 'subject_id', 'purpose', 'id'], unique=False)
    op.create_index('signing_one_open', 'signing', ['process', 'subject_id', 'purpose'], unique=True, postgresql_where=sa.text("stage = 'OPEN'"))
    op.create_table('signing_document',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('envelope_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('streebog', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pdf_key', sa.String(), nullable=False),
    sa.Column('seal_key', sa.String(), nullable=False),
    sa.Column('sealed_by', sa.String(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['envelope_id'], ['signing.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('envelope_id', 'document_id')
    )
    op.create_index(op.f('ix_signing_document_document_id'), 'signing_document', ['document_id'], unique=False)
    op.create_table('signing_party',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('envelope_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('methods', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('acted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('delegated_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['delegated_by'], ['signing_party.id'], ),
    sa.ForeignKeyConstraint(['envelope_id'], ['signing.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('envelope_id', 'seq')
    )
    op.create_index(op.f('ix_signing_party_user_id'), 'signing_party', ['user_id'], unique=False)
    op.create_table('signing_signature',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('envelope_id', sa.BigInteger(), nullable=False),
    sa.Column('party_id', sa.BigInteger(), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('streebog', sa.String(), nullable=False),
    sa.Column('bound_to', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('sign_in_id', sa.BigInteger(), nullable=True),
    sa.Column('agreement', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=True),
    sa.Column('code_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('scan_id', sa.BigInteger(), nullable=True),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('confirmed_by', sa.BigInteger(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signature_key', sa.String(), nullable=False),
    sa.Column('verdict', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ),
    sa.ForeignKeyConstraint(['envelope_id'], ['signing.id'], ),
    sa.ForeignKeyConstraint(['party_id'], ['signing_party.id'], ),
    sa.ForeignKeyConstraint(['scan_id'], ['attachment.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('party_id', 'document_id')
    )
    op.create_index(op.f('ix_signing_signature_envelope_id'), 'signing_signature', ['envelope_id'], unique=False)
    op.create_table('signing_try',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('envelope_id', sa.BigInteger(), nullable=False),
    sa.Column('party_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['envelope_id'], ['signing.id'], ),
    sa.ForeignKeyConstraint(['party_id'], ['signing_party.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_signing_try_envelope_id'), 'signing_try', ['envelope_id'], unique=False)

    op.execute(WALLS)
    for table, rule in POLICIES.items():
        op.execute(f'alter table {table} enable row level security')
        op.execute(f'grant select on {table} to feeder_customer')
        op.execute(f'create policy {table}_of_customer on {table} for select to feeder_customer using ({rule})')
    op.execute('alter table signing_try enable row level security')
    op.get_bind().execute(
        sa.text('insert into signing_agreement (version, title, body, valid_from) values (:version, :title, :body, :day)'),
        {
            'version': '1 от 01.01.2026',
            'title': 'Соглашение об использовании простой электронной подписи',
            'body': AGREEMENT,
            'day': '2026-01-01',
        },
    )


def downgrade() -> None:
    raise RuntimeError('restore from a backup instead')
