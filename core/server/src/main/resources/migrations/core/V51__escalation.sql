-- Escalation (升级督办). What is watched of each case of which a clock runs: one row beside the case, kept up by triggers, so that no way of
-- changing cases can pass it by. What looks for overdue cases, and the board of them, read this narrow table and never the cases.
--
-- state: how the earliest stage that is not met stands, as of the last look at it; it changes at turns_at.
-- escalate_at: when the case is to be looked at for escalation; what is done with it is decided then. level: to which it came in this round.
-- attempts, failure: how often in succession it could not be escalated, and why the last time.
create table case_watch (
    tenant_id text not null,
    case_id uuid not null,
    town_code text collate "C" not null,
    village_code text collate "C" not null,
    class_code text not null,
    stage text not null check (stage in ('RESPOND', 'REPLY', 'RESOLVE')),
    approaching_at timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('ON_TIME', 'APPROACHING', 'OVERDUE')),
    turns_at timestamptz,
    level int not null,
    escalate_at timestamptz,
    attempts int not null default 0,
    failure text,
    primary key (tenant_id, case_id),
    foreign key (tenant_id, case_id) references case_record
);
create index case_watch_escalate on case_watch (tenant_id, escalate_at, case_id) where escalate_at is not null;
create index case_watch_turns on case_watch (tenant_id, turns_at) where turns_at is not null;
create index case_watch_county on case_watch (tenant_id, due_at, case_id) include (stage, class_code, level) where state <> 'ON_TIME';
create index case_watch_town on case_watch (tenant_id, town_code, due_at, case_id) include (stage, class_code, level) where state <> 'ON_TIME';
create index case_watch_village on case_watch (tenant_id, village_code, due_at, case_id) include (stage, class_code, level) where state <> 'ON_TIME';
create index case_watch_failing on case_watch (tenant_id, case_id) where attempts > 0;

-- Who looks for work across the counties sees when, and nothing of what.
grant select (tenant_id, escalate_at, turns_at) on case_watch to lianhu_worker;
create policy worker on case_watch for select to lianhu_worker using (true);

-- One escalation. from_level is the level at which it was due: where nobody holds a post there, it went up to this one.
-- batch and claimed_at: with which others it was claimed. overdue_seconds: in natural time.
create table case_escalation (
    tenant_id text not null,
    id uuid not null,
    case_id uuid not null,
    round int not null,
    stage text not null check (stage in ('RESPOND', 'REPLY', 'RESOLVE')),
    level int not null check (level between 1 and 3),
    from_level int not null check (from_level between 1 and level),
    limit_amount int not null,
    limit_unit text not null,
    due_at timestamptz not null,
    overdue_seconds bigint not null,
    batch uuid not null,
    claimed_at timestamptz not null,
    escalated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, case_id, round, stage, level),
    foreign key (tenant_id, case_id) references case_record
);
comment on table case_escalation is 'append-only';

-- Who was told of it.
create table escalation_receiver (
    tenant_id text not null,
    escalation_id uuid not null,
    subject text not null,
    holder_name text not null,
    primary key (tenant_id, escalation_id, subject),
    foreign key (tenant_id, escalation_id) references case_escalation
);
comment on table escalation_receiver is 'append-only';

-- What a receiver answers to it (督办回复).
create table escalation_reply (
    tenant_id text not null,
    escalation_id uuid not null,
    subject text not null,
    note text not null,
    replied_at timestamptz not null,
    primary key (tenant_id, escalation_id, subject),
    foreign key (tenant_id, escalation_id, subject) references escalation_receiver
);
comment on table escalation_reply is 'append-only';

-- After how much more time a case goes up, as a part of the stage's limit: the county's own; without class for all that have none of their own.
create table escalation_rule (
    tenant_id text not null,
    id uuid not null,
    class_code text,
    town_percent int not null check (town_percent between 0 and 1000),
    county_percent int not null check (county_percent between town_percent and 1000),
    changed_by text not null,
    changed_by_name text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id)
);
create index escalation_rule_class on escalation_rule (tenant_id, class_code, id);
comment on table escalation_rule is 'append-only';

create function watched_stage(
    due timestamptz, respond_due timestamptz, respond_met timestamptz, reply_due timestamptz, reply_met timestamptz
) returns text language sql immutable as $$
    select case when respond_met is null and respond_due = due then 'RESPOND' when reply_met is null and reply_due = due then 'REPLY'
        else 'RESOLVE' end
$$;

