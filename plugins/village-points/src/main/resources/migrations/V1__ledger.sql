-- 积分台账. Every table bears tenant_id, first in every key; the host adds its default and the row-level security after migrating.

-- 积分账户. An account's id is derived from what it belongs to (AccountKey), so the same account cannot be opened twice.
-- balance = what was credited less what was debited, over all accounts 0. held = what open reservations have put aside.
create table points_account (
    tenant_id text not null,
    id uuid not null,
    purpose text not null check (purpose in ('SPENDABLE', 'RECEIVABLE', 'ISSUANCE', 'REDEEMED')),
    owner_kind text check (owner_kind in ('HOUSEHOLD', 'PERSON')),
    owner_id uuid,
    village text collate "C" not null,
    balance bigint not null default 0,
    held bigint not null default 0,
    postings bigint not null default 0,
    opened_at timestamptz not null,
    primary key (tenant_id, id),
    constraint points_account_owner check (
        (purpose in ('SPENDABLE', 'RECEIVABLE')) = (owner_kind is not null) and (owner_kind is null) = (owner_id is null)),
    constraint points_account_no_overdraft check (purpose <> 'SPENDABLE' or balance - held >= 0),
    constraint points_account_sign check (purpose not in ('RECEIVABLE', 'ISSUANCE') or balance <= 0),
    constraint points_account_redeemed check (purpose <> 'REDEEMED' or balance >= 0),
    constraint points_account_held check (held >= 0 and (purpose = 'SPENDABLE' or held = 0))
);
create unique index points_account_of_owner on points_account (tenant_id, owner_id, owner_kind, purpose)
    where owner_id is not null;
create unique index points_account_of_village on points_account (tenant_id, village, purpose) where owner_id is null;
create index points_account_listed on points_account (tenant_id, village, id) where purpose = 'SPENDABLE';

-- 积分明细. One immutable row is one double entry: it cannot be half-written, and its two sides cannot differ. For each side it keeps
-- the number that it bears in that account's statement and the balance after it.
create table points_transfer (
    tenant_id text not null,
    id uuid not null,
    kind text not null check (kind in ('AWARD', 'REVERSAL', 'SETTLEMENT', 'REDEEM')),
    debit_account_id uuid not null,
    credit_account_id uuid not null,
    amount int not null check (amount > 0),
    debit_number bigint not null check (debit_number > 0),
    credit_number bigint not null check (credit_number > 0),
    debit_balance bigint not null,
    credit_balance bigint not null,
    village text collate "C" not null,
    earner_id uuid not null,
    household_id uuid not null,
    rule_id uuid,
    cause_kind text check (cause_kind in ('CASE_CLOSED', 'CASE_RATED')),
    case_id uuid,
    case_round int check (case_round > 0),
    reverses_id uuid,
    memo text,
    posted_by text,
    posted_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, debit_account_id) references points_account,
    foreign key (tenant_id, credit_account_id) references points_account,
    check (debit_account_id <> credit_account_id),
    check ((kind = 'REVERSAL') = (reverses_id is not null)),
    check ((cause_kind is null) = (case_id is null) and (case_id is null) = (case_round is null))
);
create unique index points_transfer_debit on points_transfer (tenant_id, debit_account_id, debit_number);
create unique index points_transfer_credit on points_transfer (tenant_id, credit_account_id, credit_number);
-- However often, and by whatever rule, a closing or a rating is told to us: it is awarded once.
create unique index points_transfer_award_once on points_transfer (tenant_id, case_id, case_round, cause_kind)
    where kind = 'AWARD' and case_id is not null;
create index points_transfer_case on points_transfer (tenant_id, case_id) include (kind, amount) where case_id is not null;
create index points_transfer_cap on points_transfer (tenant_id, credit_account_id, rule_id, posted_at)
    where kind = 'AWARD' and rule_id is not null;
create index points_transfer_ranking on points_transfer (tenant_id, village, posted_at) include (household_id, kind, amount)
    where kind in ('AWARD', 'REVERSAL');

-- 冲正. The primary key is the promise that an award is reversed at most once; the points themselves move by transfers.
create table points_reversal (
    tenant_id text not null,
    transfer_id uuid not null,
    reason text,
    reversed_by text,
    reversed_at timestamptz not null,
    primary key (tenant_id, transfer_id),
    foreign key (tenant_id, transfer_id) references points_transfer
);
alter table points_transfer add foreign key (tenant_id, reverses_id) references points_reversal;
create index points_transfer_reverses on points_transfer (tenant_id, reverses_id) where reverses_id is not null;

-- A reservation, resolved exactly once: captured by one transfer, or released.
create table points_hold (
    tenant_id text not null,
    id uuid not null,
    account_id uuid not null,
    amount int not null check (amount > 0),
    state text not null check (state in ('OPEN', 'CAPTURED', 'RELEASED')),
    transfer_id uuid,
    placed_at timestamptz not null,
    resolved_at timestamptz,
    version int not null,
    primary key (tenant_id, id),
    unique (tenant_id, transfer_id),
    foreign key (tenant_id, account_id) references points_account,
    foreign key (tenant_id, transfer_id) references points_transfer,
    check ((state = 'OPEN') = (resolved_at is null)),
    check ((state = 'CAPTURED') = (transfer_id is not null))
);
create index points_hold_open on points_hold (tenant_id, account_id) include (amount) where state = 'OPEN';
