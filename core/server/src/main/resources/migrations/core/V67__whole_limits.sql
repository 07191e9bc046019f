-- What is known of a stage beside its limits, so that the limit of an emergency can be reckoned as if that had been the only one: when it began,
-- what was granted, and from when until when it stood still (pairs of milliseconds since 1970). And, for whoever reckons in parts of a limit,
-- the limit that is over first, with how long all of it is: in working time where its unit counts that, with what was granted, and whatever of
-- it is used. Empty in cases whose clocks were last reckoned before.
alter table case_record
    add column respond_began_at timestamptz,
    add column respond_extension int,
    add column respond_stops bigint[],
    add column respond_governing_amount int,
    add column respond_governing_unit text,
    add column respond_whole_seconds bigint,
    add column reply_began_at timestamptz,
    add column reply_extension int,
    add column reply_stops bigint[],
    add column reply_governing_amount int,
    add column reply_governing_unit text,
    add column reply_whole_seconds bigint,
    add column resolve_began_at timestamptz,
    add column resolve_extension int,
    add column resolve_stops bigint[],
    add column resolve_governing_amount int,
    add column resolve_governing_unit text,
    add column resolve_whole_seconds bigint;

-- What is known already: when what never stood still began, and what was granted. Where the limit of an emergency is of the same unit, it holds
-- that itself. The owner sees the rows only while the policies are not forced upon it; the host forces them again.
alter table case_record no force row level security;
alter table case_request no force row level security;
update case_record set
    respond_began_at = case when respond_seconds_left is null then respond_since end,
    reply_began_at = case when reply_seconds_left is null then reply_since end,
    resolve_began_at = case when resolve_seconds_left is null then resolve_since end
where due_at is not null;
update case_record c set respond_extension = r.amount from case_request r
where r.tenant_id = c.tenant_id and r.case_id = c.id and r.round = c.round and r.state = 'GRANTED' and r.stage = 'RESPOND'
    and c.due_at is not null and c.respond_emergency_unit is distinct from c.respond_unit;
update case_record c set reply_extension = r.amount from case_request r
where r.tenant_id = c.tenant_id and r.case_id = c.id and r.round = c.round and r.state = 'GRANTED' and r.stage = 'REPLY'
    and c.due_at is not null and c.reply_emergency_unit is distinct from c.reply_unit;
update case_record c set resolve_extension = r.amount from case_request r
where r.tenant_id = c.tenant_id and r.case_id = c.id and r.round = c.round and r.state = 'GRANTED' and r.stage = 'RESOLVE'
    and c.due_at is not null and c.resolve_emergency_unit is distinct from c.resolve_unit;
