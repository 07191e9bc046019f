-- 积分细则, per village.
create table points_rule (
    tenant_id text not null,
    id uuid not null,
    village text collate "C" not null,
    name text not null,
    award_trigger text not null check (award_trigger in ('CASE_CLOSED', 'CASE_RATED', 'MANUAL')),
    case_class text collate "C",
    points int not null check (points between 1 and 1000),
    daily_cap int check (daily_cap > 0),
    monthly_cap int check (monthly_cap > 0),
    account_kind text not null check (account_kind in ('HOUSEHOLD', 'PERSON')),
    active boolean not null,
    valid_from date,
    valid_until date,
    changed_by text not null,
    changed_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id),
    check (valid_from <= valid_until),
    check (award_trigger <> 'MANUAL' or case_class is null)
);
create index points_rule_listed on points_rule (tenant_id, village, id);

-- One closing of a case, as far as points go. The handlers of its closing, rating and reopening meet here, whichever comes first: an
-- award that is delivered after the reopening must not be posted.
create table points_case_round (
    tenant_id text not null,
    id uuid not null,
    case_id uuid not null,
    round int not null,
    reopened boolean not null default false,
    primary key (tenant_id, id),
    unique (tenant_id, case_id, round)
);
