-- Counts of cases (统计). What changes a count is written down beside the change by triggers, so that no way of changing cases can pass it
-- by, and added up later: writers never wait for each other, and sum of totals and changes is right in every snapshot.

-- The measures: 'state:<state>' and 'stars:<n>', how many cases have it now; 'step:<action>', how often it was done on a day.
create table count_change (
    tenant_id text not null,
    position bigint generated always as identity,
    measure text collate "C" not null,
    division_code text collate "C" not null,
    class_code text not null,
    day date,
    amount bigint not null,
    primary key (tenant_id, position)
);
grant select (tenant_id) on count_change to lianhu_worker;
create policy worker on count_change for select to lianhu_worker using (true);

create table count_total (
    tenant_id text not null,
    measure text collate "C" not null,
    division_code text collate "C" not null,
    class_code text not null,
    day date,
    amount bigint not null,
    unique nulls not distinct (tenant_id, division_code, measure, class_code, day)
);

-- A case counts in its village; a day is one in China.
create function case_measures(state text, stars int) returns setof text language sql immutable as $$
    select 'state:' || state
    union all
    select 'stars:' || stars where stars is not null
$$;

create function day_in_china(moment timestamptz) returns date language sql immutable as $$
    select (moment at time zone 'Asia/Shanghai')::date
$$;

create function count_new_cases() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, amount)
    select c.tenant_id, m, left(c.division_code, 12), c.class_code, count(*)
    from fresh c, lianhu_core.case_measures(c.state, c.stars) m
    group by 1, 2, 3, 4;
    return null;
end
$$;

-- What was done with a case is counted where the case is now: its steps move with it.
create function count_changed_cases() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, day, amount)
    select tenant_id, measure, division_code, class_code, day, sum(amount) from (
        select c.tenant_id, m as measure, left(c.division_code, 12) as division_code, c.class_code, null::date as day, -1 as amount
        from before c, lianhu_core.case_measures(c.state, c.stars) m
        union all
        select c.tenant_id, m, left(c.division_code, 12), c.class_code, null, 1
        from after c, lianhu_core.case_measures(c.state, c.stars) m
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

create function count_new_steps() returns trigger language plpgsql as $$
begin
    insert into lianhu_core.count_change (tenant_id, measure, division_code, class_code, day, amount)
    select s.tenant_id, 'step:' || s.action, left(c.division_code, 12), c.class_code, lianhu_core.day_in_china(s.occurred_at), count(*)
    from fresh s join lianhu_core.case_record c on c.tenant_id = s.tenant_id and c.id = s.case_id
    group by 1, 2, 3, 4, 5;
    return null;
end
$$;

create trigger count_new_cases after insert on case_record referencing new table as fresh
    for each statement execute function count_new_cases();
create trigger count_changed_cases after update on case_record referencing old table as before new table as after
    for each statement execute function count_changed_cases();
create trigger count_new_steps after insert on case_step referencing new table as fresh
    for each statement execute function count_new_steps();

-- What is there already. The owner sees the rows only while the policies are not forced upon it; the host forces them again.
alter table case_record no force row level security;
alter table case_step no force row level security;
insert into count_total (tenant_id, measure, division_code, class_code, amount)
select c.tenant_id, m, left(c.division_code, 12), c.class_code, count(*)
from case_record c, case_measures(c.state, c.stars) m
group by 1, 2, 3, 4;
insert into count_total (tenant_id, measure, division_code, class_code, day, amount)
select s.tenant_id, 'step:' || s.action, left(c.division_code, 12), c.class_code, day_in_china(s.occurred_at), count(*)
from case_step s join case_record c on c.tenant_id = s.tenant_id and c.id = s.case_id
group by 1, 2, 3, 4, 5;
