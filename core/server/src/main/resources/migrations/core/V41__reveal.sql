-- 明文查看: who was shown which of a resident's masked fields, and why. The clear values are not kept.
create table personal_reveal (
    tenant_id text not null,
    id uuid not null,
    resident_id uuid not null,
    subject text not null,
    fields text[] not null,
    reason text not null,
    revealed_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, resident_id) references resident
);
comment on table personal_reveal is 'append-only';