create function watched_state(approaching timestamptz, due timestamptz, out state text, out turns_at timestamptz) language sql stable as $$
    select case when due < now() then 'OVERDUE' when approaching <= now() then 'APPROACHING' else 'ON_TIME' end,
        case when due < now() then null when approaching <= now() then due else approaching end
$$;

create function watched_level(county text, watched uuid, in_round int) returns int language sql stable as $$
    select coalesce((select max(e.level) from lianhu_core.case_escalation e
        where e.tenant_id = county and e.case_id = watched and e.round = in_round), 0)
$$;

create function watch_new_cases() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.case_watch (tenant_id, case_id, town_code, village_code, class_code, stage, approaching_at, due_at,
        state, turns_at, level, escalate_at)
    select c.tenant_id, c.id, left(c.division_code, 9), left(c.division_code, 12), c.class_code,
        lianhu_core.watched_stage(c.due_at, c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at),
        coalesce(c.approaching_at, c.due_at), c.due_at, s.state, s.turns_at,
        lianhu_core.watched_level(c.tenant_id, c.id, c.round), c.due_at
    from fresh c cross join lateral lianhu_core.watched_state(coalesce(c.approaching_at, c.due_at), c.due_at) s
    where c.due_at is not null;
    return null;
end
$$;

-- Whatever changes a case's clocks has it looked at anew: what was done already stands in case_escalation, and is not done again.
create function watch_changed_cases() returns trigger language plpgsql as $$
begin
    if exists (select from before b join after a using (tenant_id, id) where b.due_at is not null and a.due_at is null) then
        delete from lianhu_core.case_watch w using before b join after a using (tenant_id, id)
        where w.tenant_id = a.tenant_id and w.case_id = a.id and b.due_at is not null and a.due_at is null;
    end if;
    insert into lianhu_core.case_watch as w (tenant_id, case_id, town_code, village_code, class_code, stage, approaching_at, due_at,
        state, turns_at, level, escalate_at)
    select c.tenant_id, c.id, left(c.division_code, 9), left(c.division_code, 12), c.class_code,
        lianhu_core.watched_stage(c.due_at, c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at),
        coalesce(c.approaching_at, c.due_at), c.due_at, s.state, s.turns_at,
        lianhu_core.watched_level(c.tenant_id, c.id, c.round), c.due_at
    from before b join after c on c.tenant_id = b.tenant_id and c.id = b.id
    cross join lateral lianhu_core.watched_state(coalesce(c.approaching_at, c.due_at), c.due_at) s
    where c.due_at is not null and (c.division_code, c.class_code, c.round, c.assignee_kind, c.approaching_at, c.due_at, c.respond_due_at,
        c.respond_met_at, c.reply_due_at, c.reply_met_at, c.resolve_due_at, c.resolve_met_at)
        is distinct from (b.division_code, b.class_code, b.round, b.assignee_kind, b.approaching_at, b.due_at, b.respond_due_at,
        b.respond_met_at, b.reply_due_at, b.reply_met_at, b.resolve_due_at, b.resolve_met_at)
    on conflict (tenant_id, case_id) do update set town_code = excluded.town_code, village_code = excluded.village_code,
        class_code = excluded.class_code, stage = excluded.stage, approaching_at = excluded.approaching_at, due_at = excluded.due_at,
        state = excluded.state, turns_at = excluded.turns_at, level = excluded.level, escalate_at = excluded.escalate_at,
        attempts = 0, failure = null;
    return null;
end
$$;

create trigger watch_new_cases after insert on case_record referencing new table as fresh
    for each statement execute function watch_new_cases();
create trigger watch_changed_cases after update on case_record referencing old table as before new table as after
    for each statement execute function watch_changed_cases();

-- What is there already. The owner sees the rows only while the policies are not forced upon it; the host forces them again.
alter table case_record no force row level security;
insert into case_watch (tenant_id, case_id, town_code, village_code, class_code, stage, approaching_at, due_at,
    state, turns_at, level, escalate_at)
select c.tenant_id, c.id, left(c.division_code, 9), left(c.division_code, 12), c.class_code,
    lianhu_core.watched_stage(c.due_at, c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at),
    coalesce(c.approaching_at, c.due_at), c.due_at, s.state, s.turns_at,
    lianhu_core.watched_level(c.tenant_id, c.id, c.round), c.due_at
from case_record c cross join lateral watched_state(coalesce(c.approaching_at, c.due_at), c.due_at) s
where c.due_at is not null;
