-- What has had its time is found by its age.
create index idempotency_key_age on idempotency_key (tenant_id, created_at);
create index event_age on event (tenant_id, occurred_at);

-- Dead letters that somebody gave up: who, when and why. The rows stay; the event itself goes with its time.
create table discarded_letter (
    tenant_id text not null,
    id uuid not null,
    event_id uuid not null,
    event_type text not null,
    aggregate uuid not null,
    handler text not null,
    error text,
    attempts int not null,
    occurred_at timestamptz not null,
    reason text not null,
    discarded_by text not null,
    discarded_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
comment on table discarded_letter is 'append-only';
