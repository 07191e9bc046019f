-- 重复人口合并: one record went into another, which may be undone until the day given. The columns kept_* and login_* hold what the merge
-- changed, as it was before; the record that went keeps its own values. Removed when the day has come.
create table resident_merge (
    tenant_id text not null,
    id uuid not null,
    kept_id uuid not null,
    gone_id uuid not null,
    taken text[] not null,
    merged_by text not null,
    merged_by_name text not null,
    merged_at timestamptz not null default now(),
    undo_until timestamptz not null,
    undone_at timestamptz,
    emptied_household_id uuid,
    login_kept text,
    login_gone text,
    gone_decided_by text,
    gone_decided_at timestamptz,
    kept_name text not null,
    kept_household_id uuid not null,
    kept_address text not null,
    kept_telephone bytea,
    kept_telephone_digest bytea,
    kept_id_number bytea,
    kept_id_number_digest bytea,
    kept_birth_date date,
    kept_sex text,
    kept_residence text,
    kept_relation text,
    kept_notice_version text,
    kept_consented_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, kept_id) references resident,
    foreign key (tenant_id, gone_id) references resident,
    foreign key (tenant_id, kept_household_id) references household
);
create index resident_merge_kept on resident_merge (tenant_id, kept_id, id);
create index resident_merge_gone on resident_merge (tenant_id, gone_id, id);
create index resident_merge_over on resident_merge (tenant_id, undo_until);

-- The rows of other tables that were the gone record's, with what they said before: what undoing puts back.
create table resident_merge_reference (
    tenant_id text not null,
    merge_id uuid not null,
    kind text not null,
    row_id uuid not null,
    before jsonb not null,
    primary key (tenant_id, merge_id, kind, row_id),
    foreign key (tenant_id, merge_id) references resident_merge
);

-- Who may be in the register twice is found by name, and where.
create index resident_same_name on resident (tenant_id, name, division_code) where state = 'APPROVED';

-- Whose receipts they are, when two records turn out to be one person's.
create index notice_receipt_resident on notice_receipt (tenant_id, resident_id);
