-- The tables bear forced row-level security, which shows their owner no rows: it is lifted for as long as this script fills new columns,
-- and nobody sees that, because it is one transaction. New columns have defaults, since the version before still inserts meanwhile.
alter table points_transfer no force row level security;
alter table points_account no force row level security;
alter table points_hold no force row level security;
alter table points_redemption no force row level security;
alter table points_rule no force row level security;

-- When an award was earned: the closing or the rating of the case, or the moment of the award by hand. Caps and the honour roll go by it,
-- however late it was posted. A reversal bears the time of its award.
alter table points_transfer add column earned_at timestamptz not null default now();
update points_transfer t set earned_at = coalesce(
    (select a.posted_at from points_transfer a where a.tenant_id = t.tenant_id and a.id = t.reverses_id), t.posted_at);
drop index points_transfer_cap;
create index points_transfer_cap on points_transfer (tenant_id, credit_account_id, rule_id, earned_at)
    where kind = 'AWARD' and rule_id is not null;
drop index points_transfer_ranking;
create index points_transfer_ranking on points_transfer (tenant_id, village, earned_at) include (household_id, kind, amount)
    where kind in ('AWARD', 'REVERSAL');

-- What a rule said before it was changed or retired, and when it said so: what happened then is awarded by it, however late it is told.
create table points_rule_past (
    tenant_id text not null,
    id uuid not null,
    rule_id uuid not null,
    village text collate "C" not null,
    name text not null,
    award_trigger text not null,
    case_class text collate "C",
    points int not null,
    daily_cap int,
    monthly_cap int,
    account_kind text not null,
    valid_from date,
    valid_until date,
    held_from timestamptz not null,
    held_until timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, rule_id) references points_rule
);
create index points_rule_past_until on points_rule_past (tenant_id, village, held_until);
-- What a rule said before its last change was not kept so far: what it says now is taken to have held since it was made.
insert into points_rule_past
    select tenant_id, uuidv7(), id, village, name, award_trigger, case_class, points, daily_cap, monthly_cap, account_kind,
        valid_from, valid_until, coalesce(uuid_extract_timestamp(id), changed_at), changed_at
    from points_rule where version > 0;

-- Whose points pay for it: what a person pays is no business of the rest of the household.
alter table points_redemption add column account_kind text not null default 'HOUSEHOLD'
    check (account_kind in ('HOUSEHOLD', 'PERSON'));
update points_redemption r set account_kind = a.owner_kind
    from points_hold h join points_account a on a.tenant_id = h.tenant_id and a.id = h.account_id
    where h.tenant_id = r.tenant_id and h.id = r.hold_id and a.owner_kind <> 'HOUSEHOLD';
create index points_redemption_of_person on points_redemption (tenant_id, resident_id, id) where account_kind = 'PERSON';

-- Until when goods and points are kept for a reservation; for those that are open now, from today on.
alter table points_redemption add column expires_at timestamptz not null default now() + interval '7 days';
alter table points_redemption drop constraint points_redemption_state_check;
alter table points_redemption add check (state in ('RESERVED', 'HANDED_OVER', 'CANCELLED', 'EXPIRED'));
create index points_redemption_overdue on points_redemption (tenant_id, item_id, expires_at) where state = 'RESERVED';

alter table points_transfer force row level security;
alter table points_account force row level security;
alter table points_hold force row level security;
alter table points_redemption force row level security;
alter table points_rule force row level security;

-- So marked, the plugin itself may only read and insert.
comment on table points_transfer is 'append-only';
comment on table points_reversal is 'append-only';
comment on table points_rule_past is 'append-only';
