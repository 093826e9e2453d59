"""The house: processes, people, connections, papers, letters, payments

Revision ID: 0001
Revises: 
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attempt',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('attempt_by_key', 'attempt', ['kind', 'key', 'at'], unique=False)
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_index(op.f('ix_audit_user_id'), 'audit', ['user_id'], unique=False)
    op.create_table('bank_event',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('bank_id', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('operation', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('bank_id', 'operation')
    )
    op.create_table('branch',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('time_zone', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('calendar_override',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('clock_shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('counter',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'year')
    )
    op.create_table('fee_rate',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('voltage', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('vat_included', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code', 'voltage', 'valid_from')
    )
    op.create_table('history',
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.Column('actor_role', sa.String(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stage_before', sa.String(), nullable=False),
    sa.Column('stage_after', sa.String(), nullable=False),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('request_id', sa.String(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('process', 'subject_id', 'seq')
    )
    op.create_index('history_by_time', 'history', ['at'], unique=False)
    op.create_table('leg_report',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('rows', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_leg_report_reported_at'), 'leg_report', ['reported_at'], unique=False)
    op.create_table('payment_schedule',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('template', sa.String(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('offset', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(), nullable=False),
    sa.Column('contested', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('template', 'seq', 'valid_from')
    )
    op.create_table('retry_step',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('error_class', sa.String(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('every_s', sa.Integer(), nullable=False),
    sa.Column('until_s', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('error_class', 'seq')
    )
    op.create_table('setting',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('term',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('whose', sa.String(), nullable=False),
    sa.Column('on_lapse', sa.String(), nullable=False),
    sa.Column('is_right', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('reminders', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('process', 'subject_id', 'rule', 'ref', 'starts_at')
    )
    op.create_index(op.f('ix_term_subject_id'), 'term', ['subject_id'], unique=False)
    op.create_index('term_open', 'term', ['process', 'due_at'], unique=False, postgresql_where=sa.text('done_at is null and lapsed_at is null and cancelled_at is null'))
    op.create_table('term_rule',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('starts_on', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('length', sa.Integer(), nullable=True),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('lengths', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('alternative', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('whose', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('on_lapse', sa.String(), nullable=False),
    sa.Column('reminders', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('grace', sa.Integer(), nullable=False),
    sa.Column('is_right', sa.Boolean(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(), nullable=False),
    sa.Column('contested', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('process', 'rule', 'valid_from')
    )
    op.create_table('vat_rate',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('valid_from')
    )
    op.create_table('work',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('lane', sa.SmallInteger(), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('worker', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.CheckConstraint("state in ('due', 'running', 'aside')"),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('process', 'subject_id'),
    postgresql_with={'fillfactor': 70}
    )
    op.create_index('work_due', 'work', ['lane', 'run_at'], unique=False, postgresql_where=sa.text("state = 'due'"))
    op.create_index('work_leased', 'work', ['lease_until'], unique=False, postgresql_where=sa.text("state = 'running'"))
    op.create_table('worker_beat',
    sa.Column('worker', sa.String(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('legs', sa.Integer(), nullable=False),
    sa.Column('without_prefect', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('worker')
    )
    op.create_table('app_user',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('login', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('post', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=True),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registration_number', sa.String(), nullable=True),
    sa.Column('snils', sa.String(), nullable=False),
    sa.Column('inn', sa.String(), nullable=False),
    sa.Column('ogrn', sa.String(), nullable=False),
    sa.Column('kpp', sa.String(), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('head_post', sa.String(), nullable=False),
    sa.Column('authority', sa.String(), nullable=False),
    sa.Column('bank_account', sa.String(), nullable=False),
    sa.Column('bank_bic', sa.String(), nullable=False),
    sa.Column('passport', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login'),
    sa.UniqueConstraint('registration_number')
    )
    op.create_index(op.f('ix_app_user_branch_id'), 'app_user', ['branch_id'], unique=False)
    op.create_index(op.f('ix_app_user_email'), 'app_user', ['email'], unique=False)
    op.create_table('connection',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('applicant_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status_token', sa.String(), nullable=False),
    sa.Column('draft', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('person', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('passport', sa.LargeBinary(), nullable=True),
    sa.Column('signature', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('category', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('object_name', sa.String(), nullable=False),
    sa.Column('object_address', sa.String(), nullable=False),
    sa.Column('cadastre', sa.String(), nullable=False),
    sa.Column('devices', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('power_kw', sa.Numeric(precision=8, scale=2), nullable=False),
    sa.Column('prior_kw', sa.Numeric(precision=8, scale=2), nullable=False),
    sa.Column('generation_kw', sa.Numeric(precision=8, scale=2), nullable=False),
    sa.Column('voltage_kv', sa.Numeric(precision=6, scale=2), nullable=False),
    sa.Column('phases', sa.Integer(), nullable=False),
    sa.Column('reliability', sa.String(), nullable=False),
    sa.Column('commissioning', sa.String(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('procurement_law', sa.Boolean(), nullable=False),
    sa.Column('social', sa.Boolean(), nullable=False),
    sa.Column('distance_m', sa.Integer(), nullable=True),
    sa.Column('town', sa.Boolean(), nullable=False),
    sa.Column('land_relations', sa.Boolean(), nullable=False),
    sa.Column('investment_works', sa.Boolean(), nullable=False),
    sa.Column('missing', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspension_reason', sa.String(), nullable=False),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offer_placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contract_number', sa.String(), nullable=True),
    sa.Column('grid_works_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('own_works_done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('inspected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('meter_admitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('energised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('papers_placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['applicant_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['branch_id'], ['branch.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number'),
    sa.UniqueConstraint('status_token')
    )
    op.create_index('connection_by_stage', 'connection', ['stage', 'branch_id'], unique=False)
    op.create_index(op.f('ix_connection_applicant_id'), 'connection', ['applicant_id'], unique=False)
    op.create_index(op.f('ix_connection_branch_id'), 'connection', ['branch_id'], unique=False)
    op.create_table('sign_in',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('csrf', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index(op.f('ix_sign_in_user_id'), 'sign_in', ['user_id'], unique=False)
    op.create_table('simple_code',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('bound_to', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'purpose', 'bound_to', 'created_at')
    )
    op.create_index(op.f('ix_simple_code_user_id'), 'simple_code', ['user_id'], unique=False)
    op.create_table('attachment',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('uploaded_by', sa.BigInteger(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['uploaded_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_attachment_application_id'), 'attachment', ['application_id'], unique=False)
    op.create_index(op.f('ix_attachment_uploaded_by'), 'attachment', ['uploaded_by'], unique=False)
    op.create_table('conditions',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('approver_id', sa.BigInteger(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['approver_id'], ['app_user.id'], ),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'version')
    )
    op.create_index(op.f('ix_conditions_application_id'), 'conditions', ['application_id'], unique=False)
    op.create_index(op.f('ix_conditions_approver_id'), 'conditions', ['approver_id'], unique=False)
    op.create_index(op.f('ix_conditions_author_id'), 'conditions', ['author_id'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('template_version', sa.String(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pdf_key', sa.String(), nullable=True),
    sa.Column('pdf_sha256', sa.String(), nullable=True),
    sa.Column('pdf_size', sa.Integer(), nullable=False),
    sa.Column('docx_key', sa.String(), nullable=True),
    sa.Column('docx_sha256', sa.String(), nullable=True),
    sa.Column('docx_size', sa.Integer(), nullable=False),
    sa.Column('seal_key', sa.String(), nullable=True),
    sa.Column('sealed_by', sa.String(), nullable=False),
    sa.Column('check_token', sa.String(), nullable=False),
    sa.CheckConstraint("state = 'ordered' or state = 'replaced' or state = 'annulled' or pdf_sha256 is not null"),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'kind', 'version'),
    sa.UniqueConstraint('check_token')
    )
    op.create_index(op.f('ix_document_application_id'), 'document', ['application_id'], unique=False)
    op.create_table('inspection',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('inspector_id', sa.BigInteger(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['inspector_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'seq')
    )
    op.create_index(op.f('ix_inspection_application_id'), 'inspection', ['application_id'], unique=False)
    op.create_table('invoice',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('template', sa.String(), nullable=False),
    sa.Column('total', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('vat_percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('calculation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('annulled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'version'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_invoice_application_id'), 'invoice', ['application_id'], unique=False)
    op.create_table('letter',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('documents', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rendered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error_class', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key'),
    sa.UniqueConstraint('message_id')
    )
    op.create_index(op.f('ix_letter_application_id'), 'letter', ['application_id'], unique=False)
    op.create_index('letter_open', 'letter', ['state', 'ordered_at'], unique=False, postgresql_where=sa.text("state in ('ordered', 'rendered', 'sending', 'retrying')"))
    op.create_table('message',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=False),
    sa.Column('from_staff', sa.Boolean(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['author_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_message_application_id'), 'message', ['application_id'], unique=False)
    op.create_table('meter',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('admitted_on', sa.Date(), nullable=False),
    sa.Column('inspector_id', sa.BigInteger(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['inspector_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_meter_application_id'), 'meter', ['application_id'], unique=True)
    op.create_table('notice',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index(op.f('ix_notice_application_id'), 'notice', ['application_id'], unique=False)
    op.create_index('notice_by_user', 'notice', ['user_id', 'at'], unique=False)
    op.create_table('payment_order',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('instalments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('bank_id', sa.String(), nullable=True),
    sa.Column('form_url', sa.String(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['connection.id'], ),
    sa.ForeignKeyConstraint(['created_by'], ['app_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('bank_id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_payment_order_application_id'), 'payment_order', ['application_id'], unique=False)
    op.create_index(op.f('ix_payment_order_created_by'), 'payment_order', ['created_by'], unique=False)
    op.create_table('instalment',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('invoice_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('vat', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_words', sa.String(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('credited_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('invoice_id', 'seq')
    )
    op.create_index(op.f('ix_instalment_invoice_id'), 'instalment', ['invoice_id'], unique=False)
    op.create_table('letter_try',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('letter_id', 'number')
    )
    op.create_index(op.f('ix_letter_try_letter_id'), 'letter_try', ['letter_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_letter_try_letter_id'), table_name='letter_try')
    op.drop_table('letter_try')
    op.drop_index(op.f('ix_instalment_invoice_id'), table_name='instalment')
    op.drop_table('instalment')
    op.drop_index(op.f('ix_payment_order_created_by'), table_name='payment_order')
    op.drop_index(op.f('ix_payment_order_application_id'), table_name='payment_order')
    op.drop_table('payment_order')
    op.drop_index('notice_by_user', table_name='notice')
    op.drop_index(op.f('ix_notice_application_id'), table_name='notice')
    op.drop_table('notice')
    op.drop_index(op.f('ix_meter_application_id'), table_name='meter')
    op.drop_table('meter')
    op.drop_index(op.f('ix_message_application_id'), table_name='message')
    op.drop_table('message')
    op.drop_index('letter_open', table_name='letter', postgresql_where=sa.text("state in ('ordered', 'rendered', 'sending', 'retrying')"))
    op.drop_index(op.f('ix_letter_application_id'), table_name='letter')
    op.drop_table('letter')
    op.drop_index(op.f('ix_invoice_application_id'), table_name='invoice')
    op.drop_table('invoice')
    op.drop_index(op.f('ix_inspection_application_id'), table_name='inspection')
    op.drop_table('inspection')
    op.drop_index(op.f('ix_document_application_id'), table_name='document')
    op.drop_table('document')
    op.drop_index(op.f('ix_conditions_author_id'), table_name='conditions')
    op.drop_index(op.f('ix_conditions_approver_id'), table_name='conditions')
    op.drop_index(op.f('ix_conditions_application_id'), table_name='conditions')
    op.drop_table('conditions')
    op.drop_index(op.f('ix_attachment_uploaded_by'), table_name='attachment')
    op.drop_index(op.f('ix_attachment_application_id'), table_name='attachment')
    op.drop_table('attachment')
    op.drop_index(op.f('ix_simple_code_user_id'), table_name='simple_code')
    op.drop_table('simple_code')
    op.drop_index(op.f('ix_sign_in_user_id'), table_name='sign_in')
    op.drop_table('sign_in')
    op.drop_index(op.f('ix_connection_branch_id'), table_name='connection')
    op.drop_index(op.f('ix_connection_applicant_id'), table_name='connection')
    op.drop_index('connection_by_stage', table_name='connection')
    op.drop_table('connection')
    op.drop_index(op.f('ix_app_user_email'), table_name='app_user')
    op.drop_index(op.f('ix_app_user_branch_id'), table_name='app_user')
    op.drop_table('app_user')
    op.drop_table('worker_beat')
    op.drop_index('work_leased', table_name='work', postgresql_where=sa.text("state = 'running'"))
    op.drop_index('work_due', table_name='work', postgresql_where=sa.text("state = 'due'"))
    op.drop_table('work')
    op.drop_table('vat_rate')
    op.drop_table('term_rule')
    op.drop_index('term_open', table_name='term', postgresql_where=sa.text('done_at is null and lapsed_at is null and cancelled_at is null'))
    op.drop_index(op.f('ix_term_subject_id'), table_name='term')
    op.drop_table('term')
    op.drop_table('setting')
    op.drop_table('retry_step')
    op.drop_table('payment_schedule')
    op.drop_index(op.f('ix_leg_report_reported_at'), table_name='leg_report')
    op.drop_table('leg_report')
    op.drop_index('history_by_time', table_name='history')
    op.drop_table('history')
    op.drop_table('fee_rate')
    op.drop_table('counter')
    op.drop_table('clock_shift')
    op.drop_table('calendar_override')
    op.drop_table('branch')
    op.drop_table('bank_event')
    op.drop_index(op.f('ix_audit_user_id'), table_name='audit')
    op.drop_index(op.f('ix_audit_at'), table_name='audit')
    op.drop_table('audit')
    op.drop_index('attempt_by_key', table_name='attempt')
    op.drop_table('attempt')
