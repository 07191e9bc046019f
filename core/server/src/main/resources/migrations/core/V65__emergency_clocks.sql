-- The limits of emergency mode (急时): what a county changes of them, and how they run in a case beside the usual ones, from when the place
-- went into emergency mode on. The usual ones run on all the while, and are all that is left when the emergency ends.
alter table case_class_change
    add column emergency_respond_amount int check (emergency_respond_amount > 0),
    add column emergency_respond_unit text,
    add column emergency_reply_amount int check (emergency_reply_amount > 0),
    add column emergency_reply_unit text,
    add column emergency_resolve_amount int check (emergency_resolve_amount > 0),
    add column emergency_resolve_unit text,
    add check ((emergency_respond_amount is null) = (emergency_respond_unit is null)),
    add check ((emergency_reply_amount is null) = (emergency_reply_unit is null)),
    add check ((emergency_resolve_amount is null) = (emergency_resolve_unit is null));

alter table case_record
    add column respond_emergency_at timestamptz,
    add column respond_emergency_amount int,
    add column respond_emergency_unit text,
    add column respond_emergency_since timestamptz,
    add column respond_emergency_seconds_left bigint,
    add column reply_emergency_at timestamptz,
    add column reply_emergency_amount int,
    add column reply_emergency_unit text,
    add column reply_emergency_since timestamptz,
    add column reply_emergency_seconds_left bigint,
    add column resolve_emergency_at timestamptz,
    add column resolve_emergency_amount int,
    add column resolve_emergency_unit text,
    add column resolve_emergency_since timestamptz,
    add column resolve_emergency_seconds_left bigint;

-- What the clocks of a county go by is its calendar and its modes. Who changes one of them locks them; who reckons clocks holds them as they are
-- until the end of the transaction, so that no case is reckoned by what has been changed meanwhile.
create function lock_clocks(county text) returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended('clocks/' || county, 0))
$$;

-- In PL/pgSQL, so that what is read is read after the lock was waited for.
create function hold_clocks(county text, out calendar_version int, out mode_version int) language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('clocks/' || county, 0));
    calendar_version := (select coalesce(max(version), 0) from lianhu_core.work_calendar);
    mode_version := (select coalesce(max(version), 0) from lianhu_core.emergency_switch);
end
$$;
