-- The clocks of a case (办理时限): the limit as it was when the stage began, since when it runs, when three quarters and all of it are over, and
-- when it was met. Beside them the earliest that is not met. Cases of before have none.
alter table case_record
    add column respond_amount int,
    add column respond_unit text,
    add column respond_since timestamptz,
    add column respond_seconds_left bigint,
    add column respond_approaching_at timestamptz,
    add column respond_due_at timestamptz,
    add column respond_met_at timestamptz,
    add column reply_amount int,
    add column reply_unit text,
    add column reply_since timestamptz,
    add column reply_seconds_left bigint,
    add column reply_approaching_at timestamptz,
    add column reply_due_at timestamptz,
    add column reply_met_at timestamptz,
    add column resolve_amount int,
    add column resolve_unit text,
    add column resolve_since timestamptz,
    add column resolve_seconds_left bigint,
    add column resolve_approaching_at timestamptz,
    add column resolve_due_at timestamptz,
    add column resolve_met_at timestamptz,
    add column suspended_until timestamptz,
    add column approaching_at timestamptz,
    add column due_at timestamptz;
create index case_due on case_record (tenant_id, due_at, id) where due_at is not null;

-- What is asked for by who has a case: more time for a stage (延期), or that all clocks stand still (挂起).
create table case_request (
    tenant_id text not null,
    id uuid not null,
    case_id uuid not null,
    round int not null,
    kind text not null check (kind in ('EXTENSION', 'SUSPENSION')),
    stage text check (stage in ('RESPOND', 'REPLY', 'RESOLVE')),
    amount int check (amount > 0),
    suspend_until timestamptz,
    reason text not null,
    state text not null check (state in ('PENDING', 'GRANTED', 'DENIED', 'LAPSED')),
    requested_by text not null,
    requested_by_name text not null,
    requested_at timestamptz not null,
    decided_by_name text,
    decided_at timestamptz,
    decision_note text,
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id) references case_record,
    check ((kind = 'EXTENSION') = (stage is not null and amount is not null)),
    check ((kind = 'SUSPENSION') = (suspend_until is not null))
);
create index case_request_case on case_request (tenant_id, case_id, id);
create unique index case_request_pending on case_request (tenant_id, case_id) where state = 'PENDING';
