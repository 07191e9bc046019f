-- Counts by clock. Two more measures: 'clock:<state>', how many cases of which a clock runs stand so, as of the last look at the time; and
-- 'met:<stage>:<IN_TIME or LATE>', how many clocks, as they are now, were met so on a day: those of a case that was reopened begin anew.

create function met_measures(
    respond_due timestamptz, respond_met timestamptz, reply_due timestamptz, reply_met timestamptz,
    resolve_due timestamptz, resolve_met timestamptz
) returns table (measure text, day date) language sql immutable as $$
    select 'met:' || stage || case when met <= due then ':IN_TIME' else ':LATE' end, lianhu_core.day_in_china(met)
    from (values ('RESPOND', respond_due, respond_met), ('REPLY', reply_due, reply_met), ('RESOLVE', resolve_due, resolve_met))
        as clock (stage, due, met)
    where met is not null and due is not null
$$;

create or replace function count_new_cases() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, amount)
    select c.tenant_id, m, left(c.division_code, 12), c.class_code, count(*)
    from fresh c, lianhu_core.case_measures(c.state, c.stars) m
    group by 1, 2, 3, 4;
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, day, amount)
    select c.tenant_id, m.measure, left(c.division_code, 12), c.class_code, m.day, count(*)
    from fresh c, lianhu_core.met_measures(c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at,
        c.resolve_due_at, c.resolve_met_at) m
    group by 1, 2, 3, 4, 5;
    return null;
end
$$;

-- What was done with a case is counted where the case is now: its steps move with it.
-- What was done with a case is counted where the case is now: its steps move with it.
create or replace function count_changed_cases() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, day, amount)
    select tenant_id, measure, division_code, class_code, day, sum(amount) from (
        select c.tenant_id, m as measure, left(c.division_code, 12) as division_code, c.class_code, null::date as day, -1 as amount
        from before c, lianhu_core.case_measures(c.state, c.stars) m
        union all
        select c.tenant_id, m, left(c.division_code, 12), c.class_code, null, 1
        from after c, lianhu_core.case_measures(c.state, c.stars) m
        union all
        select c.tenant_id, m.measure, left(c.division_code, 12), c.class_code, m.day, -1
        from before c, lianhu_core.met_measures(c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at,
            c.resolve_due_at, c.resolve_met_at) m
        union all
        select c.tenant_id, m.measure, left(c.division_code, 12), c.class_code, m.day, 1
        from after c, lianhu_core.met_measures(c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at,
            c.resolve_due_at, c.resolve_met_at) m
        union all
        select s.tenant_id, 'step:' || s.action, left(p.division_code, 12), p.class_code, lianhu_core.day_in_china(s.occurred_at), p.amount
        from (
            select b.tenant_id, b.id, b.division_code, b.class_code, -1 as amount from before b join after a using (tenant_id, id)
            where (left(a.division_code, 12), a.class_code) is distinct from (left(b.division_code, 12), b.class_code)
            union all
            select a.tenant_id, a.id, a.division_code, a.class_code, 1 from before b join after a using (tenant_id, id)
            where (left(a.division_code, 12), a.class_code) is distinct from (left(b.division_code, 12), b.class_code)
        ) p join lianhu_core.case_step s on s.tenant_id = p.tenant_id and s.case_id = p.id
    ) moved
    group by 1, 2, 3, 4, 5
    having sum(amount) <> 0;
    return null;
end
$$;

create function count_new_watched() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, amount)
    select tenant_id, 'clock:' || state, village_code, class_code, count(*) from fresh group by 1, 2, 3, 4;
    return null;
end
$$;

create function count_changed_watched() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, amount)
    select tenant_id, measure, village_code, class_code, sum(amount) from (
        select tenant_id, 'clock:' || state as measure, village_code, class_code, -1 as amount from before
        union all
        select tenant_id, 'clock:' || state, village_code, class_code, 1 from after
    ) moved
    group by 1, 2, 3, 4
    having sum(amount) <> 0;
    return null;
end
$$;

create function count_gone_watched() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, amount)
    select tenant_id, 'clock:' || state, village_code, class_code, -count(*) from gone group by 1, 2, 3, 4;
    return null;
end
$$;

create trigger count_new_watched after insert on case_watch referencing new table as fresh
    for each statement execute function count_new_watched();
create trigger count_changed_watched after update on case_watch referencing old table as before new table as after
    for each statement execute function count_changed_watched();
create trigger count_gone_watched after delete on case_watch referencing old table as gone
    for each statement execute function count_gone_watched();

-- What is there already.
alter table case_record no force row level security;
alter table case_watch no force row level security;
alter table count_total no force row level security;
insert into count_total (tenant_id, measure, division_code, class_code, day, amount)
select c.tenant_id, m.measure, left(c.division_code, 12), c.class_code, m.day, count(*)
from case_record c, met_measures(c.respond_due_at, c.respond_met_at, c.reply_due_at, c.reply_met_at, c.resolve_due_at, c.resolve_met_at) m
group by 1, 2, 3, 4, 5;
insert into count_total (tenant_id, measure, division_code, class_code, amount)
select tenant_id, 'clock:' || state, village_code, class_code, count(*) from case_watch group by 1, 2, 3, 4;
